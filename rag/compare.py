"""The flow of one comparison, streamed row by row: sentences for aspects, cells, summary."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing

from rag.aspects import ASPECTS, Aspect
from rag.assign import Assigner, Ranked
from rag.cells import quoted_cell
from rag.errors import PaperchatError
from rag.fill import Filler, leeway_of
from rag.index.cells import CellCache
from rag.index.library import Library
from rag.matrix import (
    Compared,
    ComparedPaper,
    Comparison,
    ComparisonEvent,
    ComparisonTimings,
    Preview,
    Row,
    Written,
)
from rag.models.chat import ChatModel
from rag.pick import check_count
from rag.summary import summarise
from rag.types import ModelChoice, Paper

Ranking = Mapping[tuple[str, str], Sequence[Ranked]]


class Comparer:
    """Compares papers of one library with one language model, or none. Safe to share."""

    def __init__(
        self, library: Library, chat: ChatModel | None, choice: ModelChoice, cache: CellCache
    ) -> None:
        self.library = library
        self.choice = choice
        self._chat = chat
        self._cache = cache
        self._assigner = Assigner(library)

    def close(self) -> None:
        """Close the language model's connections, the cache and the index."""
        if self._chat is not None:
            self._chat.close()
        self._cache.close()
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

        With a language model, `Preview` comes before them all and `Written` as each cell is there.
        Closing the generator at any event ends the model's reply; what it wrote is kept.
        A language model that fails midway is said in a row's ``trouble``; cells that it did not
        make hold the words of the sentence. Raises UnknownPaperError, or ComparisonError where
        there are too few papers or too many.
        """
        started = time.perf_counter()
        papers = [self.library.by_id[i] for i in self.library.scope(paper_ids) or ()]
        check_count(papers)
        ranking = self._assigner.rank(papers, aspects)
        plain = [_plain_row(paper, aspects, ranking) for paper in papers]
        rows: list[Row] = []
        first_ms = 0.0
        with closing(self._events(papers, aspects, ranking, plain)) as events:
            for event in events:
                if isinstance(event, Row):
                    rows.append(event)
                    first_ms = first_ms or _milliseconds(started)
                yield event
        cells = tuple(cell for row in rows for cell in row.cells)
        cells_ms = _milliseconds(started)
        yield Compared(
            Comparison(
                tuple(row.paper for row in rows),
                tuple(aspect.name for aspect in aspects),
                cells,
                summarise(papers, cells),
                self.choice.mode,
                self.choice.model,
                ComparisonTimings(first_ms, cells_ms, _milliseconds(started)),
                next((row.trouble for row in rows if row.trouble), None),
            )
        )

    def _events(
        self,
        papers: Sequence[Paper],
        aspects: Sequence[Aspect],
        ranking: Ranking,
        plain: Sequence[Row],
    ) -> Generator[Preview | Written | Row, None, None]:
        if self._chat is None:
            yield from plain
            return
        yield Preview(tuple(plain))
        filler = Filler(self._chat, self._cache, self.library, leeway_of(self.choice.mode))
        for paper, row in zip(papers, plain, strict=True):
            ranked = {a.name: ranking.get((paper.paper_id, a.name), ()) for a in aspects}
            cells = {cell.aspect: cell for cell in row.cells}
            with closing(filler.fill(paper, aspects, ranked)) as written:
                for cell in written:
                    cells[cell.aspect] = cell
                    yield Written(cell)
            yield Row(row.paper, tuple(cells.values()), filler.trouble)


def _plain_row(paper: Paper, aspects: Sequence[Aspect], ranking: Ranking) -> Row:
    """The row without a language model."""
    cells = (quoted_cell(paper, a.name, ranking.get((paper.paper_id, a.name), ())) for a in aspects)
    return Row(ComparedPaper(paper.paper_id, paper.title, paper.url), tuple(cells))


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
