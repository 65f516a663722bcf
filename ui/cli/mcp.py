"""`paperchat mcp`: the MCP server, for agents and chat programs."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.terminal.options import Index, Llm, Verbose, settings_of, wrong_usage

_PORT = 7870


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Streamable HTTP instead of standard input and output.")
    ] = False,
    host: Annotated[
        str | None, typer.Option(help="Loopback address to listen on, with --http.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help=f"With --http; {_PORT} if not given.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Also the tools that add and remove papers.")
    ] = False,
    llm: Llm = None,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Serve the papers to programs that speak the Model Context Protocol."""
    if not http and (host is not None or port is not None):
        wrong_usage("--host and --port go with --http", "mcp")
    settings = settings_of(index, verbose, llm=llm)
    from ui.mcp.transports import serve_http, serve_stdio

    if http:
        serve_http(settings, host or "127.0.0.1", port or _PORT, writes=write)
    else:
        serve_stdio(settings, writes=write)
