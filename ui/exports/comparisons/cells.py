"""What the cell of a comparison says in a file: its words, numbers and corrections. Pure."""

from __future__ import annotations

from dataclasses import replace

from rag.text.quantities.measure_words import measured_words
from rag.types import Cell, Comparison

NOT_STATED = "not stated in the abstract"
CORRECTED = "corrected by hand"


def well_pointed(comparison: Comparison) -> Comparison:
    """The comparison with words in place of pointers to what it does not have.

    The column may have been left out, or a reader may have written over its cell.
    """
    found = {(c.paper_id, c.aspect) for c in comparison.cells if c.corrected is None}
    cells = tuple(
        cell if (cell.paper_id, cell.see) in found else replace(cell, see="")
        for cell in comparison.cells
    )
    return replace(comparison, cells=cells)


def cell_words(cell: Cell) -> str:
    """The words of a cell: a reader's correction, the value, a pointer, or that it is not stated.

    A correction says that it is one.
    """
    if cell.corrected is not None:
        return f"{cell.corrected or 'not stated'} ({CORRECTED})"
    if cell.see:
        return f"as under “{cell.see}”"
    return cell.value or NOT_STATED


def cell_numbers(cell: Cell) -> tuple[str, ...]:
    """The cell's own numbers in words; none where a reader has corrected it, or it is a pointer."""
    if cell.corrected is not None or cell.see:
        return ()
    return tuple(measured_words(cell.measures))
