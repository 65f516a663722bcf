"""A manuscript as its reader gives it: text without markup, with its citations and references."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

from rag.corpus.record import Record
from rag.types.manuscripts import PassageKind, Place

MarkRole: TypeAlias = Literal["aside", "noun", "words"]
Unit: TypeAlias = Literal["line", "paragraph", "footnote"]

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation at ``text[start:end]`` of a block.

    What the sentence needs of it: nothing of an "aside"; a "noun" stands for the paper, as in "[3]
    shows that"; "words" are part of the sentence, as those of a link.
    """

    start: int
    end: int
    keys: tuple[str, ...]
    role: MarkRole = "aside"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a footnote on one line.

    ``starts`` has the offset and the number of each line, ascending. Nothing in ``literal`` ranges,
    such as code and formulas, is read as a citation.
    """

    kind: PassageKind
    text: str
    marks: tuple[Mark, ...]
    file: str
    unit: Unit
    starts: tuple[tuple[int, int], ...]
    literal: tuple[tuple[int, int], ...] = ()

    def after(self, offset: int) -> Block:
        """The rest of the block from ``offset`` on."""
        line = self.place(offset).number
        starts = [(at - offset, number) for at, number in self.starts if at > offset]
        marks = [replace(m, start=m.start - offset, end=m.end - offset) for m in self.marks]
        literal = [(start - offset, end - offset) for start, end in self.literal]
        return replace(
            self,
            text=self.text[offset:],
            marks=tuple(mark for mark in marks if mark.start >= 0),
            starts=((0, line), *starts),
            literal=tuple(part for part in literal if part[0] >= 0),
        )

    def place(self, offset: int) -> Place:
        """Where the character at ``offset`` is in the file."""
        at = bisect_right(self.starts, offset, key=lambda start: start[0])
        return Place(self.file, self.unit, self.starts[max(0, at - 1)][1])


@dataclass(frozen=True, slots=True)
class Reference:
    """What a key stands for: a record of a bibliography, or an entry of the list of references.

    Reports call it by its ``name``, if it has one. ``problem`` says why nothing is known of it.
    ``also`` are the keys that a footnote cites, which stand for it.
    """

    key: str
    record: Record | None = None
    text: str = ""
    name: str = ""
    problem: str = ""
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """What a reader found. ``bibliographies`` are files that the manuscript names."""

    format: str
    blocks: list[Block] = field(default_factory=list)
    references: dict[str, Reference] = field(default_factory=dict)
    bibliographies: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Builder:
    """Collects the text of one block, with single blanks, and where its lines and marks are."""

    def __init__(self, file: str, unit: Unit = "line") -> None:
        self._file, self._unit = file, unit
        self._text = ""
        self._marks: list[Mark] = []
        self._starts: list[tuple[int, int]] = []
        self._literal: list[tuple[int, int]] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return self._text

    def add(self, text: str, number: int, *, literal: bool = False) -> None:
        """Add text that begins at line ``number``; its own line breaks count on."""
        begin = len(self._text)
        for at, line in enumerate(text.split("\n")):
            part = _BLANKS.sub(" ", line if at == 0 else f" {line}")
            if not self._text or self._text.endswith(" "):
                part = part.lstrip()
            self._at(number + at if self._unit == "line" else number)
            self._text += part
        if literal:
            self._literal.append((begin, len(self._text)))

    def cite(
        self, keys: tuple[str, ...], shown: str, number: int, role: MarkRole = "aside"
    ) -> None:
        """Add a citation, shown as this text."""
        start = len(self._text)
        self.add(shown, number)
        self.mark(keys, start, role)

    def mark(self, keys: tuple[str, ...], start: int, role: MarkRole) -> None:
        """Make a citation of the text that was added since ``start``."""
        if keys and len(self._text) > start:
            self._marks.append(Mark(start, len(self._text), keys, role))

    def block(self, kind: PassageKind) -> Block | None:
        """The block, or None if there is no text; the next one begins."""
        text = self._text.rstrip()
        made = Block(
            kind,
            text,
            tuple(self._marks),
            self._file,
            self._unit,
            tuple(self._starts),
            tuple(self._literal),
        )
        self._text, self._marks, self._starts, self._literal = "", [], [], []
        return made if text else None

    def _at(self, number: int) -> None:
        if not self._starts or self._starts[-1][1] != number:
            self._starts.append((len(self._text), number))
