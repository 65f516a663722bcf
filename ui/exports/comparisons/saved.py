"""A comparison as a file: what `paperchat compare --format json` prints, read back and checked.

The file may come from anybody, so it is checked: each quote must be in its abstract at its offsets,
and every paper must have a cell for every aspect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import TypeAdapter

from rag.errors import InputError
from rag.types import Cell, Comparison, Span
from ui.exports.json_text import read_json

LARGEST = 4_000_000  # characters; fifty papers by twenty aspects make less than one million
_ADAPTER = TypeAdapter(Comparison)
_REMEDY = "Open a file that `paperchat compare --format json` or the Compare page has saved."


def read_comparison(text: str) -> Comparison:
    """The comparison in ``text``. Raises InputError, saying what is wrong with it.

    A quote that is not in its abstract is refused, not corrected: somebody changed the file.
    """
    comparison = read_json(_ADAPTER, text, "a comparison", LARGEST, _REMEDY)
    _check(comparison)
    return _ordered(comparison)


def _check(comparison: Comparison) -> None:
    abstracts = {paper.paper_id: paper.abstract for paper in comparison.papers}
    wanted = {(paper_id, aspect) for paper_id in abstracts for aspect in comparison.aspects}
    if {(cell.paper_id, cell.aspect) for cell in comparison.cells} != wanted:
        raise InputError("The file lacks cells, or has some of unknown papers or aspects.", _REMEDY)
    if not {i for claim in comparison.summary for i in claim.citations} <= set(abstracts):
        raise InputError("The file's summary cites papers that it does not have.", _REMEDY)
    for cell in comparison.cells:
        for quote in cell.quotes:
            if not _stands(quote, abstracts[cell.paper_id]):
                raise InputError(
                    f"A quote of {cell.paper_id!r} for {cell.aspect!r} is not in the "
                    "abstract that the file has.",
                    "Ask for the file again: this one was changed.",
                )
        if not all(_stands(span, abstracts[cell.paper_id]) for span in _measured(cell)):
            raise InputError(
                f"A number of {cell.paper_id!r} for {cell.aspect!r} is not in the abstract that "
                "the file has.",
                "Ask for the file again: this one was changed.",
            )
        if (cell.status == "stated") != bool(cell.quotes):
            raise InputError(f"A cell of {cell.paper_id!r} is stated without a quote.", _REMEDY)


def _stands(span: Span, abstract: str) -> bool:
    return span.start >= 0 and abstract[span.start : span.end] == span.text


def _measured(cell: Cell) -> Iterator[Span]:
    """The spans of a cell's numbers, and of what they measure."""
    for measure in cell.measures:
        for span in (measure.text, measure.metric, measure.data, measure.than):
            if span is not None:
                yield span


def _ordered(comparison: Comparison) -> Comparison:
    """The same with its cells row by row."""
    by_place: dict[tuple[str, str], Cell] = {(c.paper_id, c.aspect): c for c in comparison.cells}
    cells = tuple(
        by_place[paper.paper_id, aspect]
        for paper in comparison.papers
        for aspect in comparison.aspects
    )
    return replace(comparison, cells=cells)
