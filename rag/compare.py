"""The flow of one comparison, streamed row by row: sentences for aspects, cells, summary."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Mapping, Sequence

from rag.aspects import ASPECTS, Aspect
from rag.assign import Assigner, Ranked
from rag.cells import quoted_cell
from rag.errors import PaperchatError
from rag.fill import Filler
from rag.index.cells import CellCache
from rag.index.library import Library
from rag.matrix import (
    Compared,
    ComparedPaper,
    Comparison,
    ComparisonEvent,
    ComparisonTimings,
    Row,
)
from rag.models.chat import ChatModel
from rag.pick import check_count
from rag.propose import Proposed, Proposer
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
        self._proposer = Proposer(library, self._assigner, chat)

    def close(self) -> None:
        """Close the language model's connections, the cache and the index."""
        if self._chat is not None:
            self._chat.close()
        self._cache.close()
        self.library.close()

    def propose(self, paper_ids: Sequence[str]) -> Proposed:
        """Columns beside the eight, by what tells these papers apart; raises as `stream` does."""
        return self._proposer.propose(self._papers(paper_ids))

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

        A language model that fails midway is said in a row's ``trouble``; cells that it did not
        make hold the words of the sentence. Raises UnknownPaperError, or ComparisonError where
        there are too few papers or too many.
        """
        started = time.perf_counter()
        papers = self._papers(paper_ids)
        ranking = self._assigner.rank(papers, aspects)
        rows: list[Row] = []
        first_ms = 0.0
        for row in self._rows(papers, aspects, ranking):
            rows.append(row)
            first_ms = first_ms or _milliseconds(started)
            yield row
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

    def _papers(self, paper_ids: Sequence[str]) -> list[Paper]:
        papers = [self.library.by_id[i] for i in self.library.scope(paper_ids) or ()]
        check_count(papers)
        return papers

    def _rows(
        self, papers: Iterable[Paper], aspects: Sequence[Aspect], ranking: Ranking
    ) -> Generator[Row, None, None]:
        filler = None if self._chat is None else Filler(self._chat, self._cache, self.library)
        for paper in papers:
            ranked = {a.name: ranking.get((paper.paper_id, a.name), ()) for a in aspects}
            cells = {a.name: quoted_cell(paper, a.name, ranked[a.name]) for a in aspects}
            trouble = None
            if filler is not None:
                made, trouble = filler.fill(paper, aspects, ranked)
                cells |= made
            row = tuple(cells[aspect.name] for aspect in aspects)
            yield Row(ComparedPaper(paper.paper_id, paper.title, paper.url), row, trouble)


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
