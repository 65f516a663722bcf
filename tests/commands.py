"""Fixtures that run the command line in this process; for conftest."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from rag.settings import Settings
from ui import cli
from ui.cli.terminal import options


class Run:
    """The exit status and the output of one command."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line of an error; the line that names the mode is ignored."""
        lines = [line for line in self.err.splitlines() if " mode: " not in line]
        assert len(lines) == 1, self.err
        assert lines[0].startswith("paperchat: ")
        return lines[0]


Command: TypeAlias = Callable[..., Run]


@pytest.fixture
def paperchat(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """Runs a command in this process, with an empty index folder and no weights."""
    monkeypatch.setenv("PAPERCHAT_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("PAPERCHAT_COLLECTIONS", str(tmp_path / "collections"))
    monkeypatch.setenv("PAPERCHAT_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("PAPERCHAT_LLM", "quotes")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["paperchat", *map(str, arguments)])
        monkeypatch.setattr(options, "_given", options.Given())
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Run(int(str(left.value.code or 0)), out, err)

    return run


@pytest.fixture
def indexed(paperchat: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Command:
    """As ``paperchat``, with the index of the delivered corpus."""
    monkeypatch.setenv("PAPERCHAT_INDEX", str(settings.index))
    return paperchat
