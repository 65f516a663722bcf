"""The flow of one comparison, streamed row by row: sentences for aspects, cells, summary."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence

from rag.aspects import ASPECTS, Aspect
from rag.assign import Assigner
from rag.cells import quoted_cell
from rag.errors import PaperchatError
from rag.index.library import Library
from rag.matrix import (
    Compared,
    ComparedPaper,
    Comparison,
    ComparisonEvent,
    ComparisonTimings,
    Row,
)
from rag.pick import check_count
from rag.types import ModelChoice, Paper


class Comparer:
    """Compares papers of one library. Safe to share."""

    def __init__(self, library: Library, choice: ModelChoice) -> None:
        self.library = library
        self.choice = choice
        self._assigner = Assigner(library)

    def close(self) -> None:
        """Close the index. Not while it compares."""
        self.library.close()

    def compare(self, paper_ids: Sequence[str], aspects: Sequence[Aspect] = ASPECTS) -> Comparison:
        """The whole matrix. Raises as `stream` does."""
        for event in self.stream(paper_ids, aspects):
            if isinstance(event, Compared):
                return event.comparison
        raise PaperchatError("The comparison did not finish.")

    def stream(
        self, paper_ids: Sequence[str], aspects: Sequence[Aspect] = ASPECTS
    ) -> Generator[ComparisonEvent, None, None]:
        """`Row` after `Row` in the order of the papers, then `Compared`.

        Raises UnknownPaperError, or ComparisonError where there are too few papers or too many.
        """
        started = time.perf_counter()
        papers = [self.library.by_id[i] for i in self.library.scope(paper_ids) or ()]
        check_count(papers)
        ranked = self._assigner.rank(papers, aspects)
        rows: list[Row] = []
        first_ms = 0.0
        for paper in papers:
            row = [
                quoted_cell(paper, a.name, ranked.get((paper.paper_id, a.name), ()))
                for a in aspects
            ]
            rows.append(Row(_head(paper), tuple(row)))
            first_ms = first_ms or _milliseconds(started)
            yield rows[-1]
        cells_ms = _milliseconds(started)
        cells = tuple(cell for row in rows for cell in row.cells)
        yield Compared(
            Comparison(
                tuple(row.paper for row in rows),
                tuple(aspect.name for aspect in aspects),
                cells,
                (),
                self.choice.mode,
                self.choice.model,
                ComparisonTimings(first_ms, cells_ms, _milliseconds(started)),
            )
        )


def _head(paper: Paper) -> ComparedPaper:
    return ComparedPaper(paper.paper_id, paper.title, paper.url)


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
