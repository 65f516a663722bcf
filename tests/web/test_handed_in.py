"""Files that the Check page sends: where they are written, and what is refused."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from rag.errors import InputError
from ui.web.library.handed import handed_in


def sent(**files: str) -> dict[str, Any]:
    """What the page sends for these files, by name with "__" for a dot and "___" for a slash."""
    return {"files": [
        {"name": name.replace("___", "/").replace("__", "."),
         "data": base64.b64encode(text.encode()).decode()} for name, text in files.items()
    ]}  # fmt: skip


def test_files_lie_as_their_names_say(tmp_path: Path) -> None:
    asked = sent(parts___b__tex="b", a__tex="\\documentclass{article}", refs__bib="@misc{a}")
    main, bibliographies = handed_in(asked, tmp_path)
    assert main == tmp_path / "a.tex" and bibliographies == [tmp_path / "refs.bib"]
    assert (tmp_path / "parts" / "b.tex").read_text() == "b"


@pytest.mark.parametrize(
    "name", ["../../evil.md", "/etc/evil.md", "..\\..\\evil.md", "a/../../evil.md"]
)
def test_no_file_leaves_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    asked = {"files": [{"name": name, "data": ""}]}
    main, _ = handed_in(asked, folder)
    assert main.resolve().is_relative_to(folder) and main.is_file()
    assert [path for path in tmp_path.iterdir()] == [folder]


def test_pasted_text_is_latex_or_markdown(tmp_path: Path) -> None:
    assert handed_in({"text": "Nets win \\cite{a}."}, tmp_path)[0].suffix == ".tex"
    assert handed_in({"text": "Nets win [@a]."}, tmp_path)[0].suffix == ".md"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"text": "  "},
        {"files": "x"},
        {"files": [1]},
        {"files": [{"name": "a.md"}]},
        {"files": [{"name": "", "data": ""}]},
        {"files": [{"name": "a.md", "data": "no base64!"}]},
        {"files": [{"name": "a.bib", "data": ""}]},
        {"files": [{"name": "a.md", "data": ""}] * 201},
        {"files": [{"name": "a", "data": ""}, {"name": "a/b.md", "data": ""}]},
    ],
)
def test_odd_requests_are_refused(tmp_path: Path, asked: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        handed_in(asked, tmp_path)
