"""Reader of plain text: paragraphs between blank lines, and a list of references at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rag.checking.manuscripts.citing import linked_in, with_marks
from rag.checking.manuscripts.draft import Block, Builder, Draft
from rag.checking.manuscripts.readers.texts import text_of
from rag.checking.manuscripts.references import apart, by_key, is_heading

_HEADING_WORDS = 12
_ENTRY = re.compile(r"\s*(?:\[\^?\d{1,4}\]|\(?\d{1,4}[.)])\s+\S")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


def read_plain(path: Path) -> Draft:
    """The draft of a text file. Raises as `text_of`."""
    draft = Draft("plain text")
    found = list(_blocks(text_of(path), path.name))
    if all(block.kind == "heading" for block in found):  # a line without a full stop
        found = [replace(block, kind="paragraph") for block in found]
    blocks, entries = apart(found)
    draft.references = by_key(entries)
    draft.references |= linked_in(blocks)
    draft.blocks = [with_marks(block, draft.references) for block in blocks]
    return draft


def _blocks(text: str, name: str) -> Iterator[Block]:
    """Headings, paragraphs and, after the heading of the references, their entries."""
    listing = False
    builder = Builder(name)
    for paragraph in _paragraphs(text.split("\n")):
        heading = len(paragraph) == 1 and _is_heading(paragraph[0][1])
        if heading:
            listing = is_heading(paragraph[0][1])
        for lines in _entries(paragraph) if listing and not heading else [paragraph]:
            for at, (number, line) in enumerate(lines):
                builder.add(f" {line}" if at else line, number)
            if block := builder.block("heading" if heading else "paragraph"):
                yield block


def _paragraphs(lines: list[str]) -> Iterator[list[tuple[int, str]]]:
    """Lines with their numbers, without blank ones; the heading of references is one by itself."""
    paragraph: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        alone = is_heading(line)
        if (alone or not line.strip()) and paragraph:
            yield paragraph
            paragraph = []
        if alone:
            yield [(number, line)]
        elif line.strip():
            paragraph.append((number, line))
    if paragraph:
        yield paragraph


def _is_heading(line: str) -> bool:
    bare = line.strip()
    short = len(bare.split()) <= _HEADING_WORDS
    return is_heading(bare) or (short and bare[-1:] not in tuple(".?!:;,)]") and bare[:1] != "[")


def _entries(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """The entries of a paragraph of the references: by their numbers, else one a line or all."""
    starts = [at for at, (_, line) in enumerate(lines) if _ENTRY.match(line)]
    if not starts and all(_YEAR.search(line) for _, line in lines):
        starts = list(range(len(lines)))
    for begin, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        if lines[begin:end]:
            yield lines[begin:end]
