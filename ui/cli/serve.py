"""`paperchat serve`: the HTTP API."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.terminal.options import Index, Llm, Verbose, settings_of


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    window: Annotated[bool, typer.Option("--window", help="Serve the chat window, too.")] = False,
    cors: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="Pages of this site may use it; give several."),
    ] = None,
    llm: Llm = None,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Serve the HTTP API: REST, and OpenAI's chat completions."""
    settings = settings_of(index, verbose, llm=llm, host=host, port=port)
    from ui.api.server import serve

    serve(settings, origins=cors or (), window=window)
