"""`paperchat mcp`: the MCP server."""

from __future__ import annotations

from rag.errors import InputError
from ui.cli.options import Index, Verbose, settings_of


def mcp(index: Index = None, verbose: Verbose = False) -> None:
    """Serve the papers to programs that speak the Model Context Protocol."""
    settings_of(index, verbose)
    raise InputError("The MCP server is not built yet.")
