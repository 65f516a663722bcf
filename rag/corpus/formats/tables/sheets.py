"""Reader of CSV and TSV: a line of column names, then one row per paper.

The delimiter is the one that splits a header into most of a paper's field names.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.corpus.formats.fields.columns import Plan, plan_of
from rag.corpus.formats.fields.rows import row_record
from rag.corpus.formats.source import Source
from rag.corpus.formats.tables.csv_rows import CsvRows
from rag.corpus.formats.tables.sheet import HEADER_WITHIN
from rag.corpus.formats.tables.sideways import is_sideways, sideways_records
from rag.corpus.record import Record
from rag.types import Rejected

_DELIMITERS = ",\t;|"
_NO_DELIMITER = "\x1f"  # for a table with one column, whose titles have commas
_LONGEST_HEADER = 20_000  # characters
_ANY_WIDTH = 100_000  # cells in a row of a table on its side


@dataclass(frozen=True, slots=True)
class Header:
    """The line of column names: its number, from 1, and the plan of its columns."""

    line: int
    delimiter: str
    plan: Plan


def is_table(head: str, name: str) -> bool:
    """Whether one of the first lines names a title and another column, or by the file's name."""
    if name.lower().endswith((".csv", ".tsv", ".tab")):
        return True
    header = find_header(head.splitlines(), {})
    if header is not None and len(header.plan.fields) >= 2:
        return True
    return bool(_sideways_delimiter(head.splitlines()))


def read_table(
    source: Source, columns: Mapping[str, str] | None = None
) -> Iterator[Record | Rejected]:
    """The papers of a CSV or TSV, one per row; ``columns`` maps columns to fields.

    A table without a title column is one refusal, which names its columns. Raises FileError and
    FormatError as `Source.lines` does, and InputError for an unknown field.
    """
    first = source.head.split("\n")
    if mark := _sideways_delimiter(first):
        rows = CsvRows(source.lines(), mark, width=_ANY_WIDTH)
        places = (
            (f"line {line}", [cell.strip() for cell in row])
            for line, row in rows
            if isinstance(row, list)
        )
        yield from sideways_records(places, source.name, columns or {})
        return
    header = find_header(first, columns or {})
    if header is None:
        yield Rejected(source.name, "the whole file", _without_title(first), breaks_off=True)
        return
    lines = (line for line in source.lines() if line[0] > header.line)
    rows = CsvRows(lines, header.delimiter, width=len(header.plan.names))
    for number, (line, row) in enumerate(rows, start=1):
        if isinstance(row, str):
            place = f"row {number}, line {line}"
            yield Rejected(source.name, place, row, breaks_off=rows.broke_off)
        else:
            place = f"row {number}, line {line}"
            yield row_record(header.plan, row, source=source.name, place=place)


def _sideways_delimiter(lines: Sequence[str]) -> str:
    """What separates the cells of a table on its side; empty for any other text."""
    filled = [line for line in lines if line.strip()][:HEADER_WITHIN]
    return next(
        (mark for mark in _DELIMITERS if is_sideways(_cells(line, mark) for line in filled)), ""
    )


def find_header(lines: Sequence[str], columns: Mapping[str, str]) -> Header | None:
    """The first line with a title column, split by the delimiter that suits it best."""
    for number, line in enumerate(lines[:HEADER_WITHIN], start=1):
        plans = [(plan_of(_cells(line, mark), columns), mark) for mark in _DELIMITERS]
        plan, mark = max(plans, key=lambda found: (len(found[0].fields), len(found[0].names)))
        if "title" in plan.fields:
            return Header(number, mark if len(plan.names) > 1 else _NO_DELIMITER, plan)
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([line[:_LONGEST_HEADER]], delimiter=delimiter), [])
    return [cell.strip() for cell in cells]


def _without_title(lines: Sequence[str]) -> str:
    """Why a table is refused, judged by its first line with several cells."""
    rows = [max((_cells(line, mark) for mark in _DELIMITERS), key=len) for line in lines[:5]]
    seen = next((row for row in rows if len(row) > 1), next(filter(None, rows), []))
    return plan_of(seen).without_title()
