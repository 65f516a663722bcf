"""Reader of BibTeX and BibLaTeX: bibtexparser splits the file, this makes records of its entries.

bibtexparser takes a whole text; so that a large file need not be held, it is given some blocks at a
time. Blocks are cut where it would itself begin a new one: at an ``@type{`` that begins a line.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bibtexparser.library import Library
from bibtexparser.model import DuplicateFieldKeyBlock, Entry, ParsingFailedBlock, String
from bibtexparser.splitter import Splitter

from rag.corpus.formats.bibfields import Fields, record_of, value_of
from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.types import Rejected

# It warns of every broken block on standard error; here such a block is a `Rejected`.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_START = re.compile(r"\s*@\w*[ \t]*[{(]")
_ENTRY = re.compile(r"^\s*@(?!comment|string|preamble)\w+\s*[{(]", re.IGNORECASE | re.MULTILINE)
_PARENTS = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]?\s*([^{}\"]+?)\s*[}\",\n]", re.IGNORECASE)
_BATCH = 64 * 1024  # characters handed over at once
_BLOCK_LIMIT = 8 * 1024 * 1024  # characters of one block; a paper has none of that length
_CUT = "it is longer than {:,} characters".format


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some blocks, and the number of the line before their first, or why there are none."""

    before: int
    text: str
    refused: str = ""


def is_bibtex(head: str, name: str) -> bool:
    """Whether an entry begins some line; of a file without any, whether it is named .bib."""
    if _ENTRY.search(head) is not None:
        return True
    return name.lower().endswith((".bib", ".bibtex")) and "@" in head


def read_bibtex(source: Source) -> Iterator[Record | Rejected]:
    """A record an entry; a block that is broken is refused, with its line, and the rest is read.

    An entry takes what it has not from the one it names in ``crossref`` or ``xdata``, which may
    stand anywhere in the file; where any does, the file is read once more beforehand.
    """
    parents = _parents(source)
    found = False
    for item in _blocks(source):
        found = True
        yield item if isinstance(item, Rejected) else record_of(item, parents, source.name)
    if not found:
        yield Rejected(source.name, "the whole file", "it holds no BibTeX entry")


def _parents(source: Source) -> Mapping[str, Fields]:
    """The entries that others name, by key in lower case."""
    wanted: set[str] = set()
    for batch in _batches(source):
        for match in _PARENTS.finditer(batch.text):
            wanted.update(key.strip().lower() for key in match[1].split(","))
    if not wanted:
        return {}
    entries = (item for item in _blocks(source) if isinstance(item, Fields))
    return {entry.key.lower(): entry for entry in entries if entry.key.lower() in wanted}


def _blocks(source: Source) -> Iterator[Fields | Rejected]:
    strings: dict[str, str] = {}
    for batch in _batches(source):
        if batch.refused:
            yield Rejected(source.name, f"line {batch.before + 1}", batch.refused)
        elif "@" in batch.text:
            yield from _split(batch, strings, source.name)


def _split(batch: _Batch, strings: dict[str, str], name: str) -> Iterator[Fields | Rejected]:
    """The entries of some blocks; the ``@string`` among them are added to ``strings``."""
    library: Library = Splitter(batch.text).split()
    for block in library.blocks:
        line = batch.before + 1 + (block.start_line or 0)
        if isinstance(block, ParsingFailedBlock) and block.ignore_error_block is not None:
            block = block.ignore_error_block  # whole, but a key or a field is there twice
        if isinstance(block, String):
            strings[block.key.lower()] = value_of(block.value, strings)
        elif isinstance(block, Entry):
            values: dict[str, str] = {}
            for field in block.fields:
                values.setdefault(field.key.lower(), value_of(field.value, strings))
            yield Fields(block.entry_type.lower(), block.key, line, values)
        elif isinstance(block, ParsingFailedBlock):
            start = " ".join((block.raw or "").split())[:60]
            yield Rejected(name, f"line {line}: {start}", _reason(block))


def _reason(block: ParsingFailedBlock) -> str:
    if isinstance(block, DuplicateFieldKeyBlock):
        return "a field is there twice"
    said = getattr(block.error, "abort_reason", None) or str(block.error)
    return f"the entry is broken: {' '.join(said.split())}".rstrip(". ")


def _batches(source: Source) -> Iterator[_Batch]:
    """Whole blocks, some at a time; one that is too long alone, refused, without its text."""
    whole: list[str] = []  # lines of blocks that are complete
    block: list[str] = []  # lines of the one at hand
    first, size, held = 0, 0, 0  # before the batch; characters in ``block``; in ``whole``
    skipping = False
    number = 0
    for number, line in source.lines():
        if line is not None and _START.match(line):
            whole += block
            held += size
            block, size, skipping = [], 0, False
            if held >= _BATCH:
                yield _Batch(first, "\n".join(whole))
                whole, held = [], 0
            if not whole:
                first = number - 1
        if skipping:
            continue
        if line is None or size + len(line) > _BLOCK_LIMIT:
            if whole:
                yield _Batch(first, "\n".join(whole))
            yield _Batch(number - 1 - len(block), "", _CUT(_BLOCK_LIMIT))
            whole, block, size, held, skipping = [], [], 0, 0, True
            continue
        block.append(line)
        size += len(line) + 1
    if whole or block:
        yield _Batch(first, "\n".join(whole + block))
