"""A document to keep, as a tree: what Markdown notes and Word files are both written from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from rag.types import Paper, Span
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
    """A verbatim part of a paper's abstract; ``doubt`` says why it may not be there any more."""

    span: Span
    number: int
    doubt: str = ""


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
    what a person put together. ``wide``: its table needs a page in landscape.
    """

    title: str
    blocks: tuple[Block, ...]
    papers: tuple[Paper, ...]
    questions: tuple[str, ...] = ()
    made: datetime | None = None
    mode: str = ""
    model: str = ""
    wide: bool = False


def text(words: str) -> Line:
    """A line of plain text."""
    return (Words(words),)


def citing(words: str, numbers: Sequence[int]) -> Line:
    """A line of plain text that cites these papers at its end."""
    return (Words(f"{words} " if numbers else words), *map(Marker, numbers))
