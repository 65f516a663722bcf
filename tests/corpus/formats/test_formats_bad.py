"""What nobody should have to read is refused with a reason, and everything beside it is read."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.corpus.files import read_file
from rag.corpus.formats import archive
from rag.corpus.record import Record
from rag.types import Rejected

BIB = b"@article{a, title={One}, abstract={An abstract.}}\n\n@article{b, title={Two}}\n"
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>
<PubmedArticleSet><PubmedArticle><ArticleTitle>&b;</ArticleTitle></PubmedArticle></PubmedArticleSet>
"""
OUTSIDE = BOMB.replace('"lol"', 'SYSTEM "file:///etc/passwd"').replace("&b;", "&a;")
BROKEN = """<PubmedArticleSet><PubmedArticle><PMID>1</PMID><ArticleTitle>One</ArticleTitle>
</PubmedArticle><PubmedArticle><ArticleTitle>Two</ArticleTitle></Oops>"""


def said(items: list[Record | Rejected]) -> list[str]:
    """The titles of what was read; of what was not, where and why."""
    return [
        f"{item.record}: {item.reason}" if isinstance(item, Rejected) else item.title
        for item in items
    ]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.bib", b"", ["the whole file: the file is empty"]),
        ("a.txt", b"\xef\xbb\xbf \n\n", ["the whole file: the file is empty"]),
        ("a.bib", b"% only a comment @\n", ["the whole file: it holds no papers"]),
        ("a.bib", b"\x89PNG\r\n\x1a\n\0\0", ["the whole file: this is no text: it has zero bytes"]),
        (
            "a.bib",
            bytes(range(1, 256)) * 20,
            ["the whole file: its bytes are no text in any known encoding"],
        ),
        (
            "a.xml",
            BOMB.encode(),
            ["the whole file: the XML defines entities or names other files, which is not read"],
        ),
        (
            "a.xml",
            OUTSIDE.encode(),
            ["the whole file: the XML defines entities or names other files, which is not read"],
        ),
        (
            "a.xml",
            BROKEN.encode(),
            ["One", "the rest of the file: line 2: the XML is broken: mismatched tag"],
        ),
        (
            "a.bib",
            BIB
            + b"@a{c, title={Long}, abstract={"
            + b"a b " * 260_000
            + b"}}\n@a{d, title={Four}}",
            ["One", "Two", "entry c: Long: its abstract has more than 100,000 characters", "Four"],
        ),
        (
            "a.zip",
            b"PK\x03\x04 and no more",
            ["the whole file: the archive is broken: File is not a zip file"],
        ),
        (
            "a.txt",
            b"x " * 60_000,
            ["line 1: it has more than 100,000 characters, so it is no abstract"],
        ),
    ],
)
def test_refusals_and_their_reasons(
    tmp_path: Path, name: str, data: bytes, told: list[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    assert said(list(read_file(tmp_path / name))) == told


def test_paths_that_are_not_files(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert said(list(read_file(tmp_path))) == ["the whole file: it is no file"]
    (missing,) = said(list(read_file(tmp_path / "none.bib")))
    assert missing == "the whole file: cannot be read: No such file or directory"
    (loop,) = said(list(read_file(tmp_path / "loop")))
    assert loop.startswith("the whole file: it cannot be read: Symlink loop")


def test_nested_string_definitions_are_cut(tmp_path: Path) -> None:
    doubled = "".join(f"@string{{a{i} = a{i - 1} # a{i - 1}}}\n" for i in range(1, 60))
    text = f"@string{{a0 = {{xx}}}}\n{doubled}@a{{k, title={{One}}, abstract = a59 # a19}}\n"
    (tmp_path / "a.bib").write_text(text)
    *refused, last = said(list(read_file(tmp_path / "a.bib")))
    assert "all @string come to more than 4,194,304 characters" in refused[0]
    assert last == "entry k: One: its abstract has more than 100,000 characters"


@pytest.fixture
def nobody() -> Iterator[None]:
    """Root may read everything, so the tests that root runs are somebody else for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


def test_a_file_that_may_not_be_read(nobody: None) -> None:
    folder = Path(f"/tmp/paperchat-{os.getpid()}")
    folder.mkdir(exist_ok=True)
    path = folder / "a.bib"
    path.write_bytes(BIB)
    path.chmod(0)
    assert said(list(read_file(path))) == ["the whole file: cannot be read: Permission denied"]
    folder.chmod(0)
    (told,) = said(list(read_file(path)))
    assert "Permission denied" in told
    folder.chmod(0o700)
    path.unlink()
    folder.rmdir()


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return held.getvalue()


def test_archives_are_read_member_by_member(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    inner = zipped(**{"deep.bib": BIB, "deep.gz": gzip.compress(BIB)})
    path.write_bytes(
        zipped(
            **{
                "x.bib": BIB,
                "../../etc/passwd": BIB,
                "/root/y.ris": b"TY  - A\nTI  - Three\n",
                "__MACOSX/x.bib": BIB,
                ".hidden.bib": BIB,
                "folder/": b"",
                "picture.png": b"\x89PNG\0",
                "bomb.bib": b"@a{k, title={" + b"0" * 20_000_000,
                "z.bib.gz": gzip.compress(BIB),
                "inner.zip": inner,
            }
        )
    )
    before = sorted(tmp_path.rglob("*"))
    found = list(read_file(path))
    assert sorted(tmp_path.rglob("*")) == before
    names = [item.source.removeprefix(f"{path}!") for item in found]
    deep = "the whole file: it is packed in archives that are packed in archives"
    assert list(zip(names, said(found), strict=True)) == [
        ("x.bib", "One"),
        ("x.bib", "Two"),
        ("../../etc/passwd", "One"),
        ("../../etc/passwd", "Two"),
        ("/root/y.ris", "Three"),
        ("picture.png", "the whole file: this is no text: it has zero bytes"),
        ("bomb.bib", "the whole file: it unpacks to more than 200 times its size"),
        ("z.bib.gz!z.bib", "One"),
        ("z.bib.gz!z.bib", "Two"),
        ("inner.zip!deep.bib", "One"),
        ("inner.zip!deep.bib", "Two"),
        ("inner.zip!deep.gz", deep),
    ]


def test_a_gzip_bomb_ends_early(tmp_path: Path) -> None:
    path = tmp_path / "a.bib.gz"
    path.write_bytes(
        gzip.compress(BIB + b"@a{k, title={T}, abstract={" + (b"0" * 999 + b"\n") * 50_000)
    )
    told = said(list(read_file(path)))
    assert told[:2] == ["One", "Two"]
    assert told[-1] == "the rest of the file: it unpacks to more than 200 times its size"


@pytest.mark.parametrize(
    ("limit", "value", "told"),
    [
        ("MEMBERS", 1, "the whole file: it holds more than 1 files"),
        ("TOTAL_BYTES", 100, "the whole file: it unpacks to more than 0 MiB"),
        ("MEMBER_BYTES", 40, "the whole file: it unpacks to more than 0 MiB"),
    ],
)
def test_archives_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, told: str
) -> None:
    monkeypatch.setattr(archive, limit, value)
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(**{"a.bib": BIB, "b.bib": BIB}))
    assert said(list(read_file(path)))[0] == told


def test_an_archive_in_an_archive_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "NESTED_BYTES", 50)
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(**{"inner.zip": zipped(**{"a.bib": BIB}), "b.bib": BIB}))
    told = said(list(read_file(path)))
    assert told == ["the whole file: an archive in an archive has more than 0 MiB", "One", "Two"]


def test_members_that_are_encrypted_or_broken_leave_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    data = bytearray(zipped(**{"a.bib": BIB, "b.bib": BIB, "c.bib": BIB}))
    data[data.index(b"a.bib") + 5 + 10] ^= 0xFF  # the packed bytes of the first
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    data[at + 8] |= 1  # the flag of the second that says encrypted
    path.write_bytes(data)
    first, *rest = said(list(read_file(path)))
    assert first.startswith("the whole file: the archive is broken") or "broken" in rest[0]
    assert rest[-3:] == ["the whole file: it is encrypted", "One", "Two"]


def test_a_truncated_archive_gives_its_complete_members(tmp_path: Path) -> None:
    entries = b"".join(
        b"@a{k%d, title={Title %d}, abstract={%s}}\n" % (i, i, os.urandom(50).hex().encode())
        for i in range(2_000)
    )
    path = tmp_path / "a.bib.gz"
    path.write_bytes(gzip.compress(entries)[:-20_000])
    told = said(list(read_file(path)))
    whole = sum(line.startswith("Title ") for line in told)
    assert whole > 1_200
    assert told[:whole] == [f"Title {i}" for i in range(whole)]
    assert told[-1].startswith("the rest of the file: the archive is broken: Compressed file ended")
