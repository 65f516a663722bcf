"""The values of a comparison: frozen dataclasses without behaviour.

``dataclasses.asdict`` of a ``Comparison`` is the JSON of ``paperchat compare``, field by field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from rag.types.cells import Cell, Verdict
from rag.types.models import Mode
from rag.types.papers import PaperStatus

# The values of a cell whose column is a statement.
Stance: TypeAlias = Literal["supports", "contradicts", "unclear"]
STANCES = frozenset(get_args(Stance))


@dataclass(frozen=True, slots=True)
class ComparedPaper:
    """The paper of one row. Offsets of the row's quotes refer to its ``abstract``."""

    paper_id: str
    title: str
    url: str | None
    abstract: str
    status: PaperStatus = ""


@dataclass(frozen=True, slots=True)
class SummaryClaim:
    """A sentence on what papers share or where they differ. ``citations`` are paper ids."""

    text: str
    citations: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ComparisonTimings:
    """Milliseconds from the start."""

    first_row_ms: float = 0.0
    cells_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole matrix: one cell for every paper and aspect, row by row.

    ``trouble`` says why the language model did not write all of it, or is None.
    """

    papers: tuple[ComparedPaper, ...]
    aspects: tuple[str, ...]
    cells: tuple[Cell, ...]
    summary: tuple[SummaryClaim, ...]
    mode: Mode
    model: str
    timings: ComparisonTimings
    trouble: str | None = None


# What `Comparer.stream` yields: one Row per paper, then Compared. With a language model there is a
# Preview first, and each Row comes after its Written cells.


@dataclass(frozen=True, slots=True)
class Row:
    """One paper's cells, in the order of the aspects. ``trouble`` says what failed in this row."""

    paper: ComparedPaper
    cells: tuple[Cell, ...]
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """All rows without a language model, before it has written anything."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """One more cell of the next row, from the cache or from the language model."""

    cell: Cell


@dataclass(frozen=True, slots=True)
class Compared:
    """The whole comparison."""

    comparison: Comparison


ComparisonEvent: TypeAlias = Preview | Written | Row | Compared
