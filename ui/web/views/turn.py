"""One question and its answer as the page shows it, growing event by event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict

from rag.types import Answer, Citation, Event, Finished, Paper, Searched, Sentence, Span
from ui.exports.answer_page import markdown
from ui.exports.bundle import as_plain, bundle_of
from ui.exports.cite import byline, references
from ui.web.render import answer as render
from ui.web.render.source import Relevance, card
from ui.web.render.text import failure
from ui.web.render.trace import trace

Stage: TypeAlias = Literal["waiting", "searching", "reading", "writing", "done", "failed"]

_CARDS = 8  # more than anybody reads beside an answer


class CardView(TypedDict):
    """One card of the sources panel; ``key`` stays the same while its contents grow."""

    key: str
    number: int | None
    html: str


class TurnState(TypedDict):
    """The whole state of one turn, as sent to the page on each event.

    It is the whole state, so that the page may skip one; Gradio sends only what has changed.
    ``plain`` is the answer for the conversation's history, ``copy`` the same to paste elsewhere,
    ``trace`` how it was made, and ``bundle`` all of it as plain values (`ui.exports.bundle`); these
    three come at the end.
    """

    turn: str
    state: Stage
    sentences: list[str]
    note: str
    foot: str
    kind: str
    cards: list[CardView]
    plain: str
    copy: str
    trace: str
    bundle: dict[str, Any] | None


class TurnView:
    """Gathers the events of one answer. ``papers`` has every paper that may be cited."""

    def __init__(self, turn: str, papers: Mapping[str, Paper]) -> None:
        self._turn = turn
        self._papers = papers
        self._seen: dict[str, Paper] = {}
        self._order: list[str] = []
        self._found: dict[str, list[Span]] = {}
        self._relevance: dict[str, Relevance] = {}
        self._search = Searched("", (), ())
        self._citations: tuple[Citation, ...] = ()
        self._sentences: list[str] = []
        self._plain: list[str] = []
        self._answer: Answer | None = None
        self._end: Finished | None = None
        self._better = ""
        self._state: Stage = "searching"

    def add(self, event: Event) -> TurnState:
        """Take in one event; the state of the turn after it."""
        match event:
            case Searched():
                self._searched(event)
            case Sentence():
                self._sentence(event)
            case Finished():
                self._finished(event)
        return self.state()

    def offer(self, better: str) -> TurnState:
        """Add a question to offer in place of one that was declined."""
        self._better = better
        return self.state()

    def _searched(self, event: Searched) -> None:
        self._state, self._search = "reading", event
        for ranked in event.retrieved:
            self._seen[ranked.paper.paper_id] = ranked.paper
            self._relevance[ranked.paper.paper_id] = Relevance(ranked.score, "search")
        best: dict[str, float] = {}
        for item in event.evidence:
            key = item.paper.paper_id
            self._seen[key] = item.paper
            self._found.setdefault(key, []).append(item.span)
            best[key] = max(best.get(key, 0.0), item.score)
        self._relevance |= {key: Relevance(score, "sentence") for key, score in best.items()}
        self._order = list(self._found) or [r.paper.paper_id for r in event.retrieved]

    def _sentence(self, event: Sentence) -> None:
        self._state = "writing"
        self._sentences.append(render.sentence(event.claim, event.citations, self._citations))
        self._plain.append(event.claim.text)
        self._citations = event.citations

    def _finished(self, event: Finished) -> None:
        answer = event.answer
        self._state, self._answer, self._end = "done", answer, event
        self._citations = answer.citations
        if answer.abstained:
            self._order = [ref.paper_id for ref in answer.nearest] or self._order
            self._found = {}

    def state(self) -> TurnState:
        """The state of the turn now."""
        answer, end = self._answer, self._end
        plain = " ".join(self._plain) or (answer.answer if answer else "")
        return TurnState(
            turn=self._turn,
            state=self._state,
            sentences=list(self._sentences),
            note=self._note(),
            foot=render.foot(answer) if answer else "",
            kind=answer.kind if answer else "",
            cards=self._cards(),
            plain=plain,
            copy=markdown(answer) if answer else "",
            trace=trace(answer, self._search, end.trace) if answer and end else "",
            bundle=as_plain(bundle_of(answer, self._papers)) if answer else None,
        )

    def _note(self) -> str:
        """The part under the sentences: a refusal's reason, or a comparison's matrix."""
        if self._answer is None or self._end is None:
            return ""
        if self._answer.abstained:
            return render.abstention(self._answer, self._better)
        return render.matrix(self._end.matrix, self._citations)

    def _cards(self) -> list[CardView]:
        """The cards. They stay in place while the answer grows; then the cited papers go first."""
        cited = {citation.paper_id: citation for citation in self._citations}
        keys = [*self._order, *(key for key in cited if key not in self._order)]
        if self._answer is not None:
            keys = [*cited, *(key for key in keys if key not in cited)]
        shown = keys[: max(_CARDS, len(cited))]
        found = {} if self._answer else self._found
        cards = []
        for key in shown:
            paper = self._seen.get(key) or self._papers.get(key)
            if paper is not None:
                known = self._relevance.get(key)
                cards.append(_card(paper, cited.get(key), found.get(key, []), known))
        return cards


def _card(
    paper: Paper, citation: Citation | None, found: Sequence[Span], relevance: Relevance | None
) -> CardView:
    number, quotes = (citation.number, citation.quotes) if citation else (None, ())
    html = card(paper, number, quotes, found, relevance, references(paper), byline(paper))
    return CardView(key=paper.paper_id, number=number, html=html)


def waiting_turn(turn: str) -> TurnState:
    """A turn that waits, with nothing in it yet."""
    return TurnState(
        turn=turn,
        state="waiting",
        sentences=[],
        note="",
        foot="",
        kind="",
        cards=[],
        plain="",
        copy="",
        trace="",
        bundle=None,
    )


def failed_turn(turn: TurnState, what: str, remedy: str) -> TurnState:
    """A turn that broke off: what it has so far, and why it has no more."""
    return {**turn, "state": "failed", "note": failure(what, remedy)}
