"""The flow of one comparison, streamed row by row: sentences for columns, cells, summary."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from typing import TypeAlias

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
from rag.stance import Heard, fitted_cell, hear, tell
from rag.stance_fill import StanceFiller
from rag.summary import summarise
from rag.types import Cell, ModelChoice, Paper

Ranking = Mapping[tuple[str, str], Sequence[Ranked]]
Hearing = Mapping[str, Mapping[str, Heard]]  # by statement and paper id
Made: TypeAlias = tuple[dict[str, Cell], str | None]  # cells by column, and what went wrong


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
        rows: list[Row] = []
        first_ms = 0.0
        for row in self._rows(papers, aspects):
            rows.append(row)
            first_ms = first_ms or _milliseconds(started)
            yield row
        cells = tuple(cell for row in rows for cell in row.cells)
        cells_ms = _milliseconds(started)
        statements = [aspect.name for aspect in aspects if aspect.kind == "statement"]
        yield Compared(
            Comparison(
                tuple(row.paper for row in rows),
                tuple(aspect.name for aspect in aspects),
                cells,
                (*summarise(papers, cells), *tell(papers, statements, cells)),
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
        self, papers: Sequence[Paper], columns: Sequence[Aspect]
    ) -> Generator[Row, None, None]:
        aspects = [column for column in columns if column.kind != "statement"]
        statements = [column for column in columns if column.kind == "statement"]
        ranking = self._assigner.rank(papers, aspects)
        hearing = {s.name: hear(self.library, papers, s.name) for s in statements}
        fillers = self._fillers()
        for paper in papers:
            stated, trouble = _stated(paper, aspects, ranking, fillers[0])
            stances, more = _stances(paper, statements, hearing, fillers[1])
            cells = tuple((stated | stances)[column.name] for column in columns)
            head = ComparedPaper(paper.paper_id, paper.title, paper.url, paper.abstract)
            yield Row(head, cells, trouble or more)

    def _fillers(self) -> tuple[Filler | None, StanceFiller | None]:
        """Those that ask the language model, for aspects and for statements."""
        if self._chat is None:
            return None, None
        judge = StanceFiller(self._chat, self._cache) if self.choice.mode == "openai" else None
        return Filler(self._chat, self._cache, self.library), judge


def _stated(
    paper: Paper, aspects: Sequence[Aspect], ranking: Ranking, filler: Filler | None
) -> Made:
    ranked = {a.name: ranking.get((paper.paper_id, a.name), ()) for a in aspects}
    cells = {a.name: quoted_cell(paper, a.name, ranked[a.name]) for a in aspects}
    if filler is None or not aspects:
        return cells, None
    made, trouble = filler.fill(paper, aspects, ranked)
    return cells | made, trouble


def _stances(
    paper: Paper, statements: Sequence[Aspect], hearing: Hearing, filler: StanceFiller | None
) -> Made:
    heard = {s.name: hearing[s.name].get(paper.paper_id) for s in statements}
    cells = {s.name: fitted_cell(paper, s.name, heard[s.name]) for s in statements}
    if filler is None or not statements:
        return cells, None
    made, trouble = filler.fill(paper, statements, heard)
    return cells | made, trouble


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
