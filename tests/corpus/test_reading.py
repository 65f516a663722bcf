"""Which files of a folder are read."""

from __future__ import annotations

from pathlib import Path

from eval.reader.data import READER
from rag.corpus.reading import read_paths

BIB = "@article{a, title={A study of owls at night}, abstract={Owls hunt.}}"


def test_a_folder_marked_noindex_is_skipped_with_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "papers.bib").write_text(BIB)
    for folder in ("kept", "skipped", "skipped/deeper"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "papers.bib").write_text(BIB.replace("owls", folder.replace("/", " ")))
    (tmp_path / "skipped" / ".noindex").touch()
    titles = {record.title for record in read_paths([tmp_path]).records}
    assert titles == {"A study of owls at night", "A study of kept at night"}


def test_the_reader_data_is_not_taken_for_papers() -> None:
    sources = {Path(record.source).name for record in read_paths([READER.parent]).records}
    assert sources == {"trending-papers.txt"}


def test_remarks_are_told_once_for_each_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,year\n1999,1\n2000,2\nOwls at night,3\n")
    (tmp_path / "b.bib").write_text("@misc{o,\n title={Owls at night}\n year={1999}}\n")
    assert [(Path(r.source).name, r.record, r.text) for r in read_paths([tmp_path]).remarks] == [
        ("a.csv", "row 1, line 2 and 1 more", "its title is a number; is it one?"),
        ("b.bib", "entry o", "it lacks the comma before year; the entry was read"),
    ]
