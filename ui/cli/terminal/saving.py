"""Files that commands make: which format is meant, and where the file goes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import FileError, InputError

if TYPE_CHECKING:
    from ui.exports.files import File

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write to this file instead of standard output."),
]


def format_for(form: str | None, out: Path | None, formats: tuple[str, ...], default: str) -> str:
    """The format that was asked for, else the one that the file's ending means, else the default.

    Raises InputError for a format that is not among ``formats``, for a file with the ending of
    none, and for a file that is no text without a place to go.
    """
    from ui.exports.files import BINARY, check_format, format_of

    meant = format_of(out.name, formats) if out else None
    if form is None and meant is None and out and out.suffix:
        raise InputError(
            f"No format has files that end in {out.suffix}.",
            f"Give --format, one of {', '.join(formats)}.",
        )
    form = form or meant or default
    check_format(form, formats)
    if form in BINARY and out is None and sys.stdout.isatty():
        raise InputError(f"The format {form} is no text.", "Give --out FILE.")
    return form


def save(file: File, out: Path | None) -> None:
    """Write the file, and say so; or print it. Raises FileError if it cannot be written."""
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(file.data)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(file.data)
    except OSError as exc:
        raise FileError(f"{out} cannot be written: {exc.strerror}.", "Check the path.") from exc
    print(f"written: {out}", file=sys.stderr)
