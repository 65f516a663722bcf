"""`paperchat compare --statement`: one command over the library, and bad input."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence

import pytest
from test_compare_command import refuses, run

from rag.index.library import Library
from rag.settings import Settings
from rag.types import Cell

HEADS = "All attention heads are equally important."


@pytest.fixture
def ids(library: Library) -> list[str]:
    """MoH and Scaling MLPs."""
    titles = {paper.title.split(":")[0]: paper.paper_id for paper in library.papers}
    return [titles["MoH"], titles["Scaling MLPs"]]


def test_one_command_over_the_library(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    ids: Sequence[str],
) -> None:
    assert run(monkeypatch, settings, "--statement", HEADS) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["aspects"] == [HEADS] and len(made["papers"]) == 10
    cells = {cell["paper_id"]: Cell(**cell) for cell in made["cells"]}
    assert cells[ids[0]].value == "contradicts"
    assert run(monkeypatch, settings, "--statement", HEADS, "--format", "csv") == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    told = next(row for row in rows if row["paper_id"] == ids[0])
    assert told[HEADS] == "contradicts" and told[f"{HEADS}: quote"]


def test_papers_and_aspects_may_be_named_beside_a_statement(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    ids: Sequence[str],
) -> None:
    papers = ("--paper", ids[0], "--paper", ids[1])
    assert run(monkeypatch, settings, *papers, "--statement", HEADS, "--aspect", "problem") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["aspects"] == ["problem", HEADS]
    assert [paper["paper_id"] for paper in made["papers"]] == list(ids)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--statement", " "), "A statement is empty"),
        (("--statement", "x" * 201), "201 characters"),
        (("--statement", HEADS, "--statement", HEADS), "given twice"),
        (("--statement", HEADS, "--paper", "no such thing"), "No paper has the id or title"),
    ],
)
def test_bad_statements_are_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    arguments: Sequence[str],
    says: str,
) -> None:
    refuses(monkeypatch, settings, capsys, arguments, says)
