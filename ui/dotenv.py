"""Write settings to a `.env` file: our lines are replaced, all others stay as they are."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from rag.errors import FileError, InputError

_NAME = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,-]*")  # needs no quotes
_KEY = re.compile(r"^[^#\n]*(?:KEY|TOKEN|SECRET|PASSWORD)[A-Z0-9_]*\s*=\s*\S", re.M | re.I)


def merged(text: str, values: Mapping[str, str | None]) -> str:
    """``text`` with the lines of ``values`` replaced or added; None removes a line.

    A variable keeps its first place; a new one goes to the end. Raises InputError for a value that
    cannot be written in such a file.
    """
    lines, left = [], dict(values)
    for line in text.splitlines():
        found = _NAME.match(line)
        name = found.group(1) if found else ""
        if name not in values:
            lines.append(line)
        elif (value := left.pop(name, None)) is not None:
            lines.append(_line(name, value))
    lines += [_line(name, value) for name, value in left.items() if value is not None]
    return "\n".join(lines) + "\n" if lines else ""


def write(path: Path, values: Mapping[str, str | None]) -> Path:
    """Bring the file in line with ``values``, as ``merged`` does; returns its real path.

    A file with a key in it is readable by its owner alone. It is replaced in one step, so no reader
    sees half of it. Raises FileError.
    """
    path = path.resolve()  # follow a link to its file
    made = path.with_name(f"{path.name}.new")
    try:
        there = path.exists()
        after = merged(path.read_text(encoding="utf-8") if there else "", values)
        made.unlink(missing_ok=True)
        # Private from the start: at no moment can anybody else read it.
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(after.encode())
        if there and not _KEY.search(after):
            made.chmod(path.stat().st_mode & 0o777)
        made.replace(path)
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        raise FileError(f"{path} cannot be written: {why}.", "Make it writable.") from exc
    return path


def _line(name: str, value: str) -> str:
    if _PLAIN.fullmatch(value):
        return f"{name}={value}"
    if not value.isprintable() or "'" in value or "\\" in value:
        raise InputError(f"The value of {name} cannot be written to .env.", "Leave out its quotes.")
    return f"{name}='{value}'"
