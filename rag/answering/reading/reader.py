"""An endpoint's model reads whole abstracts and answers; every claim of it is checked.

It is asked once, and once more if it says that papers are missing: with those that its own searches
find. What the fitted checks selected is advice to it. If its reply cannot be used, their selection
is quoted.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.answering.prompts import Draft
from rag.answering.reading.material import Material, papers_to_read
from rag.answering.reading.prompts import (
    MAX_TOKENS,
    PartReply,
    ReadingReply,
    further_messages,
    reading_messages,
    reading_reply,
)
from rag.answering.reading.wording import heading_of, same, unanswered
from rag.answering.selecting.groups import Group, Selection
from rag.answering.writing.claims import Composer
from rag.answering.writing.drafting import Transcript, quote_claims
from rag.answering.writing.outcome import Found
from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel, Message
from rag.models.endpoints.structured import stream
from rag.query.query import QueryText
from rag.retrieval.search import search
from rag.types import Claim, Evidence, PaperRef

_MOST_CLAIMS = 40
_MOST_PARTS = 20
_SEARCHES = 2
_FOUND = 5  # papers of each search
_LONGEST_SEARCH = 200  # characters
_LEAST_BUDGET = 700  # tokens; about two abstracts
_UNREADABLE = (
    "The language model replied with nothing that can be read.",
    "Ask again; if it stays so, choose another model in PAPERCHAT_LLM_MODEL.",
    "unreadable",
)
_NEAREST = 2  # papers whose nearest sentence is shown with a refusal


class Reader:
    """Remembers how much the language model can read. Thread-safe."""

    def __init__(self, budget: int) -> None:
        """``budget`` are the tokens of abstracts in one prompt."""
        self.budget = budget

    def reads(self, found: Found) -> bool:
        """Whether the model is asked: not for a task, nor for a list longer than it may read."""
        selection = found.selection
        if found.query.intent == "other_task":
            return False
        if found.query.kind != "list" or selection.reason:
            return True
        material = Material(found.query.library)
        material.add((item.paper.paper_id for item in selection.evidence), self.budget)
        return material.papers.issuperset(item.paper.paper_id for item in selection.evidence)


@dataclass(slots=True)
class _Part:
    """A part of the answer: what was asked, and a sentence on what of it is missing."""

    asked: str
    heading: str
    missing: str = ""


@dataclass(slots=True)
class Reading:
    """The answer to one question as it grows. Use it in one thread."""

    reader: Reader
    chat: ChatModel
    found: Found
    material: Material
    composer: Composer  # its evidence is that of the material
    transcript: Transcript
    fault: EndpointError | None = None
    by_model: bool = False
    _parts: list[_Part] = field(default_factory=list)
    _quoted: tuple[Group, ...] = ()  # beside the parts

    def claims(self) -> Generator[tuple[Claim, str], None, None]:
        """Each claim with its heading as soon as it is checked; quotes where the model fails."""
        reply: ReadingReply | None = None
        try:
            reply = yield from self._first()
            if reply is not None and self._is_missing(reply):
                found = self._search(reply.search)
                if found:
                    yield from self._ask(
                        further_messages(self.transcript.messages, reply, found, self._question)
                    )
        except EndpointError as exc:
            self.fault = exc
        if reply is None and self.fault is None:
            self.fault = EndpointError(*_UNREADABLE)
        self.by_model = bool(self.composer.claims)
        none_left = not self.by_model and (self.fault or self.composer.removed.claims)
        if reply is None or none_left:
            yield from self._quotes()

    @property
    def _question(self) -> str:
        return self.found.query.text

    @property
    def selection(self) -> Selection:
        """What the answer is made of, or the reason why there is none."""
        selected = self.found.selection
        if not self.composer.claims:
            # It may be right, or have obeyed an order to say nothing: the reader sees what it read.
            nearest = selected.nearest or _by_paper(selected.evidence)
            return replace(selected, reason=selected.reason or "model_found_none", nearest=nearest)
        if not self._parts:
            return self.material.numbered(selected)
        groups = [Group(part.heading, text=part.missing) for part in self._parts]
        made = replace(selected, reason=None, groups=(*groups, *self._quoted), lead="")
        return self._as_list(made) if self.found.query.kind == "list" else made

    def _first(self) -> Generator[tuple[Claim, str], None, ReadingReply | None]:
        """Ask; again with fewer papers if the prompt is too long for the model."""
        query, selected, material = self.found.query, self.found.selection, self.material
        papers = list(dict.fromkeys(papers_to_read(self.found)))
        while True:
            material.evidence.clear()
            material.add(papers, self.reader.budget, selected.evidence)
            advice = material.numbered(selected)
            messages = reading_messages(query.text, material.evidence, advice, query.intent)
            try:
                return (yield from self._ask(messages))
            except EndpointError as exc:
                if exc.fault != "context" or self.reader.budget < 2 * _LEAST_BUDGET:
                    raise
                self.reader.budget //= 2

    def _ask(
        self, messages: Sequence[Message]
    ) -> Generator[tuple[Claim, str], None, ReadingReply | None]:
        """The claims of one reply as they arrive; returns the reply, or None if it is no use."""
        reply_type = reading_reply(self.material.evidence)
        replies = stream(self.chat, messages, reply_type, MAX_TOKENS, exchange=self.transcript)
        places: list[int] = []  # of its parts among the parts of the answer
        given: list[int] = []  # claims of each
        with closing(replies):
            while sum(given) < _MOST_CLAIMS:
                try:
                    reply = next(replies)
                except StopIteration as end:
                    whole: ReadingReply | None = end.value
                    break
                yield from self._new_claims(reply, places, given)
            else:
                whole = reply
        if whole is not None:
            self._note_missing(whole, places, given)
        return whole

    def _new_claims(
        self, reply: ReadingReply, places: list[int], given: list[int]
    ) -> Generator[tuple[Claim, str], None, None]:
        for number, part in enumerate(reply.parts[:_MOST_PARTS]):
            if number == len(places):
                places.append(self._place_of(part))
                given.append(0)
            place, room = places[number], _MOST_CLAIMS - sum(given)
            for said in part.claims[given[number] :][:room]:
                claim = self.composer.add(Draft(said.sentence.strip(), said.sources, place))
                if claim is not None:
                    yield claim, self._parts[place].heading
            given[number] = max(given[number], len(part.claims))

    def _place_of(self, part: PartReply) -> int:
        """The place of the part in the answer: a known part, or a new one."""
        for place, known in enumerate(self._parts):
            if same(known.asked, part.asked):
                return place
        missing = [place for place, known in enumerate(self._parts) if known.missing]
        if len(missing) == 1:
            return missing[0]
        heading = ""
        if self.found.query.intent in ("overview", "synthesis"):
            texts = (f"{item.paper.title} {item.span.text}" for item in self.material.evidence)
            heading = heading_of(part.asked, " ".join(texts), self.found.query.text)
        self._parts.append(_Part(part.asked, heading))
        return len(self._parts) - 1

    def _note_missing(self, reply: ReadingReply, places: list[int], given: list[int]) -> None:
        """What is missing now, part by part; where a line stands for a paper, nothing is."""
        for number, part in enumerate(reply.parts[:_MOST_PARTS]):
            if number == len(places):
                places.append(self._place_of(part))
            known, place = self._parts[places[number]], places[number]
            lacks = bool(part.missing.strip()) or place not in self.composer.sections
            show = lacks and not self.found.one_line_a_paper
            known.missing = unanswered(part.missing, part.asked, self._question) if show else ""

    def _is_missing(self, reply: ReadingReply) -> bool:
        missing = any(part.missing.strip() for part in reply.parts)
        return bool(reply.search) and (missing or not self.composer.claims)

    def _search(self, wanted: Sequence[str]) -> tuple[Evidence, ...]:
        """The sentences of papers that are new, up to half of the budget."""
        query, papers = self.found.query, list[str]()
        for words in [" ".join(text.split()) for text in wanted][:_SEARCHES]:
            if 0 < len(words) <= _LONGEST_SEARCH:
                found = search(QueryText(query.library, words), _FOUND, query.scope)
                papers += [item.paper.paper_id for item in found.ranked]
        return self.material.add(papers, self.reader.budget // 2)

    def _quotes(self) -> Generator[tuple[Claim, str], None, None]:
        """The quotes that were selected and that no claim rests on yet."""
        selection, composer = self.material.numbered(self.found.selection), self.composer
        if selection.reason is not None:
            return
        if composer.claims:
            self._quoted = tuple(replace(group, text="") for group in selection.sections)
        else:
            self._parts.clear()
        said = {item.number: item for item in selection.evidence}
        cited = {c.paper_id: {q.start for q in c.quotes} for c in composer.citations()}
        for draft in quote_claims(selection):
            item = said[draft.sources[0]]
            known = cited.get(item.paper.paper_id, ())
            if item.span.start in known or (known and self.found.one_line_a_paper):
                continue
            claim = composer.add(replace(draft, section=len(self._parts) + draft.section))
            if claim is not None:
                yield claim, selection.sections[draft.section].heading

    def _as_list(self, made: Selection) -> Selection:
        """With the number of papers, and those that only the fitted checks would list."""
        cited = {citation.paper_id for citation in self.composer.citations()}
        others = [item for item in made.evidence if item.paper.paper_id not in cited]
        maybe = tuple(PaperRef(e.paper.paper_id, e.paper.title, (e.span,)) for e in others)
        groups = (*made.groups, Group("Maybe", papers=maybe)) if maybe else made.groups
        coverage = made.coverage and replace(made.coverage, matched=len(cited))
        lead = "1 paper." if len(cited) == 1 else f"{len(cited)} papers."
        return replace(made, lead=lead, groups=groups, coverage=coverage)


def _by_paper(evidence: Sequence[Evidence]) -> tuple[PaperRef, ...]:
    """The sentences of each of the first papers."""
    found: dict[str, PaperRef] = {}
    for item in evidence:
        paper = item.paper
        known = found.setdefault(paper.paper_id, PaperRef(paper.paper_id, paper.title))
        found[paper.paper_id] = replace(known, quotes=(*known.quotes, item.span))
    return tuple(found.values())[:_NEAREST]
