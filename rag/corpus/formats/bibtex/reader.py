"""Reader of BibTeX and BibLaTeX files: bibtexparser splits the text, `fields` reads the entries.

bibtexparser needs a whole text. It gets a few blocks at a time, so that a large file is never
completely in memory. As for bibtexparser, a block begins with ``@type{`` at the start of a line.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from bibtexparser.library import Library
from bibtexparser.model import Block, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock, String
from bibtexparser.splitter import Splitter

from rag.corpus.formats.bibtex.fields import Fields, is_swallowed, record_of, separated, value_of
from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.errors import FormatError
from rag.types import Rejected

# It logs broken blocks on standard error; here such a block is a `Rejected`.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_START = re.compile(r"\s*@\w*[ \t]*[{(]")
_ENTRY = re.compile(r"^\s*@(?!comment|string|preamble)\w+\s*[{(]", re.IGNORECASE | re.MULTILINE)
# The beginning of an entry without a comma after its key: all before the key, the key, a field.
_NO_COMMA = re.compile(
    r"^([ \t]*@(?!comment|string|preamble)\w+[ \t]*[{(][ \t]*)([^\s,={}()\"#%]+)"
    r"((?:[ \t]*\n\s*|[ \t]+)[a-z][\w-]*\s*=)",
    re.IGNORECASE | re.MULTILINE,
)
_PARENTS = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]?\s*([^{}\"]+?)\s*[}\",\n]", re.IGNORECASE)
_BATCH = 64 * 1024  # characters passed to bibtexparser at once
_BLOCK_LIMIT = 4 * 1024 * 1024  # characters of one block; no paper's entry is that long
_STRINGS_LIMIT = 4 * 1024 * 1024  # characters of all @string of a file
_TOO_MUCH = f"all @string come to more than {_STRINGS_LIMIT:,} characters"
_END = "end of file"  # bibtexparser's message for an entry that is not closed
# Its messages for one that the next entry interrupts.
_UNCLOSED = ("Unexpected block start", "but found `@")
_TOLD = 3  # fields that lack a comma
_TOO_LONG = f"it is longer than {_BLOCK_LIMIT:,} characters"


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some blocks with the number of the line before them; or why a block is refused."""

    before: int
    text: str
    refused: str = ""


def is_bibtex(head: str, name: str) -> bool:
    """Whether some line begins an entry or, if none does, the file is named .bib."""
    if _ENTRY.search(head) is not None:
        return True
    return name.lower().endswith((".bib", ".bibtex")) and "@" in head


def read_bibtex(source: Source) -> Iterator[Record | Rejected]:
    """One record per entry; a broken block is refused with its line, and the rest is read.

    An entry inherits missing fields from the entries that it names in ``crossref`` or ``xdata``,
    which may be anywhere in the file; if any entry names one, the file is read twice.
    """
    parents = _parents(source)
    for item in _blocks(source):
        yield item if isinstance(item, Rejected) else record_of(item, parents, source.name)


def _parents(source: Source) -> Mapping[str, Fields]:
    """The entries that others name as parents, by key in lower case."""
    if not _names_parents(source):
        return {}
    wanted: set[str] = set()
    parents: dict[str, Fields] = {}
    with suppress(FormatError):
        for batch in _batches(source):
            for match in _PARENTS.finditer(batch.text):
                wanted.update(key.strip().lower() for key in match[1].split(","))
    with suppress(FormatError):
        for item in _blocks(source):
            if isinstance(item, Fields) and item.key.lower() in wanted:
                parents[item.key.lower()] = item
    return parents


def _names_parents(source: Source) -> bool:
    last = ""
    try:
        with source.text() as text:
            while part := text.read(_BATCH):
                lower = last + part.lower()
                if "crossref" in lower or "xdata" in lower:
                    return True
                last = lower[-8:]
    except FormatError:  # an archive breaks later; reading will report it
        return True
    return False


def _blocks(source: Source) -> Iterator[Fields | Rejected]:
    strings = _Strings()
    for batch in _batches(source):
        if batch.refused:
            yield Rejected(source.name, f"line {batch.before + 1}", batch.refused)
        elif "@" in batch.text:
            yield from _split(batch, strings, source.name)


def _split(batch: _Batch, strings: _Strings, name: str) -> Iterator[Fields | Rejected]:
    """The entries of some blocks; the ``@string`` among them are added to ``strings``."""
    keys: set[str] = set()  # of entries without a comma after the key

    def with_comma(match: re.Match[str]) -> str:
        keys.add(match[2])
        return f"{match[1]}{match[2]},{match[3]}"

    library: Library = Splitter(_NO_COMMA.sub(with_comma, batch.text)).split()
    for block in library.blocks:
        line = batch.before + 1 + (block.start_line or 0)
        if isinstance(block, ParsingFailedBlock) and block.ignore_error_block is not None:
            block = block.ignore_error_block  # complete, but with a repeated key or field
        if isinstance(block, String):
            if not strings.add(block.key, block.value):
                yield Rejected(name, f"line {line}: @string {block.key[:60]}", _TOO_MUCH)
        elif isinstance(block, Entry):
            mended = ["the comma after its key"] if block.key in keys else []
            yield _fields(block, line, strings.values, mended)
        elif closed := _closed(block):
            yield _fields(closed, line, strings.values, ["its closing brace"])
        elif isinstance(block, ParsingFailedBlock):
            start = " ".join((block.raw or "").split())[:60]
            why = _reason(block)
            cut = why.endswith(_END)  # the file was cut off, or only this entry is not closed
            yield Rejected(name, f"line {line}: {start}", why, breaks_off=cut)


def _closed(block: Block) -> Entry | None:
    """The entry of a block whose closing brace is missing, before the next one; else None."""
    if not (
        isinstance(block, ParsingFailedBlock) and any(said in _reason(block) for said in _UNCLOSED)
    ):
        return None
    blocks = Splitter(f"{block.raw}\n}}").split().blocks
    entry = blocks[0] if len(blocks) == 1 else None
    if isinstance(entry, Entry) and not any(is_swallowed(field.value) for field in entry.fields):
        return entry
    return None


def _fields(entry: Entry, line: int, strings: Mapping[str, str], mended: list[str]) -> Fields:
    """The fields of an entry, also those that lack the comma before them.

    ``mended`` are marks that the entry lacks.
    """
    values: dict[str, str] = {}
    for field in entry.fields:
        for at, (key, raw) in enumerate(separated(field.key, field.value)):
            values.setdefault(key.lower(), value_of(raw, strings))
            mended += [f"the comma before {key}"] if at else []
    lacks = f"it lacks {' and '.join(mended[:_TOLD])}; the entry was read" if mended else ""
    return Fields(entry.entry_type.lower(), entry.key, line, values, lacks)


class _Strings:
    """The values of ``@string`` by name in lower case; their total size is limited."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._block_size = 0

    def add(self, key: str, raw: str) -> bool:
        """Add the value of ``key``; False if all values would be too large."""
        value = value_of(raw, self.values)
        self._block_size += len(value)
        if self._block_size > _STRINGS_LIMIT:
            self._block_size -= len(value)
            return False
        self.values[key.lower()] = value
        return True


def _reason(block: ParsingFailedBlock) -> str:
    if isinstance(block, DuplicateFieldKeyBlock):
        return "a field is there twice"
    why = getattr(block.error, "abort_reason", None) or str(block.error)
    return f"the entry is broken: {' '.join(why.split())}".rstrip(". ")


def _batches(source: Source) -> Iterator[_Batch]:
    """The blocks of a source in batches, up to its end or to a break of an archive."""
    cutter = _Cutter()
    try:
        for number, line in source.lines():
            yield from cutter.add(number, line)
    except FormatError:
        yield from cutter.rest()
        raise
    yield from cutter.rest()


class _Cutter:
    """Collects lines into batches of whole blocks; refuses a block that is too long."""

    def __init__(self) -> None:
        self._whole: list[str] = []  # lines of complete blocks
        self._block: list[str] = []  # lines of the current block
        self._first = self._whole_size = self._block_size = 0  # line before; characters of each
        self._skipping = False

    def add(self, number: int, line: str | None) -> Iterator[_Batch]:
        """Add a line; None means one that is too long."""
        if line is not None and _START.match(line):
            yield from self._begin(number)
        if self._skipping:
            return
        if line is not None and self._block_size + len(line) <= _BLOCK_LIMIT:
            self._block.append(line)
            self._block_size += len(line) + 1
            return
        self._skipping = True
        begin = number - 1
        if line is not None:  # else the block before that line may be complete
            begin -= len(self._block)
            self._block = []
        yield from self.rest()
        yield _Batch(begin, "", _TOO_LONG)

    def _begin(self, number: int) -> Iterator[_Batch]:
        self._whole += self._block
        self._whole_size += self._block_size
        self._block, self._block_size, self._skipping = [], 0, False
        if self._whole_size >= _BATCH:
            yield from self.rest()
        if not self._whole:
            self._first = number - 1

    def rest(self) -> Iterator[_Batch]:
        """A batch of all lines that are collected so far, if there are any."""
        lines = self._whole + self._block
        self._whole, self._block, self._whole_size, self._block_size = [], [], 0, 0
        if lines:
            yield _Batch(self._first, "\n".join(lines))
