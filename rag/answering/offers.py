"""Questions for a reader who has not asked yet, made from the papers; each is tried first.

What is offered is answered completely: a list has every paper that has its topic in the title or
the abstract, and leaves none in doubt; a comparison cites both papers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from rag.answering.selecting.by_aspect import quote_aspects
from rag.answering.understanding.whole_paper import aspects_asked
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.aspects import APPROACH, LIMITATION, RESULT, Aspect
from rag.errors import PaperchatError
from rag.query.query import QueryText, read_query
from rag.text.keyphrases import as_keys, phrases_of
from rag.text.names.coined_names import is_coined_name
from rag.text.names.titles import unmarked, work_name
from rag.types import Paper

if TYPE_CHECKING:
    from rag.answering.flow import Assistant
    from rag.answering.selecting.groups import Selection

_SAMPLE = 240  # papers that are looked at, spread over a large library
_MORE = 1.34  # papers of a list for each one that has its topic word for word
_TRIED = 16  # questions of a kind before it is given up
_HOLDERS, _MOST_HOLDERS = 40, 9  # papers that are looked at for a topic, and that may have it
_FEW = 40  # papers of a small library
_READ = 40  # papers whose statements are ranked
_SHORT_PAIR = 62  # characters of two titles
_SHORT = 66  # characters of a title that can be read in a question
_ON_TOPIC = (
    ("A list", "Which papers are about {}?"),
    ("A count", "How many papers are about {}?"),
)
# A paper without a name is asked what it found: "approach" and "limitations" are words for methods.
_RESULT, _FOUND = ("A result", RESULT, "What results does {} report?"), "What did {} find?"
_OF_NAMED: tuple[tuple[str, Aspect, str], ...] = (
    ("A method", APPROACH, "What approach does {} introduce?"),
    ("A limit", LIMITATION, "What are the limitations of {}?"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that is answered, and in a word or two what kind of question it is."""

    kind: str
    question: str


def offers(assistant: Assistant, topics: Sequence[str], most: int = 6) -> list[Offer]:
    """Up to ``most`` questions of several kinds, each on papers of its own where there are enough.

    ``topics`` are what the library is mostly about. This takes seconds.
    """
    return _Maker(assistant, topics).made(most)


class _Maker:
    def __init__(self, assistant: Assistant, topics: Sequence[str]) -> None:
        self._assistant = assistant
        self._library = assistant.library
        papers = [paper for paper in self._library.papers if paper.abstract]
        self._papers = papers[:: max(1, len(papers) // _SAMPLE)]
        self._fewest = 3 if len(papers) > _FEW else 2  # papers that a topic has
        self._topics = list(dict.fromkeys([*self._phrases(), *topics]))
        self._ranker = AspectRanker(self._library)
        self._used: set[str] = set()  # papers, and words of topics

    def made(self, most: int) -> list[Offer]:
        result, method, limit = (partial(self._of_one, *of) for of in (_RESULT, *_OF_NAMED))
        lists, counts = (partial(self._lists, *of) for of in _ON_TOPIC)
        kinds: list[Callable[[], Iterator[Offer]]] = [
            *(lists, self._comparisons, self._overviews, result, self._names, counts),
            *(limit, method, result, lists, self._overviews, self._comparisons, result, counts),
            *(result, result, result),
        ]
        found: list[Offer] = []
        for kind in kinds:
            if len(found) < most:
                found += islice(kind(), 1)
        return found

    def _lists(self, kind: str, wording: str) -> Iterator[Offer]:
        """Lists that have exactly the papers with their topic; or a few more where none is so."""
        nearly: list[tuple[str, Selection]] = []
        for topic, holders in islice(self._held(), _TRIED):
            selection = self._tried(wording.format(topic))
            if selection is None or any(group.papers for group in selection.sections):
                continue  # it is declined, or leaves papers in doubt
            if holders == set(selection.about):
                yield self._on(topic, selection, kind, wording)
            elif holders < set(selection.about) and len(selection.about) <= _MORE * len(holders):
                nearly.append((topic, selection))
        yield from (self._on(*one, kind, wording) for one in nearly)

    def _on(self, topic: str, selection: Selection, kind: str, wording: str) -> Offer:
        self._take(topic, selection.about)
        return Offer(kind, wording.format(topic))

    def _overviews(self) -> Iterator[Offer]:
        most_held = sorted(islice(self._held(), _READ), key=lambda item: -len(item[1]))
        for topic, _ in most_held[:_TRIED]:
            question = f"What do papers say about {topic}?"
            selection = self._tried(question)
            listed = selection is not None and selection.coverage is not None  # read as a list
            if selection and not listed and len(selection.about) >= self._fewest:
                self._take(topic, ())
                yield Offer("An overview", question)

    def _comparisons(self) -> Iterator[Offer]:
        """Two papers of a kind: the second one is the nearest of those that can be named."""
        for paper in islice(self._callable(), _TRIED):
            near = (self._library.by_id[i] for i, _ in self._library.lexical.search(paper.title, 8))
            own, name = _title_keys(paper), _name(paper)
            alike = [o for o in near if o != paper and o.abstract and own & _title_keys(o)]
            short = [o for o in alike if _name(o) and len(name + _name(o)) <= _SHORT_PAIR]
            if not short:
                continue
            other = next((o for o in short if work_name(o.title)), short[0])
            question = f"How do {name} and {_name(other)} differ?"
            both = {paper.paper_id, other.paper_id}
            selection = self._tried(question)
            if selection and both == {item.paper.paper_id for item in selection.evidence}:
                self._take("", tuple(both))
                yield Offer("A comparison", question)

    def _of_one(self, kind: str, aspect: Aspect, wording: str) -> Iterator[Offer]:
        """What a paper states on an aspect, in a question that is read as one for it."""
        asked = list(islice(self._callable(), _READ))
        # Those with a name first, then those that state a number: "both were similar" is dull.
        surest = sorted(
            quote_aspects(self._ranker, asked, [aspect]),
            key=lambda item: (
                not work_name(item.paper.title),
                not any(letter.isdigit() for letter in item.span.text),
                -item.score,
            ),
        )
        for paper in [item.paper for item in surest[:_TRIED]]:
            named = bool(work_name(paper.title))
            if not named and aspect != RESULT:
                break
            question = (wording if named else _FOUND).format(_name(paper))
            query = read_query(QueryText(self._library, question))
            meant = {mention.paper_id for mention in query.mentions}
            if meant == {paper.paper_id} and aspects_asked(query.text, query.mentions) == (aspect,):
                self._take("", (paper.paper_id,))
                yield Offer(kind if named else "A finding", question)

    def _names(self) -> Iterator[Offer]:
        for paper in islice(self._callable(), _TRIED):
            if not work_name(paper.title):
                continue
            question = f"What is {work_name(paper.title)}?"
            selection = self._tried(question)
            if selection and {item.paper.paper_id for item in selection.evidence} == {
                paper.paper_id
            }:
                self._take("", (paper.paper_id,))
                yield Offer("A name", question)

    # What the questions are about.

    def _callable(self) -> Iterator[Paper]:
        """Papers that a question can name, those with a name first, none twice."""
        named = sorted(self._papers, key=lambda paper: not work_name(paper.title))
        for paper in named:
            if _name(paper) and paper.paper_id not in self._used:
                yield paper

    def _held(self) -> Iterator[tuple[str, set[str]]]:
        """Topics of a few papers, which have them word for word."""
        library = self._library
        for topic in self._topics:
            words = self._stems(topic)
            if self._used & set(words.split()):
                continue
            near = [library.by_id[i] for i, _ in library.lexical.search(topic, _HOLDERS)]
            texts = {paper.paper_id: f"{paper.title}. {paper.abstract}" for paper in near}
            held = {i: text for i, text in texts.items() if words in self._stems(text)}
            if self._fewest <= len(held) <= _MOST_HOLDERS:
                yield as_usual(topic, held.values()), set(held)

    def _stems(self, text: str) -> str:
        """The stems of a text between blanks, to find those of a topic in."""
        return f" {' '.join(self._library.lexical.stems(text))} "

    def _phrases(self) -> list[str]:
        """Phrases and coined names of titles that a few papers have, names first."""
        titled = Counter[str]()
        forms: dict[str, list[str]] = {}
        for paper in self._papers:
            own = list(phrases_of(unmarked(paper.title), broad=True))
            titled.update({phrase.key for phrase in own})
            for phrase in (*own, *phrases_of(paper.abstract, broad=True)):
                forms.setdefault(phrase.key, []).append(in_small_letters(phrase.text))
        texts = [as_keys(f"{paper.title}. {paper.abstract}") for paper in self._papers]
        held = {key: sum(f" {key} " in text for text in texts) for key in titled}
        some = [
            key
            for key in titled
            if self._fewest <= held[key] <= _MOST_HOLDERS
            and (" " in key or any(map(is_coined_name, forms[key])))
        ]
        ranked = sorted(some, key=lambda key: (" " in key, -titled[key], -held[key], key))
        return [min(forms[key], key=len) for key in ranked]

    def _tried(self, question: str) -> Selection | None:
        try:
            selection = self._assistant.selected(question)
        except PaperchatError:  # a title may be too long for a question
            return None
        return None if selection.reason else selection

    def _take(self, topic: str, papers: Sequence[str]) -> None:
        self._used |= {*papers, *self._stems(topic).split()}


def _name(paper: Paper) -> str:
    """The paper's name, or its title if that is short; else empty."""
    title = unmarked(paper.title)
    return work_name(title) or (called(paper) if len(title) <= _SHORT else "")


def _title_keys(paper: Paper) -> set[str]:
    """What a title is about: two papers that share one of these are of a kind."""
    return {phrase.key for phrase in phrases_of(unmarked(paper.title))}


def called(paper: Paper, *, whole: bool = False) -> str:
    """The name of a paper's work, or its title in quotation marks; with ``whole`` always that."""
    title = re.sub(r"[“”\"]", "", unmarked(paper.title)).rstrip(". ")
    return (not whole and work_name(paper.title)) or f"“{title}”"


def as_usual(topic: str, texts: Iterable[str]) -> str:
    """The topic in the plural if any of the ``texts`` has it so: "state space models"."""
    plural = f"{topic.lower()}s"
    return f"{topic}s" if any(plural in text.lower() for text in texts) else topic


def in_small_letters(phrase: str) -> str:
    """The phrase without the capitals of a title; "MRI" and "fMRI" stay, and a single word."""
    if " " not in phrase:
        return phrase
    return " ".join(word.lower() if word[1:].islower() else word for word in phrase.split())
