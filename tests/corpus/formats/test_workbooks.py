"""Workbooks that people bring: XLSX, whole, damaged or hostile."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_tables_in import TEXT, TITLE, records, table
from writing import kept

from rag.corpus.files import read_file
from rag.corpus.formats.fields.normalise import clean
from rag.corpus.formats.source import Source
from rag.corpus.formats.tables.workbook import is_workbook, read_workbook
from rag.corpus.record import Record
from rag.errors import InputError
from rag.types import Rejected


def packed(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # stored as it is
        archive.writestr(name, data)
    return file.getvalue()


def workbook(*sheets: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xlsx(data: bytes, columns: dict[str, str] | None = None) -> list[Record | Rejected]:
    return list(read_workbook(Source.of_bytes("t.xlsx", data), columns))


def test_a_workbook_is_read_sheet_by_sheet() -> None:
    data = workbook(
        [
            ["Reading list"],
            [],
            ["Title", "Abstract", "Date", "PMID", "Note"],
            ["Owls", "They_x000D_\nsee.", datetime(2019, 5, 1), 123, True],
            [None],
            [1984, None, 2001.0],
        ],
        [["Name", "Colour"], ["a", "b"]],
        [],
        [["Title"], ["Bats"]],
    )
    found = xlsx(data)
    assert [
        (item.title, item.abstract, item.year, item.identifiers.pmid, item.place, item.extra)
        for item in found
        if isinstance(item, Record)
    ] == [
        ("Owls", "They see.", 2019, "123", "sheet 'S1', row 4", (("Note", "true"),)),
        ("1984", "", 2001, None, "sheet 'S1', row 6", ()),
        ("Bats", "", None, None, "sheet 'S4', row 2", ()),
    ]
    assert [item for item in found if isinstance(item, Rejected)] == [
        Rejected(
            "t.xlsx",
            "sheet 'S2'",
            "none of its columns is known to be the title; they are: Name, Colour; "
            "say which one is, as in --column title=NAME",
        )
    ]


def test_a_workbooks_columns_are_what_the_caller_says() -> None:
    data = workbook([["Headline", "Text"], ["Owls", "They see."]])
    (record,) = records(xlsx(data, {"Headline": "title"}))
    assert (record.title, record.abstract) == ("Owls", "They see.")
    with pytest.raises(InputError, match="no field"):
        xlsx(data, {"Headline": "colour"})


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("t.xlsx", workbook([["Title"]]), True),
        ("t", workbook([["Title"]]), True),
        ("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), True),
        ("t.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), False),
        ("t.xlsx", b"Title,Abstract\n", False),
        ("t.zip", b"PK\x03\x04" + bytes(100), False),
        ("t.zip", packed("in/t.xlsx", workbook([["Title"]])), False),
    ],
)
def test_a_workbook_is_recognised_by_its_bytes(name: str, data: bytes, expected: bool) -> None:
    assert is_workbook(data[: 64 * 1024], name) is expected


def test_an_old_or_locked_workbook_is_refused_with_what_to_do() -> None:
    (refused,) = xlsx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    assert isinstance(refused, Rejected) and "save it as .xlsx" in refused.reason


def changed(data: bytes, before: bytes, after: bytes) -> bytes:
    """A workbook with other XML in its first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            text = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                assert before in text
                text = text.replace(before, after, 1)
            new.writestr(member, text)
    return out.getvalue()


def test_the_size_that_a_sheet_claims_is_not_believed() -> None:
    data = workbook([["Title", "Year"], ["Owls", 2019], ["Bats", 2020]])
    found = records(xlsx(changed(data, b'"A1:B3"', b'"A1"')))
    assert [(record.title, record.year) for record in found] == [("Owls", 2019), ("Bats", 2020)]


def test_a_row_that_claims_to_be_far_away_is_not_waited_for() -> None:
    data = changed(workbook([["Title"], ["Owls"], ["Bats"]]), b'<row r="3"', b'<row r="999999999"')
    read, refused = xlsx(data)
    assert isinstance(read, Record) and read.title == "Owls"
    why = "it has more than 1,048,576 rows"
    assert refused == Rejected("t.xlsx", "sheet 'S1'", why, breaks_off=True)


def test_an_entity_bomb_in_a_workbook_is_refused() -> None:
    bomb = b'<!DOCTYPE s [<!ENTITY a "owl"><!ENTITY b "&a;&a;&a;">]><worksheet'
    (refused,) = xlsx(changed(workbook([["Title"], ["Owls"]]), b"<worksheet", bomb))
    assert isinstance(refused, Rejected) and "no whole Excel file" in refused.reason


@settings(deadline=None)
@given(st.lists(st.tuples(TITLE, TEXT), min_size=1, max_size=3))
def test_any_text_survives_a_workbook(rows: list[tuple[str, str]]) -> None:
    # openpyxl takes a text that begins with "=" for a formula, which no program has worked out.
    some = [(title, note) for title, note in rows if not note.startswith("=")]
    found = records(xlsx(workbook([["title", "note"], *some])))
    assert [record.title for record in found] == [clean(title) for title, _ in some]
    for record, (_, note) in zip(found, some, strict=True):
        assert dict(record.extra).get("note", "") == kept(note)


BOOK = workbook([["Title", "Abstract"], ["Owls", "They see."], ["Bats", "They hear."]])


@settings(deadline=None)
@given(st.integers(0, len(BOOK)), st.binary(max_size=20))
def test_a_workbook_cut_off_or_damaged_raises_nothing_unexpected(at: int, noise: bytes) -> None:
    for data in (BOOK[:at], BOOK[:at] + noise + BOOK[at + len(noise) :]):
        assert all(isinstance(item, Record | Rejected) for item in xlsx(data))


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(packed("in/t.xlsx", workbook([["Title"], ["Owls"]])))
    (record,) = records(list(read_file(path)))
    assert (record.title, record.source) == ("Owls", f"{path.resolve()}!in/t.xlsx")


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_unexpected(data: bytes) -> None:
    with contextlib.suppress(InputError):
        table(data)
    xlsx(data)
    xlsx(b"PK\x03\x04" + data)


def test_a_sheet_on_its_side_is_turned() -> None:
    rows: list[list[Any]] = [
        ["Title", "Owls", "Bats"],
        ["Abstract", "They see.", None],
        ["Year", 2019, 2020],
    ]
    found = records(xlsx(workbook(rows)))
    assert [(item.title, item.abstract, item.year) for item in found] == [
        ("Owls", "They see.", 2019),
        ("Bats", "", 2020),
    ]
