"""Reads the text of a file, whatever its encoding."""

from __future__ import annotations

from pathlib import Path

from rag.corpus.formats.source import Source
from rag.errors import InputError

_LONGEST = 4 << 20  # characters: a long book has a million


def text_of(path: Path) -> str:
    r"""The file's text, with ``\n`` as its line breaks.

    Raises FileError and FormatError if it cannot be read or is no text, InputError if it is longer
    than any manuscript.
    """
    with Source(path.name, lambda: path.open("rb")).text() as stream:
        text = stream.read(_LONGEST + 1)
    if len(text) > _LONGEST:
        raise InputError(
            f"{path.name} has more than {_LONGEST:,} characters.", "Check a part of it."
        )
    return text
