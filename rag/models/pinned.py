"""Whether a model's file is the one that this project pins."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rag.errors import ModelUnavailableError


def require_pinned(path: Path, sha256: str, what: str, remedy: str) -> None:
    """Raise ModelUnavailableError unless ``path`` has this sha256; ``what`` is its right name."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise ModelUnavailableError(f"{path} cannot be read: {exc.strerror}.", remedy) from exc
    if found != sha256:
        raise ModelUnavailableError(f"{path} is not {what}.", remedy)
