"""A file that was cut off takes none of the papers away that stood behind the break."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from rag.corpus.files import read_file
from rag.corpus.plan import replace_records
from rag.corpus.reading import read_paths
from rag.types import Rejected

TITLES = [f"The {word} of rivers" for word in "age bed course delta end flow gravel height".split()]
ABSTRACT = "It tells, at some length, of what rivers carry and where they leave it."


def lines() -> str:
    return "".join(json.dumps({"title": title, "abstract": ABSTRACT}) + "\n" for title in TITLES)


def document() -> str:
    return json.dumps([json.loads(line) for line in lines().splitlines()], indent=1)


def table() -> str:
    file = io.StringIO()
    rows = [["title", "abstract"], *([title, ABSTRACT] for title in TITLES)]
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    return file.getvalue()


def bibtex() -> str:
    return "".join(
        f"@article{{k{at}, title={{{title}}},\n abstract={{{ABSTRACT}}}}}\n"
        for at, title in enumerate(TITLES)
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", document()),
        ("a.jsonl", lines()),
        ("a.csv", table()),
        ("a.bib", bibtex()),
    ],
)
def test_what_stood_behind_the_break_stays(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    old = read_paths([path])
    assert len(old.records) == len(TITLES) and old.covers(str(path))
    path.write_text(text[: text.index(TITLES[5]) + len(TITLES[5]) + 20])
    torn = read_paths([path])
    assert 0 < len(torn.records) < len(TITLES)
    assert len(replace_records(old.records, torn, prune=True).records) == len(TITLES)


def workbook(path: Path, *sheets: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)


def test_so_it_does_of_a_sheet_that_breaks_off(tmp_path: Path) -> None:
    path, torn = tmp_path / "a.xlsx", io.BytesIO()
    workbook(path, [["title"], ["Of another sheet"]], [["title"], *([title] for title in TITLES)])
    old = read_paths([path])
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(torn, "w") as cut:
        for member in whole.infolist():
            data = whole.read(member)
            is_second = member.filename.endswith("sheet2.xml")
            cut.writestr(member, data[: data.index(b'<row r="5"')] if is_second else data)
    path.write_bytes(torn.getvalue())
    kept = replace_records(old.records, read_paths([path]), prune=True)
    assert len(kept.records) == len(TITLES) + 1


def test_a_sheet_of_notes_does_not_keep_papers_that_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    notes = [["What this is", "and for whom"]]
    workbook(path, [["title"], *([title] for title in TITLES)], notes)
    old = read_paths([path])
    workbook(path, [["title"], [TITLES[0]]], notes)
    assert len(replace_records(old.records, read_paths([path]), prune=False).records) == 1
    workbook(path, [["Headline", "abstract", "year"], [TITLES[0], ABSTRACT, "2020"]], notes)
    refused = [item for item in read_file(path) if isinstance(item, Rejected)]
    assert [item.breaks_off for item in refused] == [True, False]


def test_a_record_that_is_refused_breaks_nothing_off(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines() + '{"abstract": "No title"}\n{"title": 3 4}\n')
    reading = read_paths([path])
    assert len(reading.rejected) == 2 and reading.covers(str(path))
