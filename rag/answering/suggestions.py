"""Suggests questions to a reader; only questions that would be answered."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle

from rag.answering.flow import Assistant
from rag.answering.offers import Offer, as_usual, called, in_small_letters, offers
from rag.answering.selecting.by_aspect import quote_aspects
from rag.answering.understanding.whole_paper import aspects_asked
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.aspects import APPROACH, LIMITATION, PROBLEM, RESULT, Aspect
from rag.errors import PaperchatError
from rag.query.kinds import asks_quantity
from rag.query.query import QueryText, read_query
from rag.text.keyphrases import as_keys, key_of, phrases_of, topics_of
from rag.text.names.titles import work_name
from rag.types import EVERYTHING, Answer, Intent, Paper, Scope

_TRIED = 12
_SECONDS = 0.3  # in which questions to go on with are found
_REMEMBERED = 4096  # questions; many readers are offered the same ones
_TOPICS = 3
_NEAR = 10  # papers that may be compared with one, or have its name
_HOLDERS, _FEWEST_HOLDERS = 30, 3  # papers that may have a phrase, and that must have it
# Aspects of a paper to ask about after another one, and how.
_ASPECTS: tuple[tuple[Aspect, str], ...] = (
    (RESULT, "What results does {} report?"),
    (LIMITATION, "What are the limitations of {}?"),
    (PROBLEM, "What problem does {} address?"),
    (APPROACH, "What approach does {} introduce?"),
)
_ABOUT = "Which papers are about {}?"
_WORDINGS = (_ABOUT, "What do papers say about {}?", "How many papers are about {}?")
_OF_ALL: frozenset[Intent] = frozenset(("collection", "small_talk", "help", "unknown"))
# Answers to these mostly end with questions of their own.
_CLOSED: frozenset[Intent] = frozenset(("small_talk", "help", "unknown"))
_SEVERAL: frozenset[Intent] = frozenset(("list", "count", "overview", "synthesis", "superlative"))


@dataclass(frozen=True, slots=True)
class _Further:
    """Wordings of a question, of which the first that is answered counts.

    It has to be answered from ``fewest`` papers; of which one, if of one. ``sure``: it is answered,
    as it was made of what is there.
    """

    questions: Sequence[str]
    fewest: int = 1
    paper_id: str = ""
    sure: bool = False


class Suggestions:
    """Questions for a reader who has not asked yet, or who has got an answer. Thread-safe.

    Which papers answer a question depends on the library alone, so it is remembered.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._papers_answering = lru_cache(_REMEMBERED)(assistant.papers_answering)
        self._asks = lru_cache(_REMEMBERED)(self._is_asked)

    def topics(self, most: int = 3) -> tuple[str, ...]:
        """What the papers are mostly about: up to ``most`` phrases of two words."""
        return self._assistant.library.topics[:most]

    def all_answered(self, questions: Sequence[str], papers: int = 1) -> bool:
        """Whether each question is answered from at least ``papers`` papers."""
        return all(len(self._papers_answering(asked)) >= papers for asked in questions)

    def offers(self, most: int) -> list[Offer]:
        """Up to ``most`` questions of several kinds that are answered completely; takes seconds."""
        return offers(self._assistant, self.topics(), most)

    def starters(self, most: int) -> list[str]:
        """Up to ``most`` questions that single papers answer, spread over the whole library."""
        papers = self._assistant.library.papers
        step = max(1, len(papers) // _TRIED)
        found: list[str] = []
        for paper in sorted(papers, key=lambda paper: not work_name(paper.title))[::step][:_TRIED]:
            question = next(_about(paper))
            if len(found) < most and paper.paper_id in self._papers_answering(question):
                found.append(question)
        return found

    def comparable(self, most: int) -> list[str]:
        """Up to ``most`` questions on the main topics that several papers answer."""
        topics = topics_of(self._assistant.library.papers, 2 * most)
        asked = (f"Which papers are about {topic}?" for topic in topics)
        return [question for question in asked if len(self._papers_answering(question)) > 1][:most]

    def after(
        self,
        answer: Answer,
        scope: Scope = EVERYTHING,
        asked: Sequence[str] = (),
        most: int = 3,
        seconds: float = _SECONDS,
    ) -> list[str]:
        """Up to ``most`` questions to go on with, found within about ``seconds``.

        ``scope`` is the one in which the question was asked; ``asked`` are questions that were
        asked before. No language model is asked.
        """
        until = time.monotonic() + seconds
        known = {question.casefold() for question in (answer.question, *asked)}
        found: list[str] = []
        alike: list[str] = []  # questions that begin as one before them does
        for further in self._further(answer):
            if len(found) == most:
                break
            for question in further.questions:
                if question.casefold() not in known and self._is_answered(
                    question, further, scope, until
                ):
                    known.add(question.casefold())
                    openings = {_opening(other) for other in found}
                    (alike if _opening(question) in openings else found).append(question)
                    break
        return (found + alike)[:most]

    def _is_answered(self, question: str, of: _Further, scope: Scope, until: float) -> bool:
        """Whether it is; also False if that cannot be tried before ``until``."""
        # A topic of the library may have no paper within the scope.
        if of.sure and (of.paper_id or not scope):
            return True
        if time.monotonic() > until:
            return False
        try:
            papers = self._papers_answering(question, scope)
        except PaperchatError:  # a title may be too long for a question
            return False
        return len(papers) >= of.fewest and of.paper_id in (*papers, "")

    def _further(self, answer: Answer) -> Iterator[_Further]:
        """Questions to go on with, the best first."""
        by_id = self._assistant.library.by_id
        if answer.intent in _CLOSED and "?" in answer.lead:
            return
        if answer.abstained:
            yield from self._after_refusal(answer)
            return
        cited = [by_id[citation.paper_id] for citation in answer.citations]
        if answer.intent in _OF_ALL or not cited:
            yield from self._on_library()
        elif answer.intent in _SEVERAL and len(cited) > 1:
            yield from self._on_several(answer, cited)
        else:
            yield from self._on_one(answer, cited)

    def _on_library(self) -> Iterator[_Further]:
        """On its main topics."""
        yield from _on_topics(self.topics(_TOPICS))

    def _after_refusal(self, answer: Answer) -> Iterator[_Further]:
        """Of the paper that was looked at, or else of those near; of the library if none is."""
        by_id = self._assistant.library.by_id
        quantity = asks_quantity(answer.standalone_question)
        near = [ref for ref in answer.nearest if ref.quotes] or answer.nearest
        looked_at = [c.paper_id for c in answer.citations] or [ref.paper_id for ref in near]
        if not looked_at or (answer.reason == "not_in_corpus" and not answer.filter):
            yield from self._on_library()
            return
        papers = [by_id[paper_id] for paper_id in looked_at]
        for paper in papers:
            yield _Further([*_about(paper, quantity=quantity)], paper_id=paper.paper_id)
        for paper in papers:
            yield from self._unsaid(answer, paper)
        yield from self._on_library()

    def _on_one(self, answer: Answer, cited: Sequence[Paper]) -> Iterator[_Further]:
        """Of an answer from one paper, or a few: more of it, beside another, on its topic."""
        aspects = [further for paper in cited[:2] for further in self._unsaid(answer, paper)]
        yield from aspects[:1]
        if answer.kind == "compare":
            yield from aspects[1:]
        others = [*cited[1:], *self._near(cited[0])]
        if others and answer.kind != "compare":
            yield _compared(cited[0], next(filter(_is_named, others), others[0]))
        yield from _on_topics(self._topics_of(cited[:2], answer.standalone_question))
        yield from aspects[1:]

    def _on_several(self, answer: Answer, cited: Sequence[Paper]) -> Iterator[_Further]:
        """Of a list or an overview: two of its papers, its topic as a whole, its first papers."""
        named = [*filter(_is_named, cited), *cited]
        yield _compared(named[0], next(paper for paper in named if paper != named[0]))
        for topic in self._topics_of(cited[:_TOPICS], answer.standalone_question)[:1]:
            if answer.intent in ("list", "count"):
                yield _Further([f"What are the main approaches to {topic}?"], 2)
            else:
                yield _Further([f"What do the papers on {topic} disagree on?"], 2)
                yield _listed(topic)
        for paper in named[:3]:
            yield from self._unsaid(answer, paper)[:1]

    def _near(self, paper: Paper) -> list[Paper]:
        """The papers that have the most words of this one's title."""
        library = self._assistant.library
        found = [library.by_id[i] for i, _ in library.lexical.search(paper.title, _NEAR)]
        return [other for other in found if other != paper]

    def _topics_of(self, papers: Sequence[Paper], question: str) -> list[str]:
        """Phrases of these papers that several others have.

        Those of the question come first, then those of titles, then the commonest. No two have a
        word in common.
        """
        library = self._assistant.library
        titles, asked = " ".join(paper.title for paper in papers).lower(), as_keys(question)
        forms: dict[str, set[str]] = {}
        for paper in papers:
            for phrase in phrases_of(f"{paper.title}. {paper.abstract}", broad=True):
                if " " in phrase.text or f" {phrase.key} " in asked:
                    forms.setdefault(phrase.key, set()).add(in_small_letters(phrase.text))
        held: dict[str, int] = {}
        for spellings in forms.values():
            shortest = min(spellings, key=len).lower()  # a plural has it, too
            near = (library.by_id[i] for i, _ in library.lexical.search(shortest, _HOLDERS))
            texts = (f"{paper.title} {paper.abstract}".lower() for paper in near)
            counted = [text for text in texts if shortest in text]
            held[as_usual(min(spellings, key=len), counted)] = len(counted)
        topics: list[str] = []

        def rank(topic: str) -> tuple[bool, bool, int, str]:
            in_question = f" {key_of(topic.split())} " in asked
            return not in_question, topic.lower() not in titles, -held[topic], topic

        for topic in sorted(held, key=rank):
            used = " ".join(topics).lower().split()
            if held[topic] >= _FEWEST_HOLDERS and not set(topic.lower().split()) & set(used):
                topics.append(topic)
        return topics

    def _unsaid(self, answer: Answer, paper: Paper) -> list[_Further]:
        """Questions for aspects that the paper states and the answer has not quoted."""
        cited = [c for c in answer.citations if c.paper_id == paper.paper_id]
        quotes = {quote.start for citation in cited for quote in citation.quotes}
        ranker = AspectRanker(self._assistant.library)
        found = []
        for aspect, question in _ASPECTS:
            stated = quote_aspects(ranker, [paper], [aspect])
            if stated and stated[0].span.start not in quotes:
                named = question.format(called(paper))
                sure = self._asks(named, paper.paper_id, aspect)
                found.append(_Further([named], paper_id=paper.paper_id, sure=sure))
        return found

    def _is_asked(self, question: str, paper_id: str, aspect: Aspect) -> bool:
        """Whether the question is read as one for this aspect of this paper alone."""
        query = read_query(QueryText(self._assistant.library, question))
        papers = {mention.paper_id for mention in query.mentions}
        asked = aspects_asked(query.text, query.mentions)
        return query.kind == "answer" and papers == {paper_id} and asked == (aspect,)


def _compared(one: Paper, other: Paper) -> _Further:
    return _Further([f"How do {called(one)} and {called(other)} differ?"], 2)


def _listed(topic: str) -> _Further:
    return _Further([_ABOUT.format(topic)], sure=True)  # papers have it word for word


def _on_topics(topics: Sequence[str]) -> Iterator[_Further]:
    """Questions on topics that several papers have, each asked in another way."""
    for topic, wording in zip(topics, cycle(_WORDINGS), strict=False):
        yield _Further([wording.format(topic)], sure=True)


def _opening(question: str) -> str:
    """The words that make a question seem the same as another one: "Which papers are"."""
    return " ".join(question.split()[:2])


def _is_named(paper: Paper) -> bool:
    return bool(work_name(paper.title))


def _about(paper: Paper, *, quantity: bool = False) -> Iterator[str]:
    """Questions that the paper's abstract is likely to answer, the most likely first."""
    if quantity:
        yield f"What results does {called(paper)} report?"
    if _is_named(paper):
        yield f"What is {called(paper)}?"
    yield f"What does {called(paper, whole=True)} propose?"
