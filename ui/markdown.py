"""Reads the Markdown of an answer's lead: paragraphs, lists, bold, code and citation markers. Pure.

Nothing else of Markdown is read; it stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

from rag.text.characters.escaping import from_markdown

Style: TypeAlias = Literal["text", "bold", "code"]
Shape: TypeAlias = Literal["paragraph", "bullets", "numbers"]

_INLINE = re.compile(
    r"\\(?P<sign>[!-/:-@\[-`{-~])"
    r"|\*\*(?P<bold>(?:\\.|[^*\\])+)\*\*"
    r"|`(?P<code>[^`\n]+)`"
    r"|\[(?P<mark>\d{1,3})\]"
)
_ITEM = re.compile(r"(?:(?P<bullet>-)|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Words:
    """Text in one style."""

    text: str
    style: Style = "text"


@dataclass(frozen=True, slots=True)
class Marker:
    """A citation marker: the number of a citation."""

    number: int


Line: TypeAlias = tuple[Words | Marker, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of one line, or a list with a line for each item."""

    shape: Shape
    lines: tuple[Line, ...]


def read_blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of the text, in order."""
    blocks = []
    for chunk in re.split(r"\n\s*\n", markdown.strip()):
        for shape, group in groupby(filter(str.strip, chunk.split("\n")), _shape):
            lines = [line.strip() for line in group]
            if shape == "paragraph":
                lines = [" ".join(lines)]
            else:
                lines = [_ITEM.sub("", line, count=1) for line in lines]
            blocks.append(Block(shape, tuple(map(read_line, lines))))
    return tuple(blocks)


def read_line(markdown: str) -> Line:
    """The words and markers of one line."""
    line: list[Words | Marker] = []
    plain, at = "", 0
    for match in _INLINE.finditer(markdown):
        plain += markdown[at : match.start()]
        at = match.end()
        if match["sign"]:
            plain += match["sign"]
            continue
        if plain:
            line.append(Words(plain))
            plain = ""
        if match["mark"]:
            line.append(Marker(int(match["mark"])))
        elif match["bold"]:
            line.append(Words(from_markdown(match["bold"]), "bold"))
        else:
            line.append(Words(match["code"], "code"))
    plain += markdown[at:]
    return (*line, Words(plain)) if plain else tuple(line)


def said(line: Line) -> str:
    """The words of a line."""
    return "".join(part.text for part in line if isinstance(part, Words))


def _shape(line: str) -> Shape:
    item = _ITEM.match(line.strip())
    if item is None:
        return "paragraph"
    return "bullets" if item["bullet"] else "numbers"
