"""An answer as Markdown for a chat, with the place of each citation in it, while it grows.

Sentences are shown as they come where a language model writes them, else all at the end. What was
sent cannot be changed, so text is only added. Streamed or not, the text is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.text.characters.escaping import as_markdown
from rag.text.wording import shown_by
from rag.types import (
    ONE_LINE_A_PAPER,
    Answer,
    Citation,
    Claim,
    Event,
    Finished,
    Quoted,
    Searched,
    Sentence,
    Span,
)
from ui.api.openai.links import Links, pointer
from ui.markdown import Line, Words, read_blocks
from ui.outline import Part, name_of, nearest_shown, paper_of_line, parts_of
from ui.web.render.basics.text import sentence_case
from ui.web.render.chat.answer import quotes_of

SOURCES = "Sources"  # the cited papers
LOOKED_AT = "Looked at"  # those whose sentences a refusal shows
NEAREST = "Nearest papers"  # those that come near and say nothing


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation in the text, ``text[start:end]``, with the quotes that its sentence rests on."""

    start: int
    end: int
    citation: Citation
    url: str
    quotes: tuple[Span, ...]


class Page:
    """The ``text`` of one answer so far, and its citations in order."""

    def __init__(self, links: Links, notes: Sequence[str] = ()) -> None:
        """``notes`` are about the request, and open the text."""
        self.text = ""
        self.marks: list[Mark] = []
        self.answer: Answer | None = None
        self._links = links
        self._written = False  # by a language model, sentence by sentence
        self._notes = tuple(notes)
        self._noted: set[str] = set()
        self._led = ""
        self._said: set[Claim] = set()
        self._heading: str | None = None  # of the block that claims are added to
        self._search = Searched("", (), ())
        self._before: dict[int, Citation] = {}
        self._quotes: dict[tuple[Claim, int], tuple[Span, ...]] = {}

    def add(self, event: Event) -> None:
        """Take in one event of `Engine.stream`."""
        match event:
            case Searched():
                self._search = event
            case Quoted():
                self._written = True
            case Sentence():
                self._learn(event)
                if self._written:
                    if not self._said:
                        self._open(self._search.notes, self._search.lead, event.citations)
                    self._claim(
                        event.heading,
                        event.claim,
                        event.citations,
                        lines=self._search.intent in ONE_LINE_A_PAPER,
                    )
            case Finished():
                self._end(event.answer)

    def _learn(self, event: Sentence) -> None:
        """Which quotes are this claim's: a citation gathers those of all claims."""
        now = {citation.number: citation for citation in event.citations}
        for number in event.claim.citations:
            if number in now:
                own = quotes_of(event.claim, now[number], self._before.get(number))
                self._quotes[event.claim, number] = own
        self._before = now

    def _end(self, answer: Answer) -> None:
        self.answer = answer
        refused = answer.abstained and not self._said
        if not self._said:
            self._open(answer.notes, answer.answer if refused else answer.lead, answer.citations)
        if not refused:
            for part in parts_of(answer):
                self._part(part, answer.citations)
        if self._said and answer.lead and answer.lead != self._led:  # such as a translation
            self._block()
            self._markdown(answer.lead, answer.citations)
        self._note(note for note in answer.notes if note not in self._noted)
        self._section(SOURCES, map(self._links.source, answer.citations), "\n\n")
        near = nearest_shown(answer) if answer.abstained else ()
        shown = set(shown_by(answer))
        looked_at = [paper for paper in near if paper.paper_id in shown]
        others = [paper for paper in near if paper.paper_id not in shown]
        self._section(LOOKED_AT, map(self._links.item, looked_at))
        self._section(NEAREST, map(self._links.item, others))

    def _open(self, notes: Sequence[str], lead: str, citations: Sequence[Citation]) -> None:
        self._note([*self._notes, *notes])
        self._led = lead
        if lead:
            self._block()
            self._markdown(lead, citations)

    def _note(self, notes: Iterable[str]) -> None:
        notes = list(notes)
        self._noted.update(notes)
        if notes:
            self._block()
            self.text += f"*{' '.join(as_markdown(sentence_case(note)) for note in notes)}*"

    def _part(self, part: Part, citations: Sequence[Citation]) -> None:
        """A section, less the sentences that are there already."""
        left = [claim for claim in part.claims if claim not in self._said]
        for claim in left:
            self._claim(part.heading, claim, citations, lines=part.lines)
        if part.papers and not part.claims:
            self._head(part.heading)
        if part.text:
            self._block()
            self.text += as_markdown(part.text)
        if part.papers:
            self._block()
            self.text += "\n".join(map(pointer, part.papers))

    def _claim(
        self, heading: str, claim: Claim, citations: Sequence[Citation], *, lines: bool
    ) -> None:
        known = {citation.number: citation for citation in citations}
        if heading != self._heading:
            self._head(heading)
            self._block()
            self._heading = heading
        else:
            self.text += "\n" if lines else " "
        paper = paper_of_line(claim, known) if lines else None
        name = f"**{as_markdown(name_of(paper))}**: " if paper else ""
        self.text += f"{'- ' if lines else ''}{name}{as_markdown(claim.text)}"
        for number in claim.citations:
            if number in known:
                self.text += " "
                self._mark(known[number], self._quotes.get((claim, number), known[number].quotes))
        self.text += "" if claim.verdict == "supported" else f" ({claim.verdict})"
        self._said.add(claim)

    def _markdown(self, markdown: str, citations: Sequence[Citation]) -> None:
        """Markdown of the engine, with its markers as links."""
        known = {citation.number: citation for citation in citations}
        for block in read_blocks(markdown):
            self._block()
            for at, line in enumerate(block.lines, start=1):
                sign = {"bullets": "- ", "numbers": f"{at}. "}.get(block.shape, "")
                self.text += ("\n" if at > 1 else "") + sign
                self._line(line, known)

    def _line(self, line: Line, known: dict[int, Citation]) -> None:
        for part in line:
            if not isinstance(part, Words):
                if part.number in known:
                    self._mark(known[part.number], known[part.number].quotes)
                else:
                    self.text += f"[{part.number}]"
                continue
            blank = part.text[: len(part.text) - len(part.text.lstrip())]
            after = part.text[len(part.text.rstrip()) :] if part.text.strip() else ""
            sign = {"bold": "**", "code": "`"}.get(part.style, "")
            inner = part.text.strip() if part.style == "code" else as_markdown(part.text)
            self.text += f"{blank}{sign}{inner}{sign}{after}"

    def _mark(self, citation: Citation, quotes: tuple[Span, ...]) -> None:
        url, start = self._links.to(citation.paper_id), len(self.text)
        self.text += f"[[{citation.number}]]({url})"
        self.marks.append(Mark(start, len(self.text), citation, url, quotes))

    def _head(self, heading: str) -> None:
        if heading:
            self._block()
            self.text += f"**{as_markdown(heading)}**"

    def _section(self, heading: str, items: Iterable[str], between: str = "\n") -> None:
        if inner := between.join(items):
            self._head(heading)
            self._block()
            self.text += inner

    def _block(self) -> None:
        """Begin a new block; claims do not go on in the one before."""
        self.text += "\n\n" if self.text else ""
        self._heading = None
