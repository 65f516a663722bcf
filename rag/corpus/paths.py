"""What a path is, before anything is read."""

from __future__ import annotations

import errno
from pathlib import Path


def is_there(path: str) -> bool:
    """Whether something stands at ``path``; what is too long for a name does not.

    What may not be looked at is taken to be there.
    """
    try:
        return Path(path).exists()
    except OSError as exc:
        return exc.errno != errno.ENAMETOOLONG
