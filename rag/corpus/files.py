"""Reads any file into records; what cannot be read is refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from rag.corpus.formats.archive import DEPTH, is_gzip, is_zip, members, unzipped
from rag.corpus.formats.detect import Records, read_source
from rag.corpus.formats.source import Source
from rag.corpus.formats.tables.workbook import is_workbook, read_workbook
from rag.corpus.paths import escaped
from rag.corpus.record import Record
from rag.errors import FormatError, InputError
from rag.types import Rejected

_WHOLE = "the whole file"
_REST = "the rest of the file"


def read_file(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[Record | Rejected]:
    """The records of the file at ``path`` or, for an archive, of the files in it.

    Streams, so that few records are in memory at once. ``columns`` maps names of table columns or
    JSON fields to our fields. Never raises because of the file's contents: what cannot be read is a
    `Rejected`, and the rest is read. There is at least one record or refusal.
    """
    for item in _of_path(path, columns):
        yield _printable(item) if isinstance(item, Rejected) else item


def _printable(refused: Rejected) -> Rejected:
    """The refusal with bytes that are not text escaped; file names and keys may contain some."""
    texts = (escaped(refused.source), escaped(refused.record), escaped(refused.reason))
    return Rejected(*texts, refused.breaks_off)


def _of_path(path: Path, columns: Mapping[str, str] | None) -> Records:
    try:
        path = path.resolve()
        no_file = path.exists() and not path.is_file()
    except (OSError, RuntimeError) as exc:  # RuntimeError: symbolic links in a circle
        yield Rejected(str(path), _WHOLE, f"it cannot be read: {exc}", breaks_off=True)
        return
    if no_file:
        yield Rejected(str(path), _WHOLE, "it is no file", breaks_off=True)
        return
    if escaped(str(path)) != str(path):
        yield Rejected(str(path), _WHOLE, "its name is no text; rename it", breaks_off=True)
        return
    yield from _read(Source.of_file(path), columns, depth=1)


def _read(source: Source, columns: Mapping[str, str] | None, depth: int) -> Records:
    count = 0
    try:
        for item in _items(source, columns, depth):
            count += 1
            yield item
    except InputError as exc:
        place = _REST if count else _WHOLE
        yield Rejected(source.name, place, _reason(exc, source.name), breaks_off=True)
    else:
        if not count:
            yield Rejected(source.name, _WHOLE, "it holds no papers", breaks_off=True)


def _items(source: Source, columns: Mapping[str, str] | None, depth: int) -> Records:
    head = source.head_bytes
    if not head:
        raise FormatError(source.name, 1, "the file is empty.")
    packed = is_gzip(head) or (is_zip(head) and not is_workbook(head, source.name))
    if packed and depth > DEPTH:
        raise FormatError(source.name, 1, "it is packed in archives that are packed in archives.")
    if is_workbook(head, source.name):
        yield from read_workbook(source, columns)
    elif is_gzip(head):
        yield from _read(unzipped(source), columns, depth + 1)
    elif is_zip(head):
        with ExitStack() as stack:
            for member in members(source, stack):
                if isinstance(member, Rejected):
                    yield member
                else:
                    yield from _read(member, columns, depth + 1)
    else:
        yield from read_source(source, columns)


def _reason(exc: InputError, name: str) -> str:
    """What happened, without "line 1" and the file's name, which is shown next to it."""
    what = exc.what.removeprefix(f"{name} ").rstrip(".")
    if isinstance(exc, FormatError):
        what = what.removeprefix(f"{exc.source}, ").removeprefix("line 1: ")
    return what
