"""Reader of XLSX: each sheet has a row of column names, then one row per paper."""

from __future__ import annotations

import re
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import IO, TypeAlias, TypeVar
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from rag.corpus.formats.fields.columns import plan_of
from rag.corpus.formats.source import Source
from rag.corpus.formats.tables.sheet import sheet_records
from rag.corpus.record import Record
from rag.types import Rejected

T = TypeVar("T")
Row: TypeAlias = tuple[object, ...]

_SUFFIXES = (".xlsx", ".xlsm", ".xltx")
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Excel before 2007, and files with a password
_FIRST = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/")
# Bytes, unpacked. Sheets are read row by row, but the texts of all sheets are in memory together.
_TEXTS_LIMIT = 256 * 1024 * 1024
_UNPACKED_LIMIT = 2 * 1024 * 1024 * 1024
_IN_MEMORY = 16 * 1024 * 1024  # bytes of the file, packed; a larger one is copied to disk
_FILE_LIMIT = 512 * 1024 * 1024  # bytes of the file, packed
_COPY = 1024 * 1024
_BATCH = 200  # rows
# A small file may say that its next row is the billionth, and that all before are empty.
_SHEET_ROWS = 1_048_576  # Excel's own limit
_BOOK_ROWS = 4 * _SHEET_ROWS
# How Excel writes characters that XML forbids, usually the carriage return of Windows.
_CONTROL = re.compile(r"_x00[01][0-9A-Fa-f]_")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    DefusedXmlException,
    SyntaxError,  # lxml's own
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,  # a compression that Python lacks
    RuntimeError,  # a member with a password
    RecursionError,
)


class _TooLargeError(ValueError):
    """The file is larger than the limits."""


def is_workbook(head: bytes, name: str) -> bool:
    """Whether bytes begin as an Excel file, new or old; ``head`` are the first 64 KiB."""
    lower = name.lower()
    if head.startswith(_OLD):
        return lower.endswith((*_SUFFIXES, ".xls"))
    if not head.startswith(b"PK\x03\x04"):
        return False
    # A .zip with a workbook in it also has these names, so only the first name counts.
    length = int.from_bytes(head[26:28], "little")
    is_office = head[30 : 30 + length].startswith(_FIRST)
    return lower.endswith(_SUFFIXES) or (is_office and b"xl/work" in head)


def read_workbook(
    source: Source, columns: Mapping[str, str] | None = None
) -> Iterator[Record | Rejected]:
    """The papers of an Excel file, sheet by sheet; ``columns`` maps columns to fields.

    A file that is not Excel, too large or broken is refused; so is a sheet without a title column,
    with its columns' names. Raises FileError, and InputError for an unknown field.
    """
    if source.head_bytes.startswith(_OLD):
        why = "it is an Excel file of before 2007 or has a password; save it as .xlsx without one"
        yield Rejected(source.name, "the whole file", why, breaks_off=True)
        return
    plan_of((), columns)  # raises InputError before the file is read
    place = "the whole file"
    try:
        with _copied(source) as file:
            _check_size(file)
            room = _BOOK_ROWS
            book = _quietly(lambda: openpyxl.load_workbook(file, read_only=True, data_only=True))
            for sheet in book.worksheets:
                place = f"sheet {sheet.title!r}"
                sheet.reset_dimensions()  # some programs write that there is only one cell
                rows = _Rows(sheet.iter_rows(values_only=True), room)
                cells = ([_cell(value) for value in row] for row in rows)
                yield from sheet_records(cells, source.name, place, columns or {})
                room -= rows.count
    except _TooLargeError as exc:
        yield Rejected(source.name, place, str(exc), breaks_off=True)
    except _BROKEN as exc:
        why = f"it is no whole Excel file ({type(exc).__name__}); what follows was not read"
        yield Rejected(source.name, place, why, breaks_off=True)


def _cell(value: object) -> object:
    return _CONTROL.sub(" ", value) if isinstance(value, str) else value


class _Rows:
    """The rows of a sheet, counted. Raises _TooLargeError if there are too many.

    ``room`` is how many more rows the workbook may have.
    """

    def __init__(self, rows: Iterator[Row], room: int) -> None:
        self._rows, self._limit = rows, min(room, _SHEET_ROWS)
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        while batch := _quietly(lambda: list(islice(self._rows, _BATCH))):
            self.count += len(batch)
            if self.count > self._limit:
                raise _TooLargeError(f"it has more than {self._limit:,} rows")
            yield from batch


def _quietly(work: Callable[[], T]) -> T:
    """The result of ``work``, without openpyxl's warnings about styles."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return work()


@contextmanager
def _copied(source: Source) -> Iterator[IO[bytes]]:
    """The bytes as a seekable file, which a ZIP file needs."""
    with source.open() as stream, tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        while block := stream.read(_COPY):
            file.write(block)
            if file.tell() > _FILE_LIMIT:
                raise _TooLargeError(f"it has more than {_FILE_LIMIT:,} bytes")
        file.seek(0)
        yield file


def _check_size(file: IO[bytes]) -> None:
    """Raises _TooLargeError if it unpacks to more than a workbook of papers would."""
    with zipfile.ZipFile(file) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
    if sum(sizes.values()) > _UNPACKED_LIMIT:
        raise _TooLargeError(f"it unpacks to more than {_UNPACKED_LIMIT:,} bytes")
    if sizes.get("xl/sharedStrings.xml", 0) > _TEXTS_LIMIT:
        raise _TooLargeError(f"its texts unpack to more than {_TEXTS_LIMIT:,} bytes")
    file.seek(0)
