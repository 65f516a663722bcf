"""One question and its answer as the page shows it, growing event by event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict

from rag.text.characters.escaping import plain_text
from rag.text.wording import shown_by
from rag.types import (
    Answer,
    Citation,
    Claim,
    Event,
    Finished,
    Intent,
    Paper,
    Quoted,
    Searched,
    Sentence,
    Span,
)
from ui.exports.bundle import as_plain, bundle_of
from ui.exports.cite import byline, references
from ui.exports.clipboard import as_html, as_text
from ui.exports.conversation import conversation_document, conversation_of
from ui.exports.json_text import as_json
from ui.exports.references.facts import address
from ui.outline import named_only
from ui.web.render.basics.text import failure
from ui.web.render.chat import answer as render
from ui.web.render.chat.lead import tries
from ui.web.render.chat.refusal import refusal
from ui.web.render.chat.source import card
from ui.web.render.chat.trace import trace
from ui.web.views.blocks import BlockView, blocks_of, blocks_so_far

Stage: TypeAlias = Literal["waiting", "searching", "reading", "quoted", "writing", "done", "failed"]

_OF_RECORDS: frozenset[Intent] = frozenset(("records", "collection", "count", "list"))
_CARDS = 8  # more than anybody reads beside an answer


class CardView(TypedDict):
    """One card of the sources panel; ``key`` stays the same while its contents grow."""

    key: str
    number: int | None
    html: str


class TurnState(TypedDict):
    """The whole state of one turn, as sent to the page on each event.

    It is the whole state, so that the page may skip one; Gradio sends only what has changed.
    ``before`` is the number of questions that come first, while it waits in line, ``writer`` the
    language model that writes, if one does, and ``said`` how many sentences stand.
    ``blocks`` is the JSON of a list of `BlockView`: in lists within lists, Gradio makes mistakes.
    ``plain`` is the answer for the conversation's history, ``papers`` the ids of those that it
    shows, in order, ``copy`` the answer to paste elsewhere, ``copy_html`` that as rich text,
    ``trace`` how it was made, and
    ``bundle`` all of it as plain values (`ui.exports.bundle`); these come at the end. ``next`` are
    questions to go on with, after the end.
    """

    turn: str
    state: Stage
    before: int
    writer: str
    said: int
    blocks: str
    note: str
    foot: str
    next: str
    kind: str
    cards: list[CardView]
    plain: str
    papers: list[str]
    copy: str
    copy_html: str
    trace: str
    bundle: dict[str, Any] | None


class TurnView:
    """Gathers the events of one answer. ``papers`` has every paper that may be cited.

    ``writer`` is the name of the language model that may write it; empty without one.
    """

    def __init__(self, turn: str, papers: Mapping[str, Paper], writer: str = "") -> None:
        self._turn = turn
        self._writer = writer
        self._papers = papers
        self._seen: dict[str, Paper] = {}
        self._order: list[str] = []
        self._found: dict[str, list[Span]] = {}
        self._likely: dict[str, float] = {}
        self._search = Searched("", (), ())
        self._quoted: Quoted | None = None
        self._citations: tuple[Citation, ...] = ()
        self._said: list[tuple[str, Claim]] = []  # (heading, claim)
        self._sentences: dict[Claim, render.Drawn] = {}
        self._end: Finished | None = None
        self._next: Sequence[str] = ()
        self._state: Stage = "searching"

    def add(self, event: Event) -> TurnState:
        """Take in one event; the state of the turn after it."""
        match event:
            case Searched():
                self._searched(event)
            case Quoted():
                self._state, self._quoted = "quoted", event
            case Sentence():
                self._sentence(event)
            case Finished():
                self._finished(event)
        return self.state()

    def offer(self, questions: Sequence[str]) -> TurnState:
        """Add questions to go on with."""
        self._next = questions
        return self.state()

    def _searched(self, event: Searched) -> None:
        self._state, self._search = "reading", event
        for ranked in event.retrieved:
            self._seen[ranked.paper.paper_id] = ranked.paper
        for item in event.evidence:
            key = item.paper.paper_id
            self._seen[key] = item.paper
            self._found.setdefault(key, []).append(item.span)
            self._likely[key] = max(self._likely.get(key, 0.0), item.score)
        self._order = list(self._found) or [r.paper.paper_id for r in event.retrieved]

    def _sentence(self, event: Sentence) -> None:
        self._state = "writing"
        self._said.append((event.heading, event.claim))
        self._draw(event.claim, event.citations)
        self._citations = event.citations

    def _draw(self, claim: Claim, citations: Sequence[Citation]) -> None:
        drawn = render.sentence(claim, citations, self._citations)
        self._sentences.setdefault(claim, drawn)

    def _finished(self, event: Finished) -> None:
        answer = event.answer
        self._state, self._end = "done", event
        self._citations = answer.citations
        for claim in answer.claims:
            self._draw(claim, answer.citations)
        self._found = {}
        for ref in named_only(answer):
            self._found[ref.paper_id] = list(ref.quotes)
        if answer.abstained:
            self._order = [ref.paper_id for ref in answer.nearest] or self._order

    def state(self) -> TurnState:
        """The state of the turn now."""
        answer = self._end.answer if self._end else None
        bundle = bundle_of(answer, self._papers) if answer else None
        pasted = conversation_document(conversation_of(bundle), self._papers) if bundle else None
        return TurnState(
            turn=self._turn,
            state=self._state,
            before=0,
            writer=self._writer,
            said=len(self._said),
            blocks=as_json(self._blocks(), indent=None),
            note=self._note(),
            foot=render.foot(answer) if answer else "",
            next=tries(self._next),
            kind=answer.kind if answer else "",
            cards=self._cards(),
            plain=self._plain(),
            papers=list(shown_by(answer)) if answer else [],
            copy=as_text(pasted) if pasted else "",
            copy_html=as_html(pasted) if pasted else "",
            trace=self._trace(),
            bundle=as_plain(bundle) if bundle else None,
        )

    def _blocks(self) -> list[BlockView]:
        if self._end is None:
            sent = self._sentences, self._citations, self._quoted
            return blocks_so_far(self._search, self._said, *sent)
        answer = self._end.answer
        return blocks_of(answer, self._sentences, _addresses(answer, self._papers))

    def _note(self) -> str:
        """The part under the blocks: a refusal's reason, or a comparison's matrix."""
        if self._end is None:
            return ""
        answer = self._end.answer
        if answer.abstained:
            unread = answer.intent == "unknown"
            return "" if unread else refusal(answer, _addresses(answer, self._papers))
        return render.matrix(self._end.matrix, self._citations)

    def _trace(self) -> str:
        """How the answer was made; empty for talk, which nothing was looked up for."""
        looked_up = self._search.candidates or self._search.intent in _OF_RECORDS
        if self._end is None or not looked_up:
            return ""
        return trace(self._end.answer, self._search, self._end.trace)

    def _plain(self) -> str:
        if self._end is None:
            return " ".join(claim.text for _, claim in self._said)
        return plain_text(self._end.answer.answer)

    def _shown(self, answer: Answer) -> dict[str, None]:
        """The ids of the cited papers, then of those that are only named, each once."""
        ids = [c.paper_id for c in answer.citations]
        return dict.fromkeys([*ids, *(ref.paper_id for ref in named_only(answer))])

    def _cards(self) -> list[CardView]:
        """The cards. They stay in place while the answer grows; then the cited papers go first."""
        cited = {citation.paper_id: citation for citation in self._citations}
        keys = [*self._order, *(key for key in cited if key not in self._order)]
        fewest = len(cited)
        if self._end is not None:
            shown = self._shown(self._end.answer)
            keys = [*shown, *(key for key in keys if key not in shown)]
            fewest = len(shown)
        cards = []
        for key in keys[: max(_CARDS, fewest)]:
            paper = self._seen.get(key) or self._papers.get(key)
            if paper is not None:
                likely = None if key in cited else self._likely.get(key)
                cards.append(_card(paper, cited.get(key), self._found.get(key, []), likely))
        return cards


def _card(
    paper: Paper, citation: Citation | None, found: Sequence[Span], likely: float | None
) -> CardView:
    number, quotes = (citation.number, citation.quotes) if citation else (None, ())
    html = card(paper, number, quotes, found, likely, references(paper), byline(paper))
    return CardView(key=paper.paper_id, number=number, html=html)


def _addresses(answer: Answer, papers: Mapping[str, Paper]) -> frozenset[str]:
    """Where the cited papers are: what a lead may link to."""
    cited = [papers[c.paper_id] for c in answer.citations if c.paper_id in papers]
    found = (url for paper in cited for url in (paper.url, address(paper)))
    return frozenset(url for url in found if url)


def waiting_turn(turn: str) -> TurnState:
    """A turn that waits, with nothing in it yet."""
    return {**TurnView(turn, {}).state(), "state": "waiting"}


def failed_turn(turn: TurnState, what: str, remedy: str) -> TurnState:
    """A turn that broke off: what it has so far, and why it has no more."""
    return {**turn, "state": "failed", "note": failure(what, remedy)}
