"""Papers chosen from a list, with the reader's marks, in every format."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from rendering import paper

from rag.errors import InputError
from rag.types import Mark
from ui.exports.documents.vault import tag_name
from ui.exports.files import LIST_FORMATS, export_list

ONE = paper("Linear *attention*", "We make it linear.", "https://example.org/a")
MARKS = {"p1": Mark(True, True, ("to read", "2024"), "See table 3.\n\nAnd 4.")}


def test_a_list_has_every_format() -> None:
    made = {form: export_list(form, [ONE], MARKS) for form in LIST_FORMATS}
    assert made["apa"].content == "Linear *attention*. (n.d.). https://example.org/a\n"
    assert made["md"].content == "- [Linear \\*attention\\*](<https://example.org/a>)\n"
    assert str(made["bibtex"].content).startswith("@misc{")
    assert {form: file.name.partition(".")[2] for form, file in made.items()} == {
        "bibtex": "bib", "ris": "ris", "csl-json": "json", "apa": "txt", "md": "md",
        "obsidian": "zip", "json": "json",
    }  # fmt: skip
    (row,) = json.loads(made["json"].content)["papers"]
    assert row["title"] == ONE.title and row["marks"]["tags"] == ["to read", "2024"]
    with pytest.raises(InputError, match="no format"):
        export_list("docx", [ONE], MARKS)


def test_marks_are_in_a_papers_note_for_obsidian() -> None:
    with zipfile.ZipFile(io.BytesIO(export_list("obsidian", [ONE], MARKS).data)) as archive:
        name = next(name for name in archive.namelist() if name.startswith("papers/"))
        note = archive.read(name).decode()
    front, _, body = note.removeprefix("---\n").partition("---\n")
    assert "starred: true\nread: true\n" in front
    assert front.endswith('tags:\n  - "paper"\n  - "paperchat"\n  - "to-read"\n  - "tag-2024"\n')
    assert "## Note\n\nSee table 3.\n\nAnd 4.\n\n" in body
    assert tag_name("تعلم عميق!") == "تعلم-عميق" and tag_name("?") == "tag"
