"""Manuscripts in plain text, and files of any kind that cannot be checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from manuscripts import SAMPLES, cited_in, draft_of

from rag.checking.manuscripts.reading import LARGEST, read_manuscript
from rag.errors import InputError


def test_the_sample() -> None:
    draft = read_manuscript(SAMPLES / "review.txt")
    assert cited_in(draft) == [
        (["1"], "SINet reduces the number of parameters from 2.1M to 86.9K."),
        (["2"], "Dr. Vaswani et al. do without recurrence."),
        (["3"], "The performance of MLPs improves with scale"),
        (["dascoli 2021"], "ConViT outperforms DeiT on ImageNet."),
        (["bachmann 2023"], "The authors train MLPs alone."),
    ]
    assert [b.text for b in draft.blocks if b.kind == "heading"] == [
        "Small networks for images", "Introduction",
    ]  # fmt: skip
    assert draft.references["1"].text.endswith("Blocking Decoder. In WACV, 2020.")
    assert draft.blocks[2].place(80).number == 5


def test_entries_without_numbers(tmp_path: Path) -> None:
    entries = "Smith, A. (2020). On nets. X.\nRoe, B. (2019). On others. X.\n"
    text = f"Nets win (Smith, 2020).\n\nReferences\n{entries}"
    draft = draft_of(tmp_path, text, "txt")
    assert set(draft.references) == {"smith 2020", "roe 2019"}


@pytest.mark.parametrize("ending", ["md", "tex", "txt"])
@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "empty"),
        (b"  \n\n ", "no text"),
        (b"\x00\x01\x02\xff" * 50, "zero bytes"),
        (b"a " * (3 << 20), "characters"),
    ],
    ids=["empty", "blank", "binary", "long"],
)
def test_what_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, ending: str, content: bytes, line: str
) -> None:
    path = tmp_path / f"text.{ending}"
    path.write_bytes(content)
    with pytest.raises(InputError, match=line) as told:
        read_manuscript(path)
    assert "\n" not in str(told.value) and str(tmp_path) not in str(told.value)


@pytest.mark.parametrize("name", ["text.pdf", "text.doc", "text"])
def test_an_unknown_type(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Nets win.")
    with pytest.raises(InputError, match=r"Markdown \(\.md\), LaTeX"):
        read_manuscript(tmp_path / name)


def test_no_file_a_folder_and_a_huge_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_manuscript(tmp_path / "gone.md")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(InputError, match="is no file"):
        read_manuscript(tmp_path / "folder.md")
    with (tmp_path / "huge.docx").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(InputError, match="more than 32 MiB"):
        read_manuscript(tmp_path / "huge.docx")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "text.md").write_bytes("Müller’s nets win.".replace("’", "'").encode(encoding))
    assert read_manuscript(tmp_path / "text.md").blocks[0].text == "Müller's nets win."


def test_a_given_bibliography_that_is_missing_or_none(tmp_path: Path) -> None:
    path = tmp_path / "text.md"
    path.write_text("Nets win [@a].")
    with pytest.raises(InputError, match="There is no bibliography"):
        read_manuscript(path, [tmp_path / "gone.bib"])
    (tmp_path / "none.bib").write_bytes(b"\x00\x01\xff")
    with pytest.raises(InputError, match=r"none\.bib has no bibliography"):
        read_manuscript(path, [tmp_path / "none.bib"])
