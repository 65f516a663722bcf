"""A comparison that grows: only what it lacks is compared, and a reader's words stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.engine import choose_columns
from rag.types import (
    Cell,
    ComparedPaper,
    Comparison,
    ComparisonTimings,
    ModelChoice,
    Preview,
    Row,
    Written,
)
from ui.web.views.growing import Growing, Part

CHOICE = ModelChoice("quotes", "", "")
TASK, DATA = choose_columns(["task", "data set"], [])
ABSTRACTS = {i: f"Abstract of {i}." for i in "abc"}


def cell(paper_id: str, aspect: str, value: str = "") -> Cell:
    return Cell(paper_id, aspect, value, "not_stated", (), None)


def paper(paper_id: str) -> ComparedPaper:
    return ComparedPaper(paper_id, paper_id.upper(), None, ABSTRACTS[paper_id])


def row(paper_id: str, *labels: str) -> Row:
    return Row(paper(paper_id), tuple(cell(paper_id, label, f"new {label}") for label in labels))


def known(ids: str, *labels: str) -> Comparison:
    cells = tuple(cell(i, label, "old") for i in ids for label in labels)
    papers = tuple(paper(i) for i in ids)
    return Comparison(papers, labels, cells, (), "quotes", "", ComparisonTimings())


def growing(ids: str, comparison: Comparison | None, **more: object) -> Growing:
    given = {"known": comparison, "abstracts": ABSTRACTS, **more}
    return Growing(ids, (TASK, DATA), CHOICE, **given)  # type: ignore[arg-type]


def shapes(made: Growing) -> list[tuple[str, int]]:
    """The papers of each part, and how many columns it has."""
    return [("".join(part.papers), len(part.columns)) for part in made.parts]


def test_without_a_table_everything_is_compared_at_once() -> None:
    made = growing("ab", None)
    assert shapes(made) == [("ab", 2)]
    assert made.is_whole
    assert made.total == 2


def test_a_new_column_is_compared_alone_and_shown_when_it_is_whole() -> None:
    made = growing("ab", known("ab", "task"))
    assert shapes(made) == [("ab", 1)]
    assert not made.is_whole
    (part,) = made.parts
    made.add(part, row("a", "data set"))
    assert made.table()[1] == ("task",)
    made.add(part, row("b", "data set"))
    _, labels, cells = made.table()
    assert labels == ("task", "data set")
    assert [c.value for c in cells] == ["old", "new data set"] * 2


def test_a_new_paper_has_company_and_only_its_row_is_kept() -> None:
    made = growing("abc", known("ab", "task", "data set"))
    (part,) = made.parts
    assert part == Part(("c", "a"), (TASK, DATA), frozenset("c"))
    for i in "ca":
        made.add(part, row(i, "task", "data set"))
    papers, _, cells = made.table()
    assert "".join(p.paper_id for p in papers) == "abc"
    assert [c.value for c in cells] == ["old"] * 4 + ["new task", "new data set"]
    assert (made.done, made.total) == (1, 1)


def test_new_papers_and_new_columns_are_two_parts() -> None:
    assert shapes(growing("abc", known("ab", "task"))) == [("ca", 2), ("ab", 1)]
    assert shapes(growing("ab", known("abc", "task", "data set", "other"))) == []


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "openai", "model": "other"},
        {"papers": tuple(replace(paper(i), abstract="Another text.") for i in "ab")},
    ],
)
def test_what_another_model_or_another_text_gave_is_compared_anew(
    change: dict[str, object],
) -> None:
    old = replace(known("ab", "task", "data set"), **change)  # type: ignore[arg-type]
    assert growing("ab", old).is_whole


def test_a_reader_s_words_stay_in_cells_old_and_new() -> None:
    words = {("a", "task"): "mine", ("b", "data set"): ""}
    made = growing("ab", known("ab", "task"), corrections=words)
    for i in "ab":
        made.add(made.parts[0], row(i, "data set"))
    assert [c.corrected for c in made.table()[2]] == ["mine", None, None, ""]
    whole = growing("ab", None, corrections=words).corrected(known("ab", "task", "data set"))
    assert [c.corrected for c in whole.cells] == ["mine", None, None, ""]
    assert growing("ab", whole).table()[2][0].corrected is None, "put back meanwhile"


def test_rows_are_drafts_until_a_model_has_written_them() -> None:
    made = growing("ab", None)
    part: Part = made.parts[0]
    made.add(part, Preview((row("a", "task", "data set"), row("b", "task", "data set"))))
    assert made.drafts == {"a", "b"}
    made.add(part, Written(cell("a", "task", "written")))
    assert made.table()[2][0].value == "written"
    made.add(part, row("a", "task", "data set"))
    assert (made.drafts, made.done) == ({"b"}, 1)
