"""Reads a sheet, whose cells are known: a row of column names, then one row per paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from rag.corpus.formats.fields.columns import Plan, plan_of
from rag.corpus.formats.fields.rows import row_record
from rag.corpus.formats.fields.values import text_of
from rag.corpus.formats.tables.sideways import is_sideways, sideways_records
from rag.corpus.record import Record
from rag.types import Rejected

HEADER_WITHIN = 20  # rows or lines; some exports begin with a title, the query or the date


def sheet_records(
    rows: Iterable[Sequence[object]], source: str, sheet: str, columns: Mapping[str, str]
) -> Iterator[Record | Rejected]:
    """The papers of a sheet; one refusal, with its columns, if none of them is a title.

    ``sheet`` says in words which sheet it is.
    """
    rows = iter(rows)
    first = list(islice(rows, HEADER_WITHIN))
    if is_sideways(filter(any, first)):
        numbered = enumerate(chain(first, rows), start=1)
        places = ((f"{sheet}, row {number}", row) for number, row in numbered)
        yield from sideways_records(places, source, columns)
        return
    plans = [plan_of([text_of(cell) for cell in row], columns) for row in first]
    header = header_among(plans)
    if header is None:
        seen = next((plan for plan in plans if any(plan.names)), None)
        if seen is not None:  # an empty sheet is ignored
            # A sheet with other fields of papers lacks its titles; without any it may be notes.
            of_papers = any(len(plan.fields) > 1 for plan in plans)
            yield Rejected(source, sheet, seen.without_title(), breaks_off=of_papers)
        return
    for number, row in enumerate(chain(first[header + 1 :], rows), start=header + 2):
        if any(cell not in (None, "") for cell in row):
            place = f"{sheet}, row {number}"
            yield row_record(plans[header], row, source=source, place=place)


def header_among(plans: Sequence[Plan]) -> int | None:
    """The place of the first row that names a title."""
    return next((at for at, plan in enumerate(plans) if "title" in plan.fields), None)
