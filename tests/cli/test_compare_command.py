"""`paperchat compare`: the contract's JSON, and bad input."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.index.library import Library
from rag.settings import Settings

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"
CODE = "code or project"


def run(monkeypatch: pytest.MonkeyPatch, settings: Settings, *arguments: str) -> int:
    from ui import cli
    from ui.cli.terminal import options

    monkeypatch.setattr("sys.argv", ["paperchat", "compare", "--llm", "quotes", *arguments])
    monkeypatch.setattr(options, "_given", options.Given())
    monkeypatch.setenv("PAPERCHAT_INDEX", str(settings.index))
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(str(left.value.code or 0))


def test_the_command_prints_the_contract(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--paper", "SINet", "--paper", "multimodn", "--paper", SINET, "--aspect", CODE)
    assert run(monkeypatch, settings, *arguments) == 0
    out, err = capsys.readouterr()
    made = json.loads(out)
    assert set(made) >= {"papers", "aspects", "cells", "summary", "mode", "model", "timings"}
    assert all(set(paper) >= {"paper_id", "title", "url"} for paper in made["papers"])
    assert [cell["status"] for cell in made["cells"]] == ["stated", "not_stated"]
    assert "given twice, compared once: SINet" in err
    assert "1 of 2: SINet" in err


def refuses(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    arguments: Sequence[str],
    says: str,
) -> None:
    """The command ends with 2 and one line that says so."""
    assert run(monkeypatch, settings, *arguments) == 2
    out, err = capsys.readouterr()
    [line] = [line for line in err.splitlines() if " mode: " not in line]
    assert out == "" and says in line and line.startswith("paperchat: ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "No papers are named"),
        (("--paper", SINET), "1 paper cannot be compared"),
        (("--paper", SINET, "--paper", "no such thing at all"), "No paper has the id or title"),
        (("--paper", SINET, "--paper", "multimodal"), "fits"),
        (("--paper", SINET, "--aspect", " "), "An aspect is empty"),
        (("--paper", SINET, "--format", "xml"), "no format 'xml'"),
        (("--paper", SINET, "--out", "table.xyz"), "files that end in .xyz"),
        (("--about", " "), "The question is empty"),
    ],
)
def test_bad_input_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    arguments: Sequence[str],
    says: str,
) -> None:
    refuses(monkeypatch, settings, capsys, arguments, says)


def test_fifty_one_papers_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    library: Library,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ids = [paper.paper_id for paper in library.papers[:51]]
    assert run(monkeypatch, settings, *(word for i in ids for word in ("--paper", i))) == 2
    assert "51 papers are too many" in capsys.readouterr().err


def test_proposed_columns_come_after_the_eight_and_are_told(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    titles = ("MindBridge", "NeuroPictor", "LaVCa", "BrainSCUBA")
    papers = [word for title in titles for word in ("--paper", title)]
    assert run(monkeypatch, settings, *papers, "--propose") == 0
    out, err = capsys.readouterr()
    proposed = json.loads(out)["aspects"][8:]
    told = [line.split(": ")[1].split(" (")[0] for line in err.splitlines() if "proposed:" in line]
    assert proposed == told and proposed
    assert run(monkeypatch, settings, *papers, "--aspect", proposed[0].upper(), "--propose") == 0
    assert json.loads(capsys.readouterr().out)["aspects"] == [proposed[0].upper(), *proposed[1:]]


def test_a_saved_comparison_is_printed_in_another_format(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    asked = ("--paper", "SINet", "--paper", "multimodn", "--statement", "Models can be small")
    assert run(monkeypatch, settings, *asked) == 0
    saved = tmp_path / "saved.json"
    saved.write_text(capsys.readouterr().out, "utf-8")
    for form, mark in (("html", "<!doctype html>"), ("md", "| Paper |"), ("latex", "longtable")):
        assert run(monkeypatch, settings, "--from", str(saved), "--format", form) == 0
        assert mark in capsys.readouterr().out
    for wrong, says in ((tmp_path / "none.json", "No such file"), (tmp_path, "directory")):
        assert run(monkeypatch, settings, "--from", str(wrong)) == 2
        assert says in capsys.readouterr().err
