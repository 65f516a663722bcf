"""A document to keep, as a tree: what Markdown notes and Word files are both written from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias

from rag.types import Mark, Paper, Span
from ui.markdown import Line, Marker, Words

Shape: TypeAlias = Literal["plain", "bullet", "number", "small"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading under the document's title; ``level`` is 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of text. A `Marker` in it cites the paper of this number, from 1, in ``papers``."""

    line: Line
    shape: Shape = "plain"


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim part of a paper's abstract.

    ``doubt`` says why it may not be there any more; ``asked`` is the question for which it was
    kept, if any.
    """

    span: Span
    number: int
    doubt: str = ""
    asked: str = ""

    @property
    def told(self) -> str:
        """Where it stands, and what else is to be said of it, in plain text."""
        where = f"abstract, characters {self.span.start}–{self.span.end}"
        asked = f"kept for the question “{self.asked}”" if self.asked else ""
        return "; ".join(filter(None, (where, self.doubt, asked)))


@dataclass(frozen=True, slots=True)
class Source:
    """The heading of a cited paper: its number, title, authors and address."""

    number: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, and the quotes behind it."""

    line: Line
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names papers."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block: TypeAlias = Heading | Paragraph | Quote | Source | Table


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks under a title, with what is known of their making.

    ``papers`` are those that the document cites, the first being number 1. ``made`` is when, None
    if that is not known. ``by`` says who worded it: a mode of answering and its model, empty for
    what a person put together. ``wide``: its table needs a page in landscape. ``marks`` are the
    reader's, by paper id.
    """

    title: str
    blocks: tuple[Block, ...]
    papers: tuple[Paper, ...]
    questions: tuple[str, ...] = ()
    made: datetime | None = None
    mode: str = ""
    model: str = ""
    wide: bool = False
    marks: Mapping[str, Mark] = field(default_factory=lambda: MappingProxyType({}))


def text(words: str) -> Line:
    """A line of plain text."""
    return (Words(words),)


def citing(words: str, numbers: Sequence[int]) -> Line:
    """A line of plain text that cites these papers at its end."""
    return (Words(f"{words} " if numbers else words), *map(Marker, numbers))
