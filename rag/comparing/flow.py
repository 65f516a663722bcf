"""The flow of one comparison, streamed row by row: rank sentences, make cells, summarise."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.comparing.cache import CellCache
from rag.comparing.cell_writer import CellWriter, policy_of
from rag.comparing.columns.proposals import Proposed, Proposer
from rag.comparing.papers import check_count
from rag.comparing.rows import finished, measured, quoted_row
from rag.comparing.stances.stance import (
    StanceEvidence,
    cell_without_model,
    stance_evidence,
    summarise_stances,
)
from rag.comparing.stances.writer import StanceWriter
from rag.comparing.summary.claims import summarise
from rag.decisions.aspect_sentences import AspectRanker, Ranked
from rag.decisions.aspects import ASPECTS, Aspect
from rag.errors import PaperchatError
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
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
    """The columns of one comparison, and what the papers state without a language model.

    ranking: each paper's sentences, best first, by paper id and aspect id.
    evidence: what papers say about a statement, by statement and paper id.
    """

    all: Sequence[Aspect]
    ranking: Mapping[tuple[str, str], Sequence[Ranked]]
    evidence: Mapping[Aspect, Mapping[str, StanceEvidence]]

    @property
    def aspects(self) -> list[Aspect]:
        return [column for column in self.all if column.kind != "statement"]

    def ranked(self, paper: Paper) -> dict[str, Sequence[Ranked]]:
        """The paper's sentences by aspect id."""
        return {a.id: self.ranking.get((paper.paper_id, a.id), ()) for a in self.aspects}

    def stances(self, paper: Paper) -> dict[Aspect, StanceEvidence | None]:
        """The paper's evidence on each statement, or None if it has no sentence."""
        return {statement: of.get(paper.paper_id) for statement, of in self.evidence.items()}

    def row(self, paper: Paper) -> Row:
        """The row without a language model."""
        stances = self.stances(paper)
        quoted = iter(quoted_row(paper, self.aspects, self.ranked(paper)))
        cells = tuple(
            cell_without_model(paper, column, stances[column])
            if column.kind == "statement"
            else next(quoted)
            for column in self.all
        )
        known = (paper.paper_id, paper.title, paper.url, paper.abstract, paper.status)
        return Row(ComparedPaper(*known), cells)

    def written_row(self, paper: Paper, cells: Mapping[str, Cell]) -> tuple[Cell, ...]:
        """The same with what a language model wrote of it, by aspect; again nothing twice."""
        made = [cells[column.label] for column in self.aspects]
        quoted = iter(finished(made, self.aspects, self.ranked(paper)))
        return tuple(
            cells[column.label] if column.kind == "statement" else next(quoted)
            for column in self.all
        )


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
        """More columns, which distinguish these papers. Raises as `stream` does."""
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

        With a language model, `Preview` comes before them all, and `Written` with each cell.
        Closing the generator stops the model; the cells that it wrote are cached. If the language
        model fails, the row's ``trouble`` says so, and the cells that it did not write are quoted
        from the paper. Raises UnknownPaperError, and ComparisonError for too few or too many
        papers.
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
        statements = list(columns.evidence)
        yield Compared(
            Comparison(
                tuple(row.paper for row in rows),
                tuple(aspect.label for aspect in aspects),
                cells,
                (*summarise(papers, cells), *summarise_stances(papers, statements, cells)),
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
        ranking = self._aspect_ranker.rank(papers, columns)
        evidence = {
            column: stance_evidence(self.library, papers, column.label)
            for column in columns
            if column.kind == "statement"
        }
        return _Columns(columns, ranking, evidence)

    def _events(
        self, papers: Sequence[Paper], columns: _Columns
    ) -> Generator[Preview | Written | Row, None, None]:
        plain = [columns.row(paper) for paper in papers]
        if self._chat is None:
            yield from plain
            return
        yield Preview(tuple(plain))
        writer = CellWriter(self._chat, self._cache, self.library, policy_of(self.choice.mode))
        stances = StanceWriter(self._chat, self._cache) if self.choice.mode == "openai" else None
        for paper, row in zip(papers, plain, strict=True):
            cells = {cell.aspect: cell for cell in row.cells}
            trouble = None
            with closing(_written(paper, columns, writer, stances)) as written:
                for made in written:
                    if isinstance(made, Cell):
                        cells[made.aspect] = measured(made)
                        yield Written(cells[made.aspect])
                    else:
                        trouble = trouble or made
            yield Row(row.paper, columns.written_row(paper, cells), trouble)


def _written(
    paper: Paper, columns: _Columns, writer: CellWriter, stances: StanceWriter | None
) -> Generator[Cell | str, None, None]:
    """The cells that the language model writes for one paper; a str says what went wrong."""
    if columns.aspects:
        with closing(writer.write(paper, columns.aspects, columns.ranked(paper))) as cells:
            yield from cells
        if writer.trouble:
            yield writer.trouble
    if columns.evidence and stances is not None:
        made, trouble = stances.write(paper, columns.stances(paper))
        yield from made
        if trouble:
            yield trouble


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
