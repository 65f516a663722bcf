"""The flow of one question, streamed: standalone question, papers, evidence, claims, answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from rag.answering.claims import Composer, Entails
from rag.answering.drafting import Transcript, draft_claims, quote_claims
from rag.answering.prompts import Draft
from rag.answering.refusal import Extent, refusal
from rag.answering.rewriting import standalone_question
from rag.answering.selection import Selection, select
from rag.answering.verify.alignment import similarity_by
from rag.decisions.aspect_sentences import AspectRanker
from rag.errors import PaperchatError
from rag.index.filters import both
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.retrieval.focus import asked_filter
from rag.retrieval.query.questions import check_question, kind_of, topic_of
from rag.retrieval.search import Retrieval, retrieve
from rag.text.escaping import as_markdown
from rag.types import (
    EVERYTHING,
    Answer,
    Cell,
    Citation,
    Claim,
    Event,
    Evidence,
    Finished,
    Kind,
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
MOST_EXAMINED = 1000  # papers that a list looks at one by one; the coverage says how many it were

# The cells of some papers, one for every paper and aspect: what a comparison shows of them.
Compared: TypeAlias = Callable[[AspectRanker, Sequence[Paper]], tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class _Question:
    """One question on its way, and its clock."""

    id: str | None
    asked: str
    standalone: str
    kind: Kind
    rest: str  # what is asked of the papers in scope: the standalone question without its filter
    scope: Scope
    started: float
    timings: Timings = field(default_factory=Timings)

    def since_start(self) -> float:
        return _milliseconds(self.started)


class Assistant:
    """Answers questions from one library with one language model, or none. Safe to share."""

    def __init__(
        self,
        library: Library,
        chat: ChatModel | None,
        choice: ModelChoice,
        *,
        top_papers: int = 10,
        longest_question: int = 4000,
        entails: Entails | None = None,
        compared: Compared | None = None,
    ) -> None:
        self.library = library
        self.choice = choice
        self.chat = chat
        self._top_papers = top_papers
        self._longest_question = longest_question
        self._entails = entails
        self._compared = compared
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

        ``scope`` is what to stay within; to its filter comes what the question itself says of
        authors, years and venues. Closing the iterator stops the language model. Raises
        QuestionError, UnknownPaperError, or EndpointError where the model cannot be reached.
        """
        asked = self._begin(question, history, scope, id)
        retrieval, asked = self._retrieve(asked)
        selection, asked = self._select(asked, retrieval)
        ranked = retrieval.ranked[: self._top_papers]
        yield Searched(
            asked.standalone,
            selection.evidence,
            ranked,
            retrieval.candidates,
            asked.scope.filter or None,
        )
        composer = Composer(selection.evidence, similarity_by(self.library.embedder), self._entails)
        transcript = Transcript()
        if selection.reason is None:
            with closing(self._claims(asked, composer, transcript)) as claims:
                for claim in claims:
                    if len(composer.claims) == 1:
                        asked = _timed(asked, first_token_ms=asked.since_start())
                    yield Sentence(claim, composer.citations())
        answer = self._finish(asked, retrieval, selection, composer)
        yield Finished(answer, self._matrix(answer), transcript.trace(composer.refused))

    def answering(self, question: str, scope: Scope = EVERYTHING) -> tuple[str, ...]:
        """Ids of the papers whose sentences would answer; none where it would be declined.

        No language model is asked. Raises QuestionError and UnknownPaperError.
        """
        asked = self._begin(question, (), scope, None)
        retrieval, asked = self._retrieve(asked)
        selection, _ = self._select(asked, retrieval)
        found = () if selection.reason else selection.evidence
        return tuple(dict.fromkeys(item.paper.paper_id for item in found))

    def _begin(
        self, question: str, history: Sequence[Turn], scope: Scope, id: str | None
    ) -> _Question:
        started = time.perf_counter()
        text = check_question(question, self._longest_question)
        scope = self.library.scope(scope.papers, scope.filter)
        model = self.chat if self.choice.mode == "openai" else None
        standalone = standalone_question(self.library, model, text, history)
        said, rest = asked_filter(self.library, standalone)
        scope = Scope(scope.papers, both(scope.filter, said))
        kind = _kind_within(self.library, rest, scope)
        asked = _Question(id, question, standalone, kind, rest, scope, started)
        return _timed(asked, condense_ms=_milliseconds(started))

    def _retrieve(self, asked: _Question) -> tuple[Retrieval, _Question]:
        started = time.perf_counter()
        if asked.kind == "list":  # a pass over the whole corpus
            everything = min(len(self.library.papers), MOST_EXAMINED)
            topic = topic_of(asked.rest)
            found = retrieve(self.library, topic, everything, asked.scope, whole=True)
        else:
            found = retrieve(self.library, asked.rest, self._top_papers, asked.scope)
        return found, _timed(asked, retrieve_ms=_milliseconds(started))

    def _select(self, asked: _Question, retrieval: Retrieval) -> tuple[Selection, _Question]:
        started = time.perf_counter()
        selection = select(self.library, retrieval, asked.kind, asked.scope, self._aspect_ranker)
        return selection, _timed(asked, evidence_ms=_milliseconds(started))

    def _claims(
        self, asked: _Question, composer: Composer, transcript: Transcript
    ) -> Generator[Claim, None, None]:
        with closing(self._drafts(asked, composer.evidence, transcript)) as drafts:
            yield from filter(None, map(composer.add, drafts))
        if not composer.claims and composer.removed.claims:
            # Nothing of what the model said can stand. That is no word that there is no answer.
            yield from filter(None, map(composer.add, quote_claims(composer.evidence)))

    def _drafts(
        self, asked: _Question, evidence: Sequence[Evidence], transcript: Transcript
    ) -> Generator[Draft, None, None]:
        # A list is put together here, one sentence a paper, because a model would leave some out.
        if self.chat is None or asked.kind == "list":
            return quote_claims(evidence)
        return draft_claims(self.chat, asked.rest, evidence, transcript)

    def _finish(
        self, asked: _Question, retrieval: Retrieval, selection: Selection, composer: Composer
    ) -> Answer:
        reason = selection.reason
        if reason is None and not composer.claims:
            # The model found no answer in sentences that do bear on the question.
            reason = "not_in_abstracts"
        ranked = retrieval.ranked[: self._top_papers]
        citations = composer.citations()
        text = self._refusal(reason, asked.scope, selection, ranked) if reason else None
        return Answer(
            id=asked.id,
            question=asked.asked,
            standalone_question=asked.standalone,
            kind="abstention" if reason else asked.kind,
            answer=text or answer_text(composer.claims, citations, asked.kind),
            abstained=reason is not None,
            reason=reason,
            nearest=tuple(
                PaperRef(i, self.library.by_id[i].title)
                for i in _nearest(selection, ranked)
                if reason
            ),
            claims=tuple(composer.claims),
            citations=citations,
            retrieved=tuple(
                Retrieved(r.paper.paper_id, r.paper.title, round(r.score, 4)) for r in ranked
            ),
            coverage=None if reason else selection.coverage,
            mode=self.choice.mode,
            model=self.choice.model,
            timings=replace(asked.timings, total_ms=asked.since_start()),
            removed=composer.removed,
            filter=asked.scope.filter or None,
        )

    def _matrix(self, answer: Answer) -> tuple[Cell, ...]:
        """The cited papers of a comparison side by side, in their own words."""
        few = len(answer.citations) < _FEWEST_COMPARED
        if self._compared is None or answer.kind != "compare" or few:
            return ()
        cited = [self.library.by_id[citation.paper_id] for citation in answer.citations]
        return self._compared(self._aspect_ranker, cited)

    def _refusal(
        self, reason: Reason, scope: Scope, selection: Selection, ranked: Sequence[RankedPaper]
    ) -> str:
        asked = _nearest(selection, ranked)[: max(1, len(selection.about))]
        count = self.library.lexical.count
        any_year = replace(scope.filter, first_year=None, last_year=None)
        extent = Extent(scope, count(scope), count(Scope(scope.papers, any_year)))
        return refusal(reason, [self.library.by_id[i] for i in asked], selection.nearest, extent)


def _nearest(selection: Selection, ranked: Sequence[RankedPaper]) -> list[str]:
    """Ids to offer: the papers that the question is about, then the best of the others."""
    ids = dict.fromkeys([*selection.about, *(item.paper.paper_id for item in ranked)])
    return list(ids)[:_NEAREST]


def answer_text(claims: Sequence[Claim], citations: Sequence[Citation], kind: Kind) -> str:
    """Claims as Markdown with their markers: running text, or one bullet a paper for lists.

    Markers, bullets and bold titles are all the Markdown there is: what claims and titles say is
    escaped.
    """
    marked = [
        f"{as_markdown(claim.text)} {''.join(f'[{n}]' for n in claim.citations)}"
        for claim in claims
    ]
    if kind != "list":
        return " ".join(marked)
    titles = {citation.number: citation.title for citation in citations}
    lines = zip((titles[claim.citations[0]] for claim in claims), marked, strict=True)
    return "\n".join(f"- **{as_markdown(title)}**: {line}" for title, line in lines)


def _kind_within(library: Library, rest: str, scope: Scope) -> Kind:
    """As `kind_of`; where a filter says which papers and nothing is asked of them, a list."""
    if scope.filter and not library.lexical.terms(rest):
        return "list"
    return kind_of(rest)


def _timed(asked: _Question, **milliseconds: float) -> _Question:
    return replace(asked, timings=replace(asked.timings, **milliseconds))


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
