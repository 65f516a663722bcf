"""`paperchat ingest`, `remove` and `restore`: the commands that change what is indexed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import InputError
from ui.cli.terminal.options import AsJson, Index, Ray, Verbose, settings_of

if TYPE_CHECKING:
    from rag.types import Ledger

STOPPED = 130  # the exit status of a program that Control-C ended


def ingest(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files, folders, arxiv:ID, doi:DOI or zotero:.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Also remove the papers of missing files.")
    ] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=COLUMN", help="Which field a column has; give several."),
    ] = None,
    shards: Annotated[
        int | None, typer.Option(min=1, help="Make a new index in so many shards.")
    ] = None,
    ray: Ray = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and sync again whenever something changes.")
    ] = False,
    interval: Annotated[
        float | None,
        typer.Option(min=0.2, help="With --watch: seconds between two looks at Zotero."),
    ] = None,
    json: AsJson = False,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Read papers and bring the index in line with them."""
    settings = settings_of(index, verbose)
    from rag.engine import Engine
    from ui.cli.terminal.progress import bar

    engine, columns = Engine(settings), columns_of(column or ())

    def sync(sources: Sequence[str]) -> Ledger:
        with bar("Embedding", unit="papers") as progress, stopping() as stop:
            ledger = engine.sync(
                sources,
                stop.watch(progress),
                columns=columns,
                prune=prune,
                stop=stop,
                shards=shards,
                ray=ray,
            )
            # Who stops the last batch has nothing more to stop, but for the watching.
            return replace(ledger, stopped=ledger.stopped or (watch and stop()))

    if watch:
        from ui.cli.library.watching import stay

        raise typer.Exit(stay(engine, paths or (), sync, interval, json=json))
    raise typer.Exit(_print_ledger(sync(paths or ()), json=json))


def remove(
    paper_ids: Annotated[list[str], typer.Argument(metavar="ID ...", help="As `search` shows.")],
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Remove papers; they stay removed when their files are read again."""
    settings = settings_of(index, verbose)
    from rag.engine import Engine

    for item in Engine(settings).remove(paper_ids):
        print(f"removed: {item.title} [{item.paper_id}]")


def restore(
    paper_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID ...]", help="Without ids: list them.")
    ] = None,
    json: AsJson = False,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Restore papers that were removed."""
    settings = settings_of(index, verbose)
    from rag.engine import Engine
    from ui.cli.terminal.progress import bar
    from ui.exports.json_text import as_json

    engine = Engine(settings)
    if paper_ids:
        with bar("Embedding", unit="papers") as progress:
            ledger = engine.restore(paper_ids, progress)
        raise typer.Exit(_print_ledger(ledger, json=json))
    removed = engine.removed()
    if json:
        print(as_json([{"paper_id": r.paper_id, "title": r.title} for r in removed]))
    else:
        print("\n".join(f"{r.paper_id}  {r.title}" for r in removed) or "Nothing is removed.")


class Stopping:
    """Control-C stops after the current batch while papers are embedded, otherwise at once."""

    def __init__(self) -> None:
        self._embedding = self._asked = False

    def __call__(self) -> bool:
        """Whether somebody asked to stop."""
        return self._asked

    def watch(self, progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
        """``progress``, whose first call shows that embedding has begun."""

        def report(done: int, total: int) -> None:
            self._embedding = True
            progress(done, total)

        return report

    def on_signal(self, signum: int, frame: FrameType | None) -> None:
        """The signal's handler. The second signal ends the program at once."""
        if self._asked or not self._embedding:
            raise KeyboardInterrupt
        self._asked = True
        print("Stopping; what is done stays. Control-C again stops at once.", file=sys.stderr)


@contextmanager
def stopping() -> Iterator[Stopping]:
    """Handle Control-C in the block by `Stopping`."""
    stop = Stopping()
    before = signal.signal(signal.SIGINT, stop.on_signal)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def columns_of(given: Sequence[str]) -> dict[str, str]:
    """``FIELD=COLUMN`` as a mapping from column to field.

    Raises InputError for anything of another form.
    """
    named = {}
    for item in given:
        field, equals, column = item.partition("=")
        if not equals or not field.strip() or not column.strip():
            raise InputError(
                f"--column takes FIELD=COLUMN, not {item!r}.",
                "For example --column abstract=Summary.",
            )
        named[column.strip()] = field.strip()
    return named


def _print_ledger(ledger: Ledger, *, json: bool) -> int:
    """Print the sync report; returns the exit status."""
    from ui.cli.terminal.output import ledger_json, ledger_text
    from ui.exports.json_text import as_json

    print(as_json(ledger_json(ledger)) if json else ledger_text(ledger))
    return STOPPED if ledger.stopped else 0
