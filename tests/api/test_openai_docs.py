"""docs/openai-clients.md: its examples are run, its configurations read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from rag.settings import CHECKOUT

PAGE = (CHECKOUT / "docs" / "openai-clients.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = "http://127.0.0.1:7860/v1"
# What each example prints has these, in the order of the page.
EXPECTED = (
    ("sh", "86.9K"),
    ("python", "nonlocal multiplex training paradigm"),
    ("python", "supported "),
    ("python", "from 2.1M to 86.9K"),
)
RUN = [(kind, text) for kind, text in BLOCKS if kind in ("sh", "python")]


def test_every_example_is_run() -> None:
    assert [kind for kind, _ in RUN] == [kind for kind, _ in EXPECTED]
    assert {kind for kind, _ in BLOCKS} == {"sh", "python", "ini", "yaml"}


@pytest.mark.parametrize("at", range(len(EXPECTED)))
def test_an_example_does_what_the_page_says(v1: str, at: int, tmp_path: Path) -> None:
    kind, text = RUN[at]
    assert SHOWN in text
    file = tmp_path / "example"
    file.write_text(text.replace(SHOWN, v1), "utf-8")
    # In a process of its own: the examples leave their clients open.
    program = ["sh", "-eu"] if kind == "sh" else [sys.executable]
    done = subprocess.run([*program, str(file)], capture_output=True, text=True, timeout=120)
    assert EXPECTED[at][1] in done.stdout, done.stderr


def test_the_configurations_lead_to_the_models(v1: str) -> None:
    (ini,) = (text for kind, text in BLOCKS if kind == "ini")
    (librechat,) = (text for kind, text in BLOCKS if kind == "yaml")
    settings = dict(line.split("=", 1) for line in ini.splitlines())
    fields = dict(re.findall(r"^ +(?:- )?(\w+): (.+)$", librechat, re.MULTILINE))
    found = [
        (settings["OPENAI_API_BASE_URLS"], settings["OPENAI_API_KEYS"]),
        (fields["baseURL"], fields["apiKey"]),
    ]
    for url, key in found:
        assert url == SHOWN
        told = httpx.get(f"{v1}/models", headers={"Authorization": f"Bearer {key}"}).json()
        assert fields["default"].strip("[]") in {model["id"] for model in told["data"]}
