"""The notebook: quotes that a reader pinned, each bound to its place in a paper's abstract. Pure.

The browser stores it. A quote that comes from there is believed only where the library's abstract
has it; otherwise it is shown and exported with a word on what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias
from unicodedata import category
from unicodedata import east_asian_width as width

from pydantic import TypeAdapter

from rag.errors import InputError, UnknownPaperError
from rag.types import Mark, Paper, Span
from ui.exports.documents.document import Block, Document, Heading, Paragraph, Quote, Source, text
from ui.exports.json_text import read_json
from ui.exports.known_papers import plain_paper

LARGEST = 4_000_000  # characters
MOST = 2_000  # quotes
_LONGEST_NOTE = 20_000  # characters
_BRACKETS = ("Ps", "Pe", "Pi", "Pf")  # and quotation marks, as Unicode's categories
_APART = '/—"'  # what is between two words without blanks
_AROUND = ".,;:!?'’"  # what is at the ends of words, and inside of some: 3.5, don't
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


def pin_of(paper_id: str, selected: str, near: int, library: Mapping[str, Paper]) -> Pin:
    """A pin for a part of an abstract that a reader selected on the page, grown to whole words.

    ``near`` is about how many characters come before it: what stands there twice is meant there.
    Raises UnknownPaperError, or InputError if the abstract does not have it, as when it has a
    formula that the page draws.
    """
    paper = library.get(paper_id)
    if paper is None:
        raise UnknownPaperError("This paper is not in the library any more.", "Reload the page.")
    abstract, wanted = paper.abstract, selected.strip()
    places = [found.start() for found in re.finditer(re.escape(wanted), abstract)] if wanted else []
    if not places:
        what = "The abstract does not have these words." if wanted else "No words are selected."
        raise InputError(what, "Select a part of the abstract without formulas.")
    at = min(places, key=lambda place: abs(place - near))
    start, end = whole_words(abstract, at, at + len(wanted))
    return Pin(paper.paper_id, paper.title, abstract[start:end], start, end)


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of ``text`` that is selected, with the rest of the words that it cuts in two."""
    first, last = start, end
    while first > 0 and _in_one_word(text[first - 1], text[first]):
        first -= 1
    while last < len(text) and _in_one_word(text[last - 1], text[last]):
        last += 1
    first = start - len(text[first:start].lstrip(_AROUND))
    return first, end + len(text[end:last].rstrip(_AROUND))


def _in_one_word(left: str, right: str) -> bool:
    """Whether no word ends between two characters; in scripts without blanks one always may."""
    return not any(
        sign.isspace() or sign in _APART or category(sign) in _BRACKETS or width(sign) in "WF"
        for sign in (left, right)
    )


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
