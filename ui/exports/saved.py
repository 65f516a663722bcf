"""A comparison as a file: what `paperchat compare --format json` prints, read back and checked.

The file may come from anybody, so it is checked: each quote must be in its abstract at its offsets,
and every paper must have a cell for every aspect.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter

from rag.errors import InputError
from rag.types import Cell, Comparison
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
            if abstracts[cell.paper_id][quote.start : quote.end] != quote.text or quote.start < 0:
                raise InputError(
                    f"A quote of {cell.paper_id!r} for {cell.aspect!r} is not in the "
                    "abstract that the file has.",
                    "Ask for the file again: this one was changed.",
                )
        if (cell.status == "stated") != bool(cell.quotes):
            raise InputError(f"A cell of {cell.paper_id!r} is stated without a quote.", _REMEDY)


def _ordered(comparison: Comparison) -> Comparison:
    """The same with its cells row by row."""
    by_place: dict[tuple[str, str], Cell] = {(c.paper_id, c.aspect): c for c in comparison.cells}
    cells = tuple(
        by_place[paper.paper_id, aspect]
        for paper in comparison.papers
        for aspect in comparison.aspects
    )
    return replace(comparison, cells=cells)
