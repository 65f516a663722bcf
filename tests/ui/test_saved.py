"""A comparison saved and read back; a changed file is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import InputError
from rag.types import Cell, ComparedPaper, Comparison, ComparisonTimings, Span, SummaryClaim
from ui.exports.comparisons.saved import LARGEST, read_comparison
from ui.exports.json_text import as_json

ABSTRACT = "Attention is costly. We make it linear."


def comparison(abstract: str = ABSTRACT) -> Comparison:
    papers = (ComparedPaper("a", "A", None, abstract), ComparedPaper("b", "B", "u", abstract))
    said = (Span(abstract[21:], 21, len(abstract)),)
    return Comparison(
        papers,
        ("approach", "baseline"),
        (
            Cell("a", "approach", "We make it linear.", "stated", said, "supported"),
            Cell("a", "baseline", "", "not_stated", (), None),
            Cell("b", "approach", "", "not_stated", (), None),
            Cell("b", "baseline", "linear", "stated", said, "partial"),
        ),
        (SummaryClaim("All papers name it.", ("a", "b"), "supported"),),
        "quotes",
        "none",
        ComparisonTimings(1.0, 2.0, 3.0),
    )


@given(st.text(min_size=30).filter(lambda text: "\ud800" not in text))
def test_any_comparison_survives_its_file(abstract: str) -> None:
    whole = comparison(abstract)
    assert read_comparison(as_json(whole)) == whole


def test_cells_come_back_row_by_row() -> None:
    whole = comparison()
    mixed = replace(whole, cells=whole.cells[::-1])
    assert read_comparison(as_json(mixed)) == whole


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(whole: dict[str, Any]) -> None:
        *way, last = [int(p) if p.isdigit() else p for p in path.split(".")]
        at: Any = whole
        for step in way:
            at = at[step]
        at[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("cells.0.quotes.0.text", "We make it fast."), "is not in the abstract"),
        (_set("cells.0.quotes.0.start", -18), "is not in the abstract"),
        (_set("papers.0.abstract", "Something else."), "is not in the abstract"),
        (_set("cells.0.quotes", []), "stated without a quote"),
        (_set("cells.0.status", "not_stated"), "stated without a quote"),
        (_set("cells.0.verdict", "proven"), r"cells\.0\.verdict"),
        (_set("cells", []), "lacks cells"),
        (_set("aspects", ["approach"]), "lacks cells"),
        (_set("summary.0.citations", ["c"]), "does not have"),
        (_set("mode", "magic"), "mode"),
    ],
)
def test_a_changed_file_is_refused(change: Callable[[dict[str, Any]], None], said: str) -> None:
    whole = json.loads(as_json(comparison()))
    change(whole)
    with pytest.raises(InputError, match=said):
        read_comparison(json.dumps(whole))


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", "null", "1", '{"papers": 1}'])
def test_what_is_no_comparison_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="not a comparison") as refused:
        read_comparison(text)
    assert "\n" not in str(refused.value)


def test_a_huge_file_is_not_even_read() -> None:
    with pytest.raises(InputError, match="too large"):
        read_comparison(" " * (LARGEST + 1))
