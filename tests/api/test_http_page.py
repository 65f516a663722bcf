"""docs/http.md: its examples are run against a live server, and its tables compared with it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from indexes import DELIVERED, copy_of_index
from serving_api import serving_api

from rag.models.embedding.embedder import Embedder
from rag.settings import CHECKOUT
from ui.api.keys import Keys

PAGE = (CHECKOUT / "docs" / "http.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = "http://127.0.0.1:7860"


@dataclass(frozen=True)
class Place:
    """A server, and a folder in which the page's commands are typed one after another."""

    url: str
    folder: Path

    def run(self, kind: str, text: str) -> str:
        """What an example prints."""
        (self.folder / "keys.json").exists() or Keys(self.folder / "keys.json").add("first")
        text = text.replace(SHOWN, self.url).replace("http://papers.example", self.url)
        text = text.replace("paperchat ", f"{sys.executable} -m ui ")
        command = ["sh", "-euc", text] if kind == "sh" else [sys.executable, "-c", text]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=60,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PAPERCHAT_KEY": "any",
                 "PAPERCHAT_KEYS": str(self.folder / "keys.json")},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("page")
    copy_of_index(DELIVERED, folder / "index", embedder)
    index, home = folder / "index", folder / "collections"
    with serving_api(llm="quotes", index=index, collections=home) as client:
        yield Place(str(client.base_url).rstrip("/"), folder)


# What each example prints has these; in the order of the page.
EXPECTED = {
    ("sh", "By how much"): "86.9K",
    ("python", "What is MultiMAE"): "MultiMAE",
    ("sh", '"stream": true'): "event: finished",
    ("python", '"stream": True'): "SINet, containing an information blocking decoder",
    ("sh", '"claim"'): '"verdict": "',
    ("python", "/compare"): "@",
    ("sh", "owls.bib <<"): '"name": "owls.bib"',
    ("python", "/ingest"): "1 added",
    ("sh", "keys add lab "): "library: reads and writes, 600 requests a minute",
    ("sh", "$PAPERCHAT_KEY"): '"papers": 82',
}


def test_every_example_is_run() -> None:
    runnable = [(kind, text) for kind, text in BLOCKS if kind in ("sh", "python")]
    assert len(runnable) == len(EXPECTED)
    for (kind, words), (found, text) in zip(EXPECTED, runnable, strict=True):
        assert kind == found and words in text


@pytest.mark.parametrize("at", range(len(EXPECTED)), ids=[words for _, words in EXPECTED])
def test_an_example_does_what_the_page_says(place: Place, at: int) -> None:
    kind, words = list(EXPECTED)[at]
    text = next(text for found, text in BLOCKS if found == kind and words in text)
    if "owls.bib" in text and not (place.folder / "owls.bib").exists():
        made = next(text for found, text in BLOCKS if found == "sh" and "owls.bib <<" in text)
        place.run("sh", made)
    assert EXPECTED[kind, words] in place.run(kind, text)


def test_the_table_has_every_address(api: httpx.Client) -> None:
    document = api.get("/openapi.json").json()
    for path in document["paths"]:
        if path.startswith("/api/v1/"):
            part = path.removeprefix("/api/v1").partition("{")[0].rstrip("/")
            assert part in PAGE, path


def test_the_shown_problem_is_a_real_one(api: httpx.Client) -> None:
    shown = json.loads(next(text for kind, text in BLOCKS if kind == "json"))
    said = api.get("/api/v1/papers/nope").json()
    assert {**said, "request": ""} == {**shown, "request": ""}


def test_the_shown_start_is_a_real_one(api: httpx.Client) -> None:
    shown = next(text for kind, text in BLOCKS if kind == "console")
    assert shown.startswith("$ paperchat serve\n")
    from rag.settings import load_settings
    from ui.api.access import Access

    assert Access(load_settings()).notice() in shown
