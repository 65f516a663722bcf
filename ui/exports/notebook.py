"""The notebook: quotes that a reader pinned, each bound to its place in a paper's abstract. Pure.

The browser stores it. A quote that comes from there is believed only where the library's abstract
has it; otherwise it is shown and exported with a word on what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from pydantic import TypeAdapter

from rag.errors import InputError, UnknownPaperError
from rag.types import Mark, Paper, Span
from ui.exports.documents.document import Block, Document, Heading, Paragraph, Quote, Source, text
from ui.exports.json_text import read_json
from ui.exports.known_papers import plain_paper

LARGEST = 4_000_000  # characters
MOST = 2_000  # quotes
_LONGEST_NOTE = 20_000  # characters
_REMEDY = "Download it from the Notebook page."

# Whether a quote is where it was; "moved": at another place of the same abstract.
Place: TypeAlias = Literal["kept", "moved", "changed", "gone"]
DOUBTS: Mapping[Place, str] = {
    "kept": "",
    "moved": "",
    "changed": "not in the abstract any more",
    "gone": "the paper is not in this library",
}


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned quote: ``abstract[start:end] == text`` when it was pinned.

    ``note`` is the reader's own text, ``question`` what was asked; both may be empty.
    """

    paper: str
    title: str
    text: str
    start: int
    end: int
    note: str = ""
    question: str = ""


_ADAPTER = TypeAdapter(tuple[Pin, ...])


def read_pins(given: str) -> tuple[Pin, ...]:
    """The pins in ``given``, a JSON list. Raises InputError, saying what is wrong with it."""
    pins = read_json(_ADAPTER, given, "a notebook", LARGEST, _REMEDY)
    if len(pins) > MOST:
        raise InputError(f"The notebook has more than {MOST:,} quotes.", "Remove some.")
    for pin in pins:
        if not pin.text.strip() or not 0 <= pin.start < pin.end or len(pin.note) > _LONGEST_NOTE:
            raise InputError(f"A quote of “{pin.title}” cannot be used.", _REMEDY)
    return pins


def place_of(pin: Pin, library: Mapping[str, Paper]) -> tuple[Place, Span]:
    """What became of a quote, and where it is now."""
    span = Span(pin.text, pin.start, pin.end)
    paper = library.get(pin.paper)
    if paper is None:
        return "gone", span
    if paper.abstract[pin.start : pin.end] == pin.text:
        return "kept", span
    at = paper.abstract.find(pin.text)
    if at < 0:
        return "changed", span
    return "moved", Span(pin.text, at, at + len(pin.text))


def pin_of(paper_id: str, selected: str, library: Mapping[str, Paper]) -> Pin:
    """A pin for a part of an abstract that a reader selected on the page.

    Raises UnknownPaperError, or InputError if the abstract does not have it, as when it has a
    formula that the page draws.
    """
    paper = library.get(paper_id)
    if paper is None:
        raise UnknownPaperError("This paper is not in the library any more.", "Reload the page.")
    wanted = selected.strip()
    at = paper.abstract.find(wanted) if wanted else -1
    if at < 0:
        what = "The abstract does not have these words." if wanted else "No words are selected."
        raise InputError(what, "Select a part of the abstract without formulas.")
    return Pin(paper.paper_id, paper.title, wanted, at, at + len(wanted))


def notebook_document(
    pins: tuple[Pin, ...],
    library: Mapping[str, Paper],
    marks: Mapping[str, Mark] = MappingProxyType({}),
) -> Document:
    """The notebook as a document: papers in the order of their first quotes, each with its own."""
    if not pins:
        raise InputError("The notebook is empty.", "Pin a quote first.")
    papers: dict[str, Paper] = {}
    for pin in pins:
        papers.setdefault(pin.paper, plain_paper(pin.paper, pin.title, None, "", library))
    return Document(
        title="Notebook",
        blocks=tuple(_blocks(pins, list(papers), library)),
        papers=tuple(papers.values()),
        marks=marks,
    )


def _blocks(
    pins: tuple[Pin, ...], papers: list[str], library: Mapping[str, Paper]
) -> Iterator[Block]:
    yield Heading("Quotes")
    for number, paper_id in enumerate(papers, start=1):
        yield Source(number)
        for pin in pins:
            if pin.paper == paper_id:
                place, span = place_of(pin, library)
                yield Quote(span, number, DOUBTS[place], pin.question)
                yield from (Paragraph(text(line)) for line in pin.note.split("\n") if line.strip())
