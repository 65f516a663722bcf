"""Corrections by hand, numbers and pointers of a comparison in each form of file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from rag.errors import InputError
from rag.types import Cell, ComparedPaper, Comparison, ComparisonTimings, Measure, Span
from ui.exports.comparisons.saved import read_comparison
from ui.exports.files import export

SAID = "We reach 83.6% on ImageNet."
QUOTE = Span(SAID, 0, len(SAID))
NUMBER = Measure(Span("83.6%", 9, 14), 83.6, "%", data=Span("ImageNet", 18, 26))
MADE = Comparison(
    (ComparedPaper("a", "Alpha", None, SAID), ComparedPaper("b", "Beta", None, "It is.")),
    ("result", "baseline"),
    (
        Cell("a", "result", SAID, "stated", (QUOTE,), "supported", measures=(NUMBER,)),
        Cell("a", "baseline", SAID, "stated", (QUOTE,), "supported", see="result"),
        Cell("b", "result", "", "not_stated", (), None, corrected="84.0% <b>by their table 2</b>"),
        Cell("b", "baseline", "", "not_stated", (), None, corrected=""),
    ),
    (), "quotes", "none", ComparisonTimings(),
)  # fmt: skip


def content(form: str) -> str:
    made = export(form, MADE, {}).content
    return made if isinstance(made, str) else ""


def test_a_saved_comparison_keeps_corrections_and_checks_numbers() -> None:
    text = content("json")
    assert read_comparison(text) == MADE
    assert read_comparison(text).cells[2].shown.startswith("84.0%")
    old = text.replace('"see": "result"', '"see": ""')
    assert read_comparison(old).cells[1].see == ""
    with pytest.raises(InputError, match="A number of 'a'"):
        read_comparison(text.replace('"text": "83.6%"', '"text": "93.6%"'))
    moved = replace(NUMBER, data=Span("ImageNet", -8, 26))
    cells = (replace(MADE.cells[0], measures=(moved,)), *MADE.cells[1:])
    with pytest.raises(InputError, match="A number of 'a'"):
        read_comparison(str(export("json", replace(MADE, cells=cells), {}).content))


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_file_points_to_nothing_that_it_does_not_have(form: str) -> None:
    result, baseline, *others = MADE.cells
    over = replace(MADE, cells=(replace(result, corrected="about 84%"), baseline, *others))
    part = replace(MADE, aspects=("baseline",), cells=(baseline, others[1]))
    for comparison in (over, part):
        text = str(export(form, comparison, {}).content)
        assert "as under" not in text and "We reach 83.6% on ImageNet." in text


def test_tables_mark_corrections_and_say_numbers() -> None:
    for form in ("md", "latex", "html"):
        text = content(form)
        assert text.count("corrected by hand") == 2 + (form == "html")
        assert "as under" in text and "ImageNet" in text
    assert "<b>by" not in content("html") and "Shared and different" in content("html")
    head, first, second = csv.reader(io.StringIO(content("csv")))
    row = dict(zip(head, first, strict=True))
    assert row["result: number"] == "83.6" and row["result: unit"] == "%"
    assert row["result: data set"] == "ImageNet" and row["baseline"] == SAID
    assert row["result: all numbers"] == "83.6% on ImageNet"
    row = dict(zip(head, second, strict=True))
    assert row["result"].startswith("84.0%") and row["result: number"] == ""
    assert row["corrected by hand"] == "result; baseline"


def test_many_columns_become_blocks_in_print() -> None:
    aspects = tuple(f"aspect {n}" for n in range(9))
    cells = tuple(
        Cell(paper.paper_id, aspect, "", "not_stated", (), None)
        for paper in MADE.papers
        for aspect in aspects
    )
    wide = str(export("html", replace(MADE, aspects=aspects, cells=cells), {}).content)
    assert ", print {" in wide and ", print {" not in content("html")
