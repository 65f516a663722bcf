"""Reads a manuscript of any known format into a draft, with what its bibliographies say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rag.checking.manuscripts.bibliography import read_bibliography
from rag.checking.manuscripts.draft import Draft
from rag.checking.manuscripts.readers.latex import read_latex
from rag.checking.manuscripts.readers.markdown import read_markdown
from rag.checking.manuscripts.readers.plain import read_plain
from rag.checking.manuscripts.readers.word import read_word
from rag.errors import FileError, FormatError, InputError
from rag.types.manuscripts import MANUSCRIPTS

LARGEST = 32 << 20  # bytes of a file; pictures in Word are most of it
_OTHERS = "Markdown (.md), LaTeX (.tex), Word (.docx) and plain text (.txt) are checked."

_READERS: Mapping[str, Callable[[Path], Draft]] = {
    "Markdown": read_markdown,
    "LaTeX": read_latex,
    "Word": read_word,
    "plain text": read_plain,
}


def read_manuscript(path: Path, bibliography: Sequence[Path] = ()) -> Draft:
    """The draft of the file, with the references of its own and the given bibliographies.

    A bibliography that the manuscript names and that is missing is noted. Raises FileError,
    FormatError or InputError if the file or a given bibliography cannot be read, or has no text.
    """
    draft = _reader(path)(path)
    if not any(block.kind != "heading" for block in draft.blocks):
        raise InputError(f"{path.name} has no text.", _OTHERS)
    for named in bibliography:
        found, notes = read_bibliography(named)
        draft.references.update(found)
        draft.notes += notes
    given = {named.resolve() for named in bibliography}
    names = {named.name for named in bibliography}
    for own in draft.bibliographies:
        if own.resolve() in given:
            continue
        if not own.is_file():
            if own.name in names:  # handed in beside the manuscript, not in its folder
                continue
            draft.notes.append(f"There is no {own.name}, which it names as its bibliography.")
            continue
        try:
            found, notes = read_bibliography(own)
        except FileError as exc:
            draft.notes.append(exc.what)
            continue
        draft.references = {**found, **draft.references}
        draft.notes += notes
    return draft


def _reader(path: Path) -> Callable[[Path], Draft]:
    reader = _READERS.get(MANUSCRIPTS.get(path.suffix.lower(), ""))
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise FileError(f"{path} is no file.", "Give a manuscript.")
    except OSError as exc:
        raise FileError(f"There is no file {path}.", "Check the path.") from exc
    if reader is None:
        kind = path.suffix or "a file without a type"
        raise InputError(f"{path.name} cannot be checked: {kind} is not read.", _OTHERS)
    if size > LARGEST:
        raise FileError(f"{path.name} has more than {LARGEST >> 20} MiB.", "Check a part of it.")
    if not size:
        raise FormatError(path.name, 1, "the file is empty.", _OTHERS)
    return reader
