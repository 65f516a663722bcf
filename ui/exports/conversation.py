"""A conversation to keep: its answers as one document, from what a browser or a command has.

The page sends it back from the browser's storage, where anybody may have changed it, so it is
checked as a saved answer is (`ui.exports.bundle`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from rag.errors import InputError
from rag.types import Answer, Claim, Paper, PaperRef, Span
from ui.exports.bundle import Bundle, check_bundle
from ui.exports.documents.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Quote,
    Source,
    citing,
    text,
)
from ui.exports.json_text import read_json
from ui.exports.known_papers import papers_of
from ui.markdown import Line, Marker, Words, read_blocks
from ui.outline import Part, name_of, nearest_shown, paper_of_line, parts_of

LARGEST = 7_500_000  # characters; the window takes 8 MiB at once
_REMEDY = "Download it from the conversation's own menu."
_DOUBTED = {"partial": "partly supported", "unsupported": "not supported"}


@dataclass(frozen=True, slots=True)
class Conversation:
    """The answers of a conversation that came to their end, in order."""

    title: str
    turns: tuple[Bundle, ...]


_ADAPTER = TypeAdapter(Conversation)


def read_conversation(given: str) -> Conversation:
    """The conversation in ``given``. Raises InputError, saying what is wrong with it."""
    conversation = read_json(_ADAPTER, given, "a conversation", LARGEST, _REMEDY)
    if not conversation.turns:
        raise InputError("The conversation has no answer yet.", "Ask something first.")
    for bundle in conversation.turns:
        check_bundle(bundle)
    return conversation


def conversation_of(bundle: Bundle) -> Conversation:
    """One answer as a conversation of its own."""
    return Conversation(bundle.answer.question, (bundle,))


def conversation_document(conversation: Conversation, library: Mapping[str, Paper]) -> Document:
    """The conversation as a document; ``library`` knows more of its papers than it has itself."""
    writer = _Writer(conversation, library)
    blocks = [block for bundle in conversation.turns for block in writer.answered(bundle)]
    last = conversation.turns[-1]
    return Document(
        title=conversation.title,
        blocks=(*blocks, *writer.sources()),
        papers=tuple(writer.papers.values()),
        questions=tuple(bundle.answer.question for bundle in conversation.turns),
        made=_moment(last.asked_at),
        mode=last.answer.mode,
        model=last.answer.model,
    )


def _moment(given: str) -> datetime | None:
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        return None


class _Writer:
    """Numbers papers in the order in which the answers cite them, and gathers their quotes."""

    def __init__(self, conversation: Conversation, library: Mapping[str, Paper]) -> None:
        self._known = papers_of(conversation.turns, library)
        self._single = len(conversation.turns) == 1
        self._numbers: dict[str, int] = {}
        self._quotes: dict[str, dict[Span, None]] = {}

    @property
    def papers(self) -> Mapping[str, Paper]:
        """The papers that have a number so far, in order."""
        return {key: self._known[key] for key in self._numbers}

    def answered(self, bundle: Bundle) -> Iterator[Block]:
        """The blocks of one answer; its quotes wait for `sources`."""
        answer = bundle.answer
        if not self._single:
            yield Heading(answer.question)
        for citation in answer.citations:
            self._quoted(PaperRef(citation.paper_id, citation.title, citation.quotes))
        if answer.abstained:
            yield from self._told(answer.answer, answer)
            yield from self._nearest(answer)
        else:
            yield from self._told(answer.lead, answer)
            for part in parts_of(answer):
                yield from self._part(part, answer)
        for note in answer.notes:
            yield Paragraph(text(note), "small")

    def sources(self) -> Iterator[Block]:
        """The papers with all their quotes; nothing stands on those that have none."""
        if self._numbers:
            yield Heading("Sources" if any(self._quotes.values()) else "Papers")
        for key, number in self._numbers.items():
            yield Source(number)
            for span in sorted(self._quotes[key], key=lambda span: span.start):
                yield Quote(span, number)

    def _number(self, paper_id: str) -> int:
        return self._numbers.setdefault(paper_id, len(self._numbers) + 1)

    def _quoted(self, paper: PaperRef) -> int:
        number = self._number(paper.paper_id)
        self._quotes.setdefault(paper.paper_id, {}).update(dict.fromkeys(paper.quotes))
        return number

    def _told(self, markdown: str, answer: Answer) -> Iterator[Block]:
        """The paragraphs and lists of a lead or a refusal."""
        numbers = {c.number: self._number(c.paper_id) for c in answer.citations}
        for block in read_blocks(markdown):
            shape = {"bullets": "bullet", "numbers": "number"}.get(block.shape, "plain")
            for line in block.lines:
                yield Paragraph(_renumbered(line, numbers), shape)  # type: ignore[arg-type]

    def _part(self, part: Part, answer: Answer) -> Iterator[Block]:
        if part.heading:
            yield Heading(part.heading, 1 if self._single else 2)
        said = [self._claim(claim, part, answer) for claim in part.claims]
        if part.lines:
            yield from (Paragraph(line, "bullet") for line in said)
        elif said:
            yield Paragraph(tuple(run for line in said for run in (*line, Words(" "))))
        if part.text:
            yield Paragraph(text(part.text))
        for paper in part.papers:
            yield Paragraph(citing(paper.title, [self._quoted(paper)]), "bullet")

    def _claim(self, claim: Claim, part: Part, answer: Answer) -> Line:
        cited = {citation.number: citation for citation in answer.citations}
        paper = paper_of_line(claim, cited) if part.lines else None
        name = (Words(f"{name_of(paper)}: ", "bold"),) if paper else ()
        doubt = f" ({_DOUBTED[claim.verdict]})" if claim.verdict in _DOUBTED else ""
        numbers = [self._number(cited[n].paper_id) for n in claim.citations if n in cited]
        return (*name, *citing(f"{claim.text}{doubt}", numbers))

    def _nearest(self, answer: Answer) -> Iterator[Block]:
        near = nearest_shown(answer)
        if near:
            yield Heading("Nearest papers", 1 if self._single else 2)
        for paper in near:
            yield Paragraph(citing(paper.title, [self._quoted(paper)]), "bullet")


def _renumbered(line: Line, numbers: Mapping[int, int]) -> Line:
    return tuple(
        Marker(numbers[run.number])
        if isinstance(run, Marker) and run.number in numbers
        else Words(f"[{run.number}]")
        if isinstance(run, Marker)
        else run
        for run in line
    )
