"""Any text survives each format; no bytes, and no file that was cut off, make reading raise."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from writing import WRITERS, plain

from rag.corpus.files import read_file
from rag.corpus.formats.detect import read_source
from rag.corpus.formats.fields.normalise import clean
from rag.corpus.formats.fields.placeholders import no_abstract, no_title
from rag.corpus.formats.source import Source
from rag.types import Rejected

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=80)
PLAIN = "A sentence that says what was done, how it was done and what came of it in the end. "
SAMPLE = {name: write("A title of a paper", PLAIN) for name, write in WRITERS.items()}
MARKS = [b"", b"@article{a, title={", b"TY  - JOUR\nTI  - ", b"PMID- 1\nTI  - ", b"PT J\nTI a\nAB "]
MARKS += [b"<PubmedArticleSet><PubmedArticle><PMID>", b"<xml><records><record>", b"%0 Book\n%T "]
MARKS += [b'<feed xmlns="http://www.w3.org/2005/Atom"><entry>', b"PK\x03\x04", b"\x1f\x8b\x08\0"]
MARKS += [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"@string{a = ", b"@a{b, crossref = {b}, "]


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None, max_examples=60)
@given(encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), title=TEXT, abstract=TEXT)
@example(
    encoding="utf-8",
    title="50% of $x_1$ & {y} \\ ~z # ^ -- ``q'' \"r\"",
    abstract="&lt;b> @article{x, y=1}",
)
@example(encoding="utf-16", title="Łódź — 你好 ß é", abstract="TY  - not a tag; ER  - nor this")
def test_any_text_comes_back(name: str, encoding: str, title: str, abstract: str) -> None:
    assume(any(map(str.isalnum, clean(title))) and not no_title(clean(title)))
    data = WRITERS[name](title, abstract).encode(encoding)
    (record,) = read_source(Source.of_bytes(name, data))
    assert not isinstance(record, Rejected)
    assert (record.title, record.abstract) == (clean(title), said(abstract))


def said(abstract: str) -> str:
    """The abstract as a record has it: nothing instead of a word for nothing."""
    return "" if no_abstract(clean(abstract)) else clean(abstract)


@settings(deadline=None)
@given(title=TEXT, rest=TEXT)
def test_any_plain_text_comes_back(title: str, rest: str) -> None:
    assume(
        any(map(str.isalnum, clean(title)))
        and not title.strip().startswith(("#", "@", "%", "{", "[", "Title:"))
    )
    (record,) = read_source(Source.of_bytes("a.txt", plain(title, PLAIN + rest).encode()))
    assert not isinstance(record, Rejected)
    assert (record.title, record.abstract) == (clean(title), clean(PLAIN + rest))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bytes")


@settings(deadline=None, max_examples=200)
@given(
    mark=st.sampled_from(MARKS), data=st.binary(max_size=400), suffix=st.sampled_from(list("bx"))
)
def test_no_bytes_raise(folder: Path, mark: bytes, data: bytes, suffix: str) -> None:
    path = folder / {"b": "a.bib", "x": "a.txt"}[suffix]
    path.write_bytes(mark + data)
    assert list(read_file(path))


def packed(name: str, data: bytes, how: str) -> tuple[str, bytes]:
    """The file, alone or in an archive."""
    if how == "gz":
        return f"{name}.gz", gzip.compress(data)
    if how == "zip":
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        return "a.zip", held.getvalue()
    return name, data


@settings(deadline=None)
@given(
    name=st.sampled_from(list(WRITERS)),
    how=st.sampled_from(["", "gz", "zip"]),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
    cut=st.floats(0, 1, exclude_max=True),
    junk=st.binary(max_size=3),
)
def test_no_file_that_was_cut_off_raises(
    folder: Path, name: str, how: str, encoding: str, cut: float, junk: bytes
) -> None:
    name, data = packed(name, SAMPLE[name].encode(encoding), how)
    path = folder / name
    at = int(cut * len(data))
    path.write_bytes(data[:at] + junk)
    assert list(read_file(path))
    path.write_bytes(data[:at] + junk + data[at + len(junk) :])  # and none that was damaged
    assert list(read_file(path))
