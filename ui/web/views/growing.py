"""A comparison that grows from one that is there: only what it lacks is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.engine import Aspect
from rag.types import (
    Cell,
    ComparedPaper,
    Comparison,
    ComparisonEvent,
    ModelChoice,
    Preview,
    Row,
    Written,
)

FEWEST = 2  # papers that the engine compares at once
Corrections = Mapping[tuple[str, str], str]  # a reader's words by paper id and column


@dataclass(frozen=True, slots=True)
class Part:
    """Papers by columns that are compared together; of ``papers`` only ``wanted`` are kept."""

    papers: tuple[str, ...]
    columns: tuple[Aspect, ...]
    wanted: frozenset[str]


class Growing:
    """The cells of ``papers`` by ``columns``: those of ``known``, and those that come.

    What ``known`` says of a paper counts if its abstract is still the one in ``abstracts`` (the
    present ones by paper id), and if the same model had read it. ``corrections`` stand in place of
    values, also of those to come.
    """

    def __init__(
        self,
        papers: Sequence[str],
        columns: Sequence[Aspect],
        choice: ModelChoice,
        *,
        known: Comparison | None = None,
        abstracts: Mapping[str, str] | None = None,
        corrections: Corrections | None = None,
    ) -> None:
        self._wanted = tuple(papers)
        self._columns = tuple(columns)
        self._corrections = corrections or {}
        self._papers: dict[str, ComparedPaper] = {}
        self._cells: dict[tuple[str, str], Cell] = {}
        if known is not None and (known.mode, known.model) == (choice.mode, choice.model):
            self._take(known, abstracts or {})
        self.parts = tuple(self._parts())
        self.total = sum(len(part.wanted) for part in self.parts)
        self.done = 0  # rows of parts that stay as they are
        self.drafts: set[str] = set()  # papers whose cells a language model may still rewrite
        self.trouble: str | None = None

    def add(self, part: Part, event: ComparisonEvent) -> None:
        """Take in one event of the comparison of ``part``."""
        match event:
            case Preview():
                for row in event.rows:
                    self._add_row(part, row)
                self.drafts |= part.wanted
            case Written():
                self._add_cell(part, event.cell)
            case Row():
                self._add_row(part, event)
                self.trouble = self.trouble or event.trouble
                self.drafts.discard(event.paper.paper_id)
                self.done += event.paper.paper_id in part.wanted

    @property
    def is_whole(self) -> bool:
        """Whether everything is compared anew, at once."""
        return (
            len(self.parts) == 1
            and len(self.parts[0].papers) == len(self._wanted)
            and (self.parts[0].columns == self._columns)
        )

    def corrected(self, comparison: Comparison) -> Comparison:
        """The same with the reader's words in their places."""
        cells = tuple(
            replace(cell, corrected=self._corrections.get((cell.paper_id, cell.aspect)))
            for cell in comparison.cells
        )
        return replace(comparison, cells=cells)

    def table(self) -> tuple[tuple[ComparedPaper, ...], tuple[str, ...], tuple[Cell, ...]]:
        """Papers, columns and cells, row by row: those papers and columns that are whole by now.

        While a column comes to a table, the table stays without it until all its cells are there.
        """
        begun = {paper_id for paper_id, _ in self._cells}
        rows = [i for i in self._wanted if i in begun]
        whole = [c.label for c in self._columns if rows and self._has(rows, c.label)]
        cells = tuple(self._cells[i, label] for i in rows for label in whole)
        return tuple(self._papers[i] for i in rows), tuple(whole), cells

    def _has(self, papers: Sequence[str], label: str) -> bool:
        return all((i, label) in self._cells for i in papers)

    def _take(self, known: Comparison, abstracts: Mapping[str, str]) -> None:
        for paper in known.papers:
            if paper.paper_id in self._wanted and abstracts.get(paper.paper_id) == paper.abstract:
                self._papers[paper.paper_id] = paper
        labels = {column.label for column in self._columns}
        for cell in known.cells:
            if cell.paper_id in self._papers and cell.aspect in labels:
                self._put(cell)

    def _parts(self) -> Iterator[Part]:
        """New papers with all columns, then the old papers with the columns that they lack."""
        new = [i for i in self._wanted if i not in self._papers]
        old = [i for i in self._wanted if i in self._papers]
        lacking = [c for c in self._columns if old and not self._has(old, c.label)]
        if new:
            yield self._part(new, old, self._columns)
        if lacking:
            yield self._part(old, new, lacking)

    def _part(self, wanted: list[str], others: list[str], columns: Sequence[Aspect]) -> Part:
        """The engine compares two papers at least, so a paper alone gets company."""
        company = others[: max(0, FEWEST - len(wanted))]
        return Part((*wanted, *company), tuple(columns), frozenset(wanted))

    def _add_row(self, part: Part, row: Row) -> None:
        if row.paper.paper_id not in part.wanted:
            return
        self._papers[row.paper.paper_id] = row.paper
        for cell in row.cells:
            self._put(cell)

    def _add_cell(self, part: Part, cell: Cell) -> None:
        if cell.paper_id in part.wanted:
            self._put(cell)

    def _put(self, cell: Cell) -> None:
        place = (cell.paper_id, cell.aspect)
        self._cells[place] = replace(cell, corrected=self._corrections.get(place))
