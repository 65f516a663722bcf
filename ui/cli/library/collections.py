"""`paperchat index`: named collections of papers."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.terminal.options import AsJson, Index, Ray, Verbose, settings_of

if TYPE_CHECKING:
    from rag.engine import Collection

app = typer.Typer(help="Named collections of papers.", no_args_is_help=True)


@app.command("list")
def list_all(json: AsJson = False) -> None:
    """The collections: papers, chunks, size and last change of each."""
    settings = settings_of()
    from dataclasses import asdict

    from rag.engine import list_collections
    from ui.exports.json_text import as_json

    found = list_collections(settings.collections)
    if json:
        print(as_json([{**asdict(item), "folder": str(item.folder)} for item in found]))
    else:
        print("\n".join(map(_line, found)) or "There is no collection yet.")


@app.command()
def remove(
    name: str,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Delete a collection and all that is indexed in it; the source files stay."""
    settings = settings_of()
    from rag.engine import find_collection, remove_collection

    found = find_collection(settings.collections, name)
    if not yes:
        typer.confirm(f"Delete {_line(found)}?", abort=True, err=True)
    remove_collection(settings.collections, name)
    print(f"removed: {name}")


@app.command()
def rename(name: str, new: str) -> None:
    """Give a collection another name."""
    settings = settings_of()
    from rag.engine import rename_collection

    rename_collection(settings.collections, name, new)
    print(f"renamed: {name} to {new}")


@app.command()
def rebuild(json: AsJson = False, index: Index = None, verbose: Verbose = False) -> None:
    """Make an index anew from its own records, as after damage; the source files are not needed."""
    settings = settings_of(index, verbose)
    from dataclasses import asdict

    from rag.engine import Engine
    from ui.cli.terminal.output import rebuilt_text
    from ui.cli.terminal.progress import bar
    from ui.exports.json_text import as_json

    with bar("Embedding", unit="papers") as progress:
        rebuilt = Engine(settings).rebuild(progress)
    print(as_json(asdict(rebuilt)) if json else rebuilt_text(rebuilt))


@app.command()
def serve(ray: Ray = None, index: Index = None, verbose: Verbose = False) -> None:
    """Hold the shards of an index on a Ray cluster, until Control-C."""
    settings = settings_of(index, verbose, ray=ray)
    from rag.engine import Engine

    engine = Engine(settings)
    with engine.serving() as address, suppress(KeyboardInterrupt):
        for ends in (signal.SIGINT, signal.SIGTERM):  # after Ray, which has handlers of its own
            signal.signal(ends, signal.default_int_handler)
        print(
            f"serving: {engine.folder.root}; Control-C ends it.\n"
            f"PAPERCHAT_RAY={address} lets the other commands and the window use it.",
            file=sys.stderr,
        )
        threading.Event().wait()


def _line(item: Collection) -> str:
    from datetime import datetime

    from rag.text.characters.escaping import visible

    if item.problem:
        return f"{item.name}: {visible(item.problem)}"
    when = f"{datetime.fromtimestamp(item.changed):%Y-%m-%d %H:%M}" if item.changed else "never"
    size = f"{item.size / 1e6:.1f} MB"
    return f"{item.name}: {item.papers} papers in {item.chunks} chunks, {size}, changed {when}"
