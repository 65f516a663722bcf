"""What asks for a cluster where Ray is not installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from commands import Command


@pytest.mark.parametrize(
    "command", [("ingest", "page.txt", "--ray", "local"), ("serve",), ("search", "FPS")]
)
def test_the_extra_is_named(
    paperchat: Command, page: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not installed
    if command[0] != "ingest":
        assert paperchat("ingest", page, "--shards", 2).status == 0
    monkeypatch.setenv("PAPERCHAT_RAY", "local")
    told = paperchat(*command)
    assert told.status == 3
    assert told.error == (
        "paperchat: Ray is not installed. Install it: `pip install 'paperchat[cluster]'`."
    )
