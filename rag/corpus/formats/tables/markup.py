"""Reader of tables in HTML and in Excel's XML of 2003, which catalogues save as ".xls"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

from rag.corpus.formats.fields.columns import plan_of
from rag.corpus.formats.source import LINE_LIMIT, Source
from rag.corpus.formats.tables.sheet import HEADER_WITHIN, header_among, sheet_records
from rag.corpus.record import Record
from rag.errors import FormatError
from rag.types import Rejected

_TABLE = re.compile(r"<(?:\w+:)?(?:table|worksheet)[\s>]", re.IGNORECASE)
_CHUNK = 64 * 1024  # characters
_CELL_LIMIT = 1024 * 1024  # characters; the rest of a longer cell is left out
_ROW_CELLS = 16_384  # Excel's own limit
_BREAKS = frozenset("br p div li".split())


def is_markup_table(head: str, name: str) -> bool:
    """Whether a table begins whose first rows name a title and another field of a paper."""
    if not head.lstrip().startswith("<") or not _TABLE.search(head):
        return False
    parser = _Rows()
    parser.feed(head)
    plans = [plan_of(row) for row in parser.taken()[:HEADER_WITHIN]]
    header = header_among(plans)
    return header is not None and len(plans[header].fields) > 1


def read_markup_table(
    source: Source, columns: Mapping[str, str] | None = None
) -> Iterator[Record | Rejected]:
    """The papers of all tables of the file, as one sheet; ``columns`` maps columns to fields.

    Raises as `Source.text` does, and InputError for an unknown field.
    """
    yield from sheet_records(_rows(source), source.name, "the table", columns or {})


def _rows(source: Source) -> Iterator[list[str]]:
    parser = _Rows()
    with source.text() as text:
        while part := text.read(_CHUNK):
            parser.feed(part)
            yield from parser.taken()
            if len(parser.rawdata) > LINE_LIMIT:
                break
    # To close the parser would read a comment without end once more for each comment in it.
    if parser.rawdata.startswith("<!") or len(parser.rawdata) > LINE_LIMIT:
        raise FormatError(source.name, parser.getpos()[0], "a comment or a tag does not end")


class _Rows(HTMLParser):
    """Collects the texts of cells, row by row. Markup inside a cell is dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[list[str]] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._size = 0

    def taken(self) -> list[list[str]]:
        """The rows that have ended since the last call."""
        done, self._done = self._done, []
        return done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag.rpartition(":")[2]:
            case "tr" | "row":
                self._end_row()
                self._row = []
            case "td" | "th" | "cell" if self._row is not None:
                self._end_cell()
                self._cell, self._size = [], 0
                index = dict(attrs).get("ss:index") or ""  # Excel leaves empty cells out
                if index.isdecimal() and int(index) <= _ROW_CELLS:
                    self._row += [""] * (int(index) - 1 - len(self._row))
            case name if name in _BREAKS and self._cell:
                self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "td" | "th" | "cell":
                self._end_cell()
            case "tr" | "row" | "table":
                self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and self._size < _CELL_LIMIT:
            self._size += len(data)
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None and len(self._row) < _ROW_CELLS:
            self._row.append("".join(self._cell).strip())
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row:
            self._done.append(self._row)
        self._row = None
