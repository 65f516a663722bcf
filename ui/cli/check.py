"""`paperchat check`: a manuscript's sentences against the papers that they cite."""

from __future__ import annotations

from pathlib import Path

from rag.errors import InputError
from ui.cli.options import Index, Verbose, settings_of


def check(file: Path, index: Index = None, verbose: Verbose = False) -> None:
    """Check each sentence of a manuscript against the papers that it cites."""
    settings_of(index, verbose)
    raise InputError(f"{file} cannot be checked yet.")
