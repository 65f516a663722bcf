"""The flow of one question: rewrite, retrieve, select evidence, draft, verify, cite, or abstain."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from rag.answering.claims import Composer, Entails, answer_text
from rag.answering.drafting import Transcript, draft_claims, quote_claims
from rag.answering.prompts import Draft
from rag.answering.refusal import Extent, refusal
from rag.answering.rewriting import rewrite
from rag.answering.selection import Selection, select_evidence
from rag.answering.verify.alignment import similarity_by
from rag.decisions.aspect_sentences import AspectRanker
from rag.errors import PaperchatError
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.query.kinds import check_question
from rag.query.query import Query, QueryText, read_query
from rag.retrieval.search import Retrieval, retrieve_query
from rag.types import (
    EVERYTHING,
    Answer,
    Cell,
    Claim,
    Event,
    Evidence,
    Finished,
    ModelChoice,
    Paper,
    PaperRef,
    RankedPaper,
    Reason,
    Retrieved,
    Scope,
    Searched,
    Sentence,
    Timings,
    Turn,
)

_NEAREST = 3
_FEWEST_COMPARED = 2

# (ranker, papers) -> one cell for every paper and aspect, paper by paper.
CompareCells: TypeAlias = Callable[[AspectRanker, Sequence[Paper]], tuple[Cell, ...]]


@dataclass(slots=True)
class _Clock:
    """Times the steps of one answer, in milliseconds."""

    started: float = field(default_factory=time.perf_counter)
    steps: dict[str, float] = field(default_factory=dict)
    _step_started: float = field(default_factory=time.perf_counter)

    def end_step(self, name: str) -> None:
        """Record the time since the previous step ended under ``name``."""
        self.steps[name] = _milliseconds_since(self._step_started)
        self._step_started = time.perf_counter()

    def first_claim(self) -> None:
        """Record the time from the start to the first claim; later calls change nothing."""
        self.steps.setdefault("first_token_ms", _milliseconds_since(self.started))

    def timings(self) -> Timings:
        """The steps so far, and the time since the start."""
        return Timings(**self.steps, total_ms=_milliseconds_since(self.started))


class Assistant:
    """Answers questions from one library with one language model, or none. Thread-safe."""

    def __init__(
        self,
        library: Library,
        chat: ChatModel | None,
        choice: ModelChoice,
        *,
        top_papers: int = 10,
        longest_question: int = 4000,
        entails: Entails | None = None,
        compare_cells: CompareCells | None = None,
    ) -> None:
        self.library = library
        self.choice = choice
        self.chat = chat
        self._top_papers = top_papers
        self._longest_question = longest_question
        self._entails = entails
        self._compare_cells = compare_cells
        self._aspect_ranker = AspectRanker(library)

    def close(self) -> None:
        """Close the language model's connections and the index. Not while it answers."""
        if self.chat is not None:
            self.chat.close()
        self.library.close()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope = EVERYTHING,
        id: str | None = None,
    ) -> Answer:
        """The whole answer. Raises as `stream` does."""
        for event in self.stream(question, history=history, scope=scope, id=id):
            if isinstance(event, Finished):
                return event.answer
        raise PaperchatError("The answer did not finish.")

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope = EVERYTHING,
        id: str | None = None,
    ) -> Generator[Event, None, None]:
        """`Searched`, then each `Sentence` once it is checked, then `Finished`.

        Only papers in ``scope`` are searched; authors, years and venues that the question names
        narrow it further. Closing the iterator stops the language model. Raises
        QuestionError, UnknownPaperError, or EndpointError if the model cannot be reached.
        """
        clock = _Clock()
        query, retrieval, selection = self._find_evidence(question, history, scope, clock)
        yield Searched(
            query.standalone,
            selection.evidence,
            self._shown(retrieval),
            retrieval.candidates,
            query.scope.filter or None,
        )
        composer = Composer(selection.evidence, similarity_by(self.library.embedder), self._entails)
        transcript = Transcript()
        if selection.reason is None:
            with closing(self._claims(query, composer, transcript)) as claims:
                for claim in claims:
                    clock.first_claim()
                    yield Sentence(claim, composer.citations())
        answer = self._answer(query, retrieval, selection, composer)
        answer = replace(answer, id=id, timings=clock.timings())
        yield Finished(answer, self._matrix(answer), transcript.trace(composer.refused))

    def papers_answering(self, question: str, scope: Scope = EVERYTHING) -> tuple[str, ...]:
        """Ids of the papers whose sentences would answer; empty if the question would be declined.

        No language model is asked. Raises QuestionError and UnknownPaperError.
        """
        _, _, selection = self._find_evidence(question, (), scope, _Clock())
        return tuple(dict.fromkeys(item.paper.paper_id for item in selection.evidence))

    def _find_evidence(
        self, question: str, history: Sequence[Turn], scope: Scope, clock: _Clock
    ) -> tuple[Query, Retrieval, Selection]:
        """Rewrite, retrieve and select."""
        asked = QueryText(self.library, check_question(question, self._longest_question))
        scope = self.library.scope(scope.papers, scope.filter)
        rewriter = self.chat if self.choice.mode == "openai" else None
        rewritten = rewrite(asked, history, rewriter, self._top_papers)
        query = read_query(rewritten.question, scope, asked=question)
        clock.end_step("condense_ms")
        retrieval = retrieve_query(query, self._top_papers, rewritten.retrieval)
        clock.end_step("retrieve_ms")
        selection = select_evidence(query, retrieval, self._aspect_ranker)
        clock.end_step("evidence_ms")
        return query, retrieval, selection

    def _claims(
        self, query: Query, composer: Composer, transcript: Transcript
    ) -> Generator[Claim, None, None]:
        """Draft, verify and cite: each claim as soon as it is checked."""
        with closing(self._drafts(query, composer.evidence, transcript)) as drafts:
            yield from filter(None, map(composer.add, drafts))
        if not composer.claims and composer.removed.claims:
            # The checks dropped every draft of the model, but the evidence may still answer.
            yield from filter(None, map(composer.add, quote_claims(composer.evidence)))

    def _drafts(
        self, query: Query, evidence: Sequence[Evidence], transcript: Transcript
    ) -> Generator[Draft, None, None]:
        # A list quotes one sentence per paper: a language model would leave some papers out.
        if self.chat is None or query.kind == "list":
            return quote_claims(evidence)
        return draft_claims(self.chat, query.text, evidence, transcript)

    def _answer(
        self, query: Query, retrieval: Retrieval, selection: Selection, composer: Composer
    ) -> Answer:
        """The answer, or an abstention if no evidence was selected or no claim is left."""
        reason = selection.reason
        if reason is None and not composer.claims:
            # The sentences are relevant, but the model found no answer in them.
            reason = "not_in_abstracts"
        ranked = self._shown(retrieval)
        citations = composer.citations()
        nearest = _nearest(query, selection, ranked) if reason else []
        return Answer(
            id=None,
            question=query.asked,
            standalone_question=query.standalone,
            kind="abstention" if reason else query.kind,
            answer=(
                self._refusal(reason, query, selection, nearest)
                if reason
                else answer_text(composer.claims, citations, query.kind)
            ),
            abstained=reason is not None,
            reason=reason,
            nearest=tuple(PaperRef(paper.paper_id, paper.title) for paper in nearest),
            claims=tuple(composer.claims),
            citations=citations,
            retrieved=tuple(
                Retrieved(r.paper.paper_id, r.paper.title, round(r.score, 4)) for r in ranked
            ),
            coverage=None if reason else selection.coverage,
            mode=self.choice.mode,
            model=self.choice.model,
            timings=Timings(),
            removed=composer.removed,
            filter=query.scope.filter or None,
        )

    def _refusal(
        self, reason: Reason, query: Query, selection: Selection, nearest: Sequence[Paper]
    ) -> str:
        """The text of the abstention; counts how many papers the scope has."""
        about = nearest[: max(1, len(selection.about))]
        scope, count = query.scope, self.library.lexical.count
        any_year = replace(scope.filter, first_year=None, last_year=None)
        extent = Extent(scope, count(scope), count(Scope(scope.papers, any_year)))
        return refusal(reason, about, selection.nearest, extent)

    def _matrix(self, answer: Answer) -> tuple[Cell, ...]:
        """The cited papers of a comparison side by side, in their own words."""
        few = len(answer.citations) < _FEWEST_COMPARED
        if self._compare_cells is None or answer.kind != "compare" or few:
            return ()
        cited = [self.library.by_id[citation.paper_id] for citation in answer.citations]
        return self._compare_cells(self._aspect_ranker, cited)

    def _shown(self, retrieval: Retrieval) -> tuple[RankedPaper, ...]:
        """The best papers; for a list more were examined than are shown."""
        return retrieval.ranked[: self._top_papers]


def _nearest(query: Query, selection: Selection, ranked: Sequence[RankedPaper]) -> list[Paper]:
    """The papers to suggest: those that the question is about, then the best of the others."""
    ids = dict.fromkeys([*selection.about, *(item.paper.paper_id for item in ranked)])
    return [query.library.by_id[paper_id] for paper_id in list(ids)[:_NEAREST]]


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
