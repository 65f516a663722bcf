"""The flow of one comparison, streamed row by row: sentences for aspects, cells, summary."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.comparing.cache import CellCache
from rag.comparing.cell_writer import CellWriter, policy_of
from rag.comparing.cells import quoted_cell
from rag.comparing.columns.proposals import Proposed, Proposer
from rag.comparing.papers import check_count
from rag.comparing.stances.stance import StanceEvidence, find_stances, fitted_cell, tell
from rag.comparing.stances.writer import StanceWriter
from rag.comparing.summary import summarise
from rag.decisions.aspect_sentences import AspectRanker, Ranked
from rag.decisions.aspects import ASPECTS, Aspect
from rag.errors import PaperchatError
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.types import (
    Cell,
    Compared,
    ComparedPaper,
    Comparison,
    ComparisonEvent,
    ComparisonTimings,
    ModelChoice,
    Paper,
    Preview,
    Row,
    Written,
)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of one comparison, with what is known of the papers without a language model.

    ``ranking`` has each paper's sentences by paper id and aspect, best first; ``hearing`` what
    speaks of a statement, by statement and paper id.
    """

    all: Sequence[Aspect]
    aspects: Sequence[Aspect]
    statements: Sequence[Aspect]
    ranking: Mapping[tuple[str, str], Sequence[Ranked]]
    hearing: Mapping[str, Mapping[str, StanceEvidence]]

    def ranked(self, paper: Paper) -> dict[str, Sequence[Ranked]]:
        return {a.name: self.ranking.get((paper.paper_id, a.name), ()) for a in self.aspects}

    def heard(self, paper: Paper) -> dict[str, StanceEvidence | None]:
        return {s.name: self.hearing[s.name].get(paper.paper_id) for s in self.statements}

    def plain_row(self, paper: Paper) -> Row:
        """The row without a language model."""
        stated = {n: quoted_cell(paper, n, found) for n, found in self.ranked(paper).items()}
        stances = {n: fitted_cell(paper, n, found) for n, found in self.heard(paper).items()}
        cells = tuple((stated | stances)[column.name] for column in self.all)
        return Row(ComparedPaper(paper.paper_id, paper.title, paper.url, paper.abstract), cells)


class Comparer:
    """Compares papers of one library with one language model, or none. Safe to share."""

    def __init__(
        self, library: Library, chat: ChatModel | None, choice: ModelChoice, cache: CellCache
    ) -> None:
        self.library = library
        self.choice = choice
        self._chat = chat
        self._cache = cache
        self._aspect_ranker = AspectRanker(library)
        self._proposer = Proposer(library, self._aspect_ranker, chat)

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

        With a language model, `Preview` comes before them all and `Written` as each cell is there.
        Closing the generator at any event ends the model's reply; what it wrote is kept.
        A language model that fails midway is said in a row's ``trouble``; cells that it did not
        make hold the words of the sentence. Raises UnknownPaperError, or ComparisonError where
        there are too few papers or too many.
        """
        started = time.perf_counter()
        papers = self._papers(paper_ids)
        columns = self._columns(papers, aspects)
        rows: list[Row] = []
        first_ms = 0.0
        with closing(self._events(papers, columns)) as events:
            for event in events:
                if isinstance(event, Row):
                    rows.append(event)
                    first_ms = first_ms or _milliseconds(started)
                yield event
        cells = tuple(cell for row in rows for cell in row.cells)
        cells_ms = _milliseconds(started)
        statements = [statement.name for statement in columns.statements]
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
        papers = [self.library.by_id[i] for i in self.library.scope(paper_ids).papers]
        check_count(papers)
        return papers

    def _columns(self, papers: Sequence[Paper], columns: Sequence[Aspect]) -> _Columns:
        aspects = [column for column in columns if column.kind != "statement"]
        statements = [column for column in columns if column.kind == "statement"]
        ranking = self._aspect_ranker.rank(papers, aspects)
        hearing = {s.name: find_stances(self.library, papers, s.name) for s in statements}
        return _Columns(columns, aspects, statements, ranking, hearing)

    def _events(
        self, papers: Sequence[Paper], columns: _Columns
    ) -> Generator[Preview | Written | Row, None, None]:
        plain = [columns.plain_row(paper) for paper in papers]
        if self._chat is None:
            yield from plain
            return
        yield Preview(tuple(plain))
        writer = CellWriter(self._chat, self._cache, self.library, policy_of(self.choice.mode))
        judge = StanceWriter(self._chat, self._cache) if self.choice.mode == "openai" else None
        for paper, row in zip(papers, plain, strict=True):
            cells = {cell.aspect: cell for cell in row.cells}
            trouble = None
            with closing(_written(paper, columns, writer, judge)) as written:
                for made in written:
                    if isinstance(made, Cell):
                        cells[made.aspect] = made
                        yield Written(made)
                    else:
                        trouble = trouble or made
            yield Row(row.paper, tuple(cells.values()), trouble)


def _written(
    paper: Paper, columns: _Columns, writer: CellWriter, judge: StanceWriter | None
) -> Generator[Cell | str, None, None]:
    """The cells that the language model makes of one paper, and what went wrong, in words."""
    if columns.aspects:
        with closing(writer.fill(paper, columns.aspects, columns.ranked(paper))) as cells:
            yield from cells
        if writer.trouble:
            yield writer.trouble
    if columns.statements and judge is not None:
        made, trouble = judge.fill(paper, columns.statements, columns.heard(paper))
        yield from made.values()
        if trouble:
            yield trouble


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
