"""Files to an index: the commands that change what is indexed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from rag import wiring
from rag.errors import InputError
from ui.progress import bar
from ui.show import as_json, ledger_json, ledger_text

if TYPE_CHECKING:
    from rag.settings import Settings
    from rag.types import Ledger

STOPPED = 130


class Stopping:
    """Control-C while papers are being embedded: what is done is kept. Anywhere else it ends it."""

    def __init__(self) -> None:
        self._embedding = self._asked = False

    def __call__(self) -> bool:
        """Whether somebody asked to stop."""
        return self._asked

    def watch(self, progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
        """``progress``, by whose first call embedding is known to have begun."""

        def tell(done: int, total: int) -> None:
            self._embedding = True
            progress(done, total)

        return tell

    def heard(self, signum: int, frame: FrameType | None) -> None:
        """What the signal calls. The second time nothing is waited for."""
        if self._asked or not self._embedding:
            raise KeyboardInterrupt
        self._asked = True
        print("Stopping; what is done is kept. Once more to stop at once.", file=sys.stderr)


@contextmanager
def stopping() -> Iterator[Stopping]:
    """Listens for Control-C."""
    stop = Stopping()
    before = signal.signal(signal.SIGINT, stop.heard)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def ingest(
    settings: Settings, paths: Sequence[str], columns: Sequence[str], *, prune: bool, json: bool
) -> int:
    """Sync and print the ledger; the exit status."""
    named = columns_of(columns)
    with bar("Embedding", unit="papers") as progress, stopping() as stop:
        ledger = wiring.sync(
            settings,
            paths,
            stop.watch(progress),
            columns=named,
            prune=prune,
            stop=stop,
        )
    return _tell(ledger, json=json)


def remove(settings: Settings, paper_ids: Sequence[str]) -> None:
    """Take papers out, and name them."""
    for item in wiring.remove_papers(settings, paper_ids):
        print(f"removed: {item.title} [{item.paper_id}]")


def restore(settings: Settings, paper_ids: Sequence[str], *, json: bool) -> int:
    """Take removed papers back, or list them where none is named; the exit status."""
    if not paper_ids:
        removed = list(wiring.index_folder(settings).removed().values())
        if json:
            print(as_json([{"paper_id": r.paper_id, "title": r.title} for r in removed]))
        else:
            print("\n".join(f"{r.paper_id}  {r.title}" for r in removed) or "Nothing is removed.")
        return 0
    with bar("Embedding", unit="papers") as progress:
        ledger = wiring.restore_papers(settings, paper_ids, progress)
    return _tell(ledger, json=json)


def columns_of(given: Sequence[str]) -> dict[str, str]:
    """``FIELD=COLUMN`` as a mapping from column to field.

    Raises InputError for what is not of that form, and for a field that there is not.
    """
    from rag.corpus.formats.columns import plan_of

    named = {}
    for item in given:
        field, equals, column = item.partition("=")
        if not equals or not field.strip() or not column.strip():
            raise InputError(
                f"--column takes FIELD=COLUMN, not {item!r}.",
                "For example --column abstract=Summary.",
            )
        named[column.strip()] = field.strip()
    plan_of((), named)
    return named


def _tell(ledger: Ledger, *, json: bool) -> int:
    print(as_json(ledger_json(ledger)) if json else ledger_text(ledger))
    return STOPPED if ledger.stopped else 0
