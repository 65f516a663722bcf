"""The flow of one question: understand, retrieve, select, draft, verify, cite, or refuse."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from rag.answering.reading.material import Material
from rag.answering.reading.reader import Reader, Reading
from rag.answering.selecting.acting import act_on
from rag.answering.selecting.groups import Selection
from rag.answering.selecting.parts import select_parts
from rag.answering.selecting.selection import select_evidence
from rag.answering.telling.tell import tell
from rag.answering.telling.told import Collection, Told, Topic
from rag.answering.telling.unknown import unreadable
from rag.answering.understanding.understanding import Listener, Understood
from rag.answering.verify.alignment import similarity_by
from rag.answering.writing.claims import Composer, Entails
from rag.answering.writing.context import context_of
from rag.answering.writing.drafting import Transcript
from rag.answering.writing.helper import Helper
from rag.answering.writing.outcome import (
    Found,
    outcome_of,
    outcome_of_told,
    quoted,
    with_translation,
)
from rag.answering.writing.wording import Wording
from rag.answering.writing.writing import Quoting, Writer
from rag.decisions.aspect_sentences import AspectRanker
from rag.errors import EndpointError, PaperchatError
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.query.kinds import check_question
from rag.query.query import Query
from rag.retrieval.search import Retrieval, retrieve_query
from rag.types import (
    EVERYTHING,
    Answer,
    Cell,
    Event,
    Evidence,
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
        budget: int = 6000,
        entails: Entails | None = None,
        compare_cells: CompareCells | None = None,
        topics: Callable[[], Sequence[Topic] | None] = tuple,
    ) -> None:
        self.library = library
        self.choice = choice
        self.chat = chat
        self._reader = Reader(budget) if chat and choice.mode == "openai" else None
        self._top_papers = top_papers
        self._longest_question = longest_question
        self._entails = entails
        self._compare_cells = compare_cells
        self._topics = topics
        self._lock = threading.Lock()
        self._found_starters: list[str] = []
        self._aspect_ranker = AspectRanker(library)
        self._listener = Listener(library, papers=top_papers)

    def varied(self, top_papers: int, choice: ModelChoice | None) -> Assistant:
        """One that reads ``top_papers``; with a ``choice``, which names no model, one of quotes."""
        made = copy.copy(self)
        made._top_papers, made._listener = top_papers, replace(self._listener, papers=top_papers)
        if choice is not None:
            made.chat, made.choice, made._reader, made._entails = None, choice, None, None
        return made

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
        Closing the iterator stops the language model; one that fails is replaced by quotes, and the
        answer says so. Raises QuestionError and UnknownPaperError.
        """
        clock, helper = _Clock(), Helper(self.choice, self.chat)
        understood = self._understand(question, history, scope, helper)
        clock.end_step("condense_ms")
        told = self._told(understood)
        if told is not None:
            notes = (*understood.notes, *helper.notes)
            query = understood.query
            yield Searched(
                query.standalone, (), (), notes=notes, intent=query.intent, lead=told.text
            )
            answer = helper.explained(outcome_of_told(told, understood, helper.choice))
            yield Finished(self._ended(answer, id, clock))
            return
        found = self._find(understood, clock)
        yield Searched(
            found.query.standalone,
            found.selection.evidence,
            self._shown(found.retrieval),
            found.retrieval.candidates,
            found.query.scope.filter or None,
            (*understood.notes, *helper.notes),
            found.query.intent,
            found.selection.lead if found.selection.reason is None else "",
            understood.act is not None,
        )
        transcript = Transcript()
        writer = self._writer(found, transcript, helper.chat)
        if found.selection.reason is None and not isinstance(writer, Quoting):
            yield quoted(self._composer(found), found.selection)
        with closing(writer.claims()) as claims:
            for claim, heading in claims:
                clock.first_claim()
                yield Sentence(claim, writer.composer.citations(), heading)
        if writer.fault is not None:
            helper.failed(writer.fault, kept=writer.by_model)
        written = replace(found, selection=writer.selection)
        answer = outcome_of(written, writer.composer, helper.choice, self._shown(found.retrieval))
        if helper.chat is not None and understood.language is not None:
            try:
                answer = with_translation(answer, helper.chat, understood.language)
            except EndpointError as exc:
                helper.failed(exc, kept=True)
        answer = self._ended(helper.explained(answer), id, clock)
        yield Finished(answer, self._matrix(answer), transcript.trace(writer.composer.refused))

    def _ended(self, answer: Answer, id: str | None, clock: _Clock) -> Answer:
        """The answer with its id and times, and with a note if not all papers were searched."""
        reach = self.library.reach_since(clock.started)
        notes = answer.notes if reach is None else (*answer.notes, str(reach))
        return replace(answer, id=id, timings=clock.timings(), notes=notes, reach=reach)

    def papers_answering(self, question: str, scope: Scope = EVERYTHING) -> tuple[str, ...]:
        """Ids of the papers whose sentences would answer; empty if the question would be declined.

        No language model is asked. Raises QuestionError and UnknownPaperError.
        """
        evidence = self.selected(question, scope).evidence
        return tuple(dict.fromkeys(item.paper.paper_id for item in evidence))

    def selected(self, question: str, scope: Scope = EVERYTHING) -> Selection:
        """The sentences that would answer; asks and raises as `papers_answering`."""
        alone = Helper(self.choice, None)
        return self._find(self._understand(question, (), scope, alone), _Clock()).selection

    def _understand(
        self, question: str, history: Sequence[Turn], scope: Scope, helper: Helper
    ) -> Understood:
        text = check_question(question, self._longest_question)
        scope = self.library.scope(scope.papers, scope.filter)
        asks = self.choice.mode == "openai"
        helped = replace(self._listener, chat=helper.to_understand, asks=asks)
        try:
            return helped.understand(text, history, scope)
        except EndpointError as exc:
            helper.failed(exc)
            return self._listener.understand(text, history, scope)

    def _find(self, understood: Understood, clock: _Clock) -> Found:
        """Retrieve and select."""
        query = understood.query
        if understood.act is not None:
            acted = act_on(understood, self._aspect_ranker)
            clock.end_step("evidence_ms")
            return Found(understood, acted.query, acted.retrieval, acted.selection)
        retrieval = retrieve_query(query, self._top_papers, understood.retrieval)
        clock.end_step("retrieve_ms")
        if query.parts:
            selection = select_parts(query, retrieval, self._aspect_ranker, self._tell)
        else:
            selection = select_evidence(query, retrieval, self._aspect_ranker)
        clock.end_step("evidence_ms")
        return Found(understood, query, retrieval, selection)

    def _told(self, understood: Understood) -> Told | None:
        """What needs no search; None for a question that sentences answer."""
        if understood.act is not None or understood.query.parts:
            return None
        if understood.unreadable and understood.language:
            return unreadable(understood.language.name)
        return self._tell(understood.query, understood.shown)

    def _tell(self, query: Query, shown: Sequence[str]) -> Told | None:
        collection = Collection(self.library, self._topics, self._starters)
        return tell(query, collection, shown)

    def _starters(self, most: int) -> list[str]:
        """Questions that the papers answer; found once, as each must be tried."""
        with self._lock:
            if len(self._found_starters) < most:
                from rag.answering.suggestions import Suggestions

                self._found_starters = Suggestions(self).starters(most)
            return self._found_starters[:most]

    def _writer(self, found: Found, transcript: Transcript, chat: ChatModel | None) -> Writer:
        """What writes the answer: an endpoint's model reads, the embedded one words the quotes."""
        if chat is not None and self._reader is not None and self._reader.reads(found):
            material = Material(self.library)
            composer = self._composer(found, material.evidence)
            return Reading(self._reader, chat, found, material, composer, transcript)
        words = self.choice.mode == "local" and not found.one_line_a_paper
        if chat is not None and words and found.selection.reason is None:
            context = context_of(found.query, found.selection, found.retrieval.ranked)
            composer = self._composer(found, context.selection.evidence)
            return Wording(chat, found, context, composer, transcript)
        return Quoting(found, self._composer(found))

    def _composer(self, found: Found, evidence: Sequence[Evidence] | None = None) -> Composer:
        similarity = similarity_by(self.library.embedder)
        sentences = found.selection.evidence if evidence is None else evidence
        return Composer(sentences, similarity, self._entails, found.one_line_a_paper)

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
