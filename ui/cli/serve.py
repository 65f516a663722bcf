"""`paperchat serve`: the HTTP API."""

from __future__ import annotations

from rag.errors import InputError
from ui.cli.options import Index, Verbose, settings_of


def serve(index: Index = None, verbose: Verbose = False) -> None:
    """Serve the HTTP API: OpenAI's chat completions, and REST."""
    settings_of(index, verbose)
    raise InputError("The HTTP API is not built yet.")
