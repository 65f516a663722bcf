"""Files of labelled cases: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import FileError, FormatError

T = TypeVar("T")


def read_lines(path: Path, what: str, read: Callable[[Any], T]) -> list[T]:
    """What ``read`` makes of each line, in order.

    Raises FileError, or FormatError naming the line that is no ``what``.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise FileError(f"{path} cannot be read: {exc.strerror}.", "Check the path.") from exc
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(read(json.loads(line)))
        except (ValueError, KeyError, TypeError) as exc:
            raise FormatError(str(path), number, f"no {what}: {exc}") from exc
    return found
