"""What a path is, before anything is read."""

from __future__ import annotations

import errno
from pathlib import Path


def escaped(text: str) -> str:
    r"""A name with ``\udce9`` for each of its bytes that is no text, so that it can be written."""
    return text.encode(errors="backslashreplace").decode()


def is_there(path: str) -> bool:
    """Whether something stands at ``path``; what is too long for a name does not.

    What may not be looked at is taken to be there.
    """
    try:
        return Path(path).exists()
    except OSError as exc:
        return exc.errno != errno.ENAMETOOLONG
