"""Lines and records without end are refused, in little memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from test_formats_bad import BIB, said

from rag.corpus import files
from rag.corpus.files import read_file


def test_an_endless_line_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    with path.open("wb") as stream:
        stream.write(BIB + b"@a{z, title={")
        for _ in range(100):
            stream.write(b"a" * 1_000_000)
        stream.write(b"}}\n@a{e, title={Five}}\n")
    tracemalloc.start()
    told = said(list(read_file(path)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told == ["One", "Two", "line 4: it is longer than 4,194,304 characters", "Five"]
    assert peak < 40_000_000


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("a.ris", b"TY  - A\nTI  - Long\nAB  - ", b"\nER  -\nTY  - A\nTI  - Next\nER  -\n"),
        ("a.nbib", b"PMID- 1\nTI  - Long\nAB  - ", b"\n\nPMID- 2\nTI  - Next\n"),
        (
            "a.txt",
            b"RT Journal\nT1 Long\nYR 2001\nAB ",
            b"\nER\nRT Journal\nT1 Next\nYR 2001\nER\n",
        ),
        (
            "pubmed.txt",
            b"1. J Lamp. 2021.\n\nLong\n\nDOI: 10.5555/a\n\n",
            b"\n\n2. J Lamp. 2021.\n\nNext\n\nPMID: 2\n",
        ),
        ("a.ciw", b"PT J\nTI Long\nAB ", b"\nER\n\nPT J\nTI Next\nER\n"),
    ],
)
def test_a_record_without_end_is_refused(
    tmp_path: Path, name: str, start: bytes, end: bytes
) -> None:
    (tmp_path / name).write_bytes(start + b"word " * 900_000 + end)
    told = said(list(read_file(tmp_path / name)))
    assert told == ["line 1: it is longer than 4,194,304 characters", "Next"]
    (tmp_path / name).write_bytes(start + (b"a word " * 200 + b"\n      ") * 3_000 + end)
    assert said(list(read_file(tmp_path / name))) == told


def test_an_xml_record_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"<PubmedArticleSet><PubmedArticle><ArticleTitle>" + b"a " * 9_000_000)
    told = said(list(read_file(path)))
    assert told == ["the whole file: a record is longer than 16,777,216 characters"]


def test_xml_that_only_opens_elements_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"<PubmedArticleSet><PubmedArticle>" + b"<a>" * 500_000)
    tracemalloc.start()
    told = said(list(read_file(path)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told == ["the whole file: its elements are nested more than 200 deep"]
    assert peak < 10_000_000


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Four times as many records need no more memory."""
    peaks = []
    for count in (400, 1_600):
        path = tmp_path / f"{count}.bib"
        text = "@a{{k{0}, title={{Title {0}}}, abstract={{{1}}}}}\n"
        path.write_text("".join(text.format(i, "word " * 200) for i in range(count)))
        tracemalloc.start()
        assert sum(1 for _ in files.read_file(path)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
