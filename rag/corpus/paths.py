"""Paths: printable names of files, and whether a file exists or is in a folder."""

from __future__ import annotations

import errno
from pathlib import Path


def escaped(text: str) -> str:
    r"""A name that can be printed: with ``\udce9`` or the like for each byte that is not text."""
    return text.encode(errors="backslashreplace").decode()


def is_there(path: str) -> bool:
    """Whether ``path`` exists. True if access is denied, False if the name is too long."""
    try:
        return Path(path).exists()
    except OSError as exc:
        return exc.errno != errno.ENAMETOOLONG


def is_within(path: str, folder: str) -> bool:
    """Whether ``path``, which is resolved, is ``folder`` or in it."""
    return Path(path).is_relative_to(Path(folder).resolve())
