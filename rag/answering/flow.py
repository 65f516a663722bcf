"""The flow of one question: understand, retrieve, select, draft, verify, cite, or refuse."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from rag.answering.acting import act_on
from rag.answering.claims import Composer, Entails
from rag.answering.drafting import Transcript, draft_claims, quote_claims
from rag.answering.groups import Group, Selection, joined
from rag.answering.outcome import Found, outcome_of, outcome_of_told, quoted
from rag.answering.prompts import Draft
from rag.answering.selection import select_evidence
from rag.answering.telling.tell import tell
from rag.answering.telling.told import Collection, Topic
from rag.answering.understanding import Understood, needs_part_before, understand
from rag.answering.verify.alignment import similarity_by
from rag.decisions.aspect_sentences import AspectRanker
from rag.errors import PaperchatError
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.query.kinds import check_question
from rag.retrieval.search import Retrieval, retrieve_query
from rag.types import (
    EVERYTHING,
    Answer,
    Cell,
    Claim,
    Event,
    Finished,
    ModelChoice,
    Paper,
    RankedPaper,
    Scope,
    Searched,
    Sentence,
    Timings,
    Turn,
)

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
        topics: Callable[[], Sequence[Topic]] = tuple,
    ) -> None:
        self.library = library
        self.choice = choice
        self.chat = chat
        self._top_papers = top_papers
        self._longest_question = longest_question
        self._entails = entails
        self._compare_cells = compare_cells
        self._topics = topics
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

        Where a language model writes, `Quoted` comes before its first sentence. Only papers in
        ``scope`` are searched; authors, years and venues that the question names narrow it further.
        Closing the iterator stops the language model. Raises QuestionError, UnknownPaperError, or
        EndpointError if the model cannot be reached.
        """
        clock = _Clock()
        understood = self._understand(question, history, scope)
        clock.end_step("condense_ms")
        told = tell(understood.query, self._collection(), understood.shown)
        if told is not None:
            yield Searched(understood.query.standalone, (), (), notes=understood.notes)
            answer = outcome_of_told(told, understood, self.choice)
            yield Finished(replace(answer, id=id, timings=clock.timings()))
            return
        found = self._find(understood, clock)
        yield Searched(
            found.query.standalone,
            found.selection.evidence,
            self._shown(found.retrieval),
            found.retrieval.candidates,
            found.query.scope.filter or None,
            understood.notes,
        )
        composer = self._composer(found)
        transcript = Transcript()
        if found.selection.reason is None:
            if self._writes(found):
                yield quoted(self._composer(found), found.selection)
            with closing(self._claims(found, composer, transcript)) as claims:
                for claim, heading in claims:
                    clock.first_claim()
                    yield Sentence(claim, composer.citations(), heading)
        answer = outcome_of(found, composer, self.choice, self._shown(found.retrieval))
        answer = replace(answer, id=id, timings=clock.timings())
        yield Finished(answer, self._matrix(answer), transcript.trace(composer.refused))

    def papers_answering(self, question: str, scope: Scope = EVERYTHING) -> tuple[str, ...]:
        """Ids of the papers whose sentences would answer; empty if the question would be declined.

        No language model is asked. Raises QuestionError and UnknownPaperError.
        """
        found = self._find(self._understand(question, (), scope), _Clock())
        return tuple(dict.fromkeys(item.paper.paper_id for item in found.selection.evidence))

    def _understand(self, question: str, history: Sequence[Turn], scope: Scope) -> Understood:
        text = check_question(question, self._longest_question)
        scope = self.library.scope(scope.papers, scope.filter)
        rewriter = self.chat if self.choice.mode == "openai" else None
        return understand(text, self.library, history, scope, rewriter, self._top_papers)

    def _find(self, understood: Understood, clock: _Clock) -> Found:
        """Retrieve and select."""
        query = understood.query
        if understood.act is not None:
            acted = act_on(understood, self._aspect_ranker)
            clock.end_step("evidence_ms")
            return Found(understood, acted.query, acted.retrieval, acted.selection)
        if query.parts:
            return self._find_parts(understood, clock)
        retrieval = retrieve_query(query, self._top_papers, understood.retrieval)
        clock.end_step("retrieve_ms")
        selection = select_evidence(query, retrieval, self._aspect_ranker)
        clock.end_step("evidence_ms")
        return Found(understood, query, retrieval, selection)

    def _find_parts(self, understood: Understood, clock: _Clock) -> Found:
        """Each part is answered, or said to be missing, by itself."""
        query = understood.query
        retrieval = retrieve_query(query, self._top_papers, understood.retrieval)
        clock.end_step("retrieve_ms")
        selections: list[Selection] = []
        for part in query.parts:
            about = selections[-1].about if selections else ()
            if about and needs_part_before(part):
                part = replace(part, scope=Scope(about, part.scope.filter))
            told = tell(part, self._collection(), about)
            if told is not None:
                selections.append(Selection((), told.reason, groups=(Group(text=told.plain),)))
                continue
            found = retrieve_query(part, self._top_papers)
            selections.append(select_evidence(part, found, self._aspect_ranker))
        clock.end_step("evidence_ms")
        if all(selection.reason for selection in selections):
            return Found(understood, query, retrieval, selections[0])
        return Found(
            understood, query, retrieval, joined(selections, [p.asked for p in query.parts])
        )

    def _collection(self) -> Collection:
        from rag.answering.suggestions import Suggestions

        return Collection(self.library, self._topics, Suggestions(self).starters)

    def _composer(self, found: Found) -> Composer:
        similarity = similarity_by(self.library.embedder)
        return Composer(found.selection.evidence, similarity, self._entails)

    def _writes(self, found: Found) -> bool:
        """Whether a language model words the answer.

        One sentence a paper is quoted: a language model would leave some papers out.
        """
        return self.chat is not None and not found.one_line_a_paper

    def _claims(
        self, found: Found, composer: Composer, transcript: Transcript
    ) -> Generator[tuple[Claim, str], None, None]:
        """Draft, verify and cite: each claim with its heading as soon as it is checked."""
        groups = found.selection.sections
        with closing(self._drafts(found, transcript)) as drafts:
            for draft in drafts:
                claim = composer.add(draft)
                if claim is not None:
                    yield claim, groups[draft.section].heading
        if not composer.claims and composer.removed.claims:
            # The checks dropped every draft of the model, but the evidence may still answer.
            for draft in quote_claims(found.selection):
                claim = composer.add(draft)
                if claim is not None:
                    yield claim, groups[draft.section].heading

    def _drafts(self, found: Found, transcript: Transcript) -> Generator[Draft, None, None]:
        if self.chat is None or not self._writes(found):
            return quote_claims(found.selection)
        return draft_claims(self.chat, found.query.text, found.selection, transcript)

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


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
