"""`paperchat chat`: the window in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.terminal.options import Index, Llm, Verbose, settings_of


def chat(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    open_to_anyone: Annotated[
        bool, typer.Option("--open-to-anyone", help="Ask nobody for a password or token.")
    ] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page.")] = False,
    llm: Llm = None,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Open the chat window in a browser."""
    anyone = open_to_anyone or None  # where it is not given, the environment says
    settings = settings_of(index, verbose, llm=llm, host=host, port=port, open_to_anyone=anyone)
    from ui.web.quick_start import import_serve

    import_serve()(settings, open_browser=open_browser)
