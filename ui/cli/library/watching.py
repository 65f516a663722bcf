"""`paperchat ingest --watch`: stays after the first sync, and syncs again when something changes.

A Zotero library is asked for its state now and then; files: `ui.cli.library.changes`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import InputError, PaperchatError, UnavailableError
from ui.cli.library.changes import STEP, Settling, changes_in
from ui.cli.library.ingest import STOPPED

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.types import Ledger, ZoteroMark

LOCAL, WEB = 15.0, 60.0  # seconds between two questions to Zotero, and to zotero.org
_LONGEST = 300.0  # seconds between two tries when nobody answers

Mark = Callable[[str, "ZoteroMark | None"], "ZoteroMark"]


def stay(
    engine: Engine,
    sources: Sequence[str],
    sync: Callable[[Sequence[str]], Ledger],
    interval: float | None,
    *,
    json: bool,
) -> int:
    """Sync, print the report, and a line for each change after it, until Control-C.

    Returns the exit status. With ``json`` each line is a whole report.
    """
    from ui.cli.terminal.output import change_text, ledger_json, ledger_text
    from ui.exports.json_text import as_json

    def done(ledger: Ledger) -> None:
        if json:
            print(as_json(ledger_json(ledger), indent=None), flush=True)
        elif text := change_text(ledger):
            print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)
        if ledger.stopped:
            raise KeyboardInterrupt

    def say(line: str) -> None:
        print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)

    web = engine.settings.zotero_key or engine.settings.zotero_library
    watcher = Watcher(
        sources or [str(engine.settings.data)],
        sync,
        engine.zotero_mark,
        done,
        say,
        interval or (WEB if web else LOCAL),
        [engine.settings.index],
    )
    watcher.begin()
    first = sync(sources)
    print(as_json(ledger_json(first), indent=None) if json else ledger_text(first), flush=True)
    if first.stopped:
        return STOPPED
    say("Watching; Control-C ends.")
    try:
        watcher.run()
    except KeyboardInterrupt:
        say("Stopped watching.")
    return 0


@dataclass(slots=True)
class Watcher:
    """Watches the ``sources`` of an ingest.

    ``sync`` reads some of them again, ``mark`` gives the state of a Zotero library, ``done`` gets
    each report, ``say`` each other line. What lies in the folders ``besides`` is left alone.
    """

    sources: Sequence[str]
    sync: Callable[[Sequence[str]], Ledger]
    mark: Mark
    done: Callable[[Ledger], None]
    say: Callable[[str], None]
    interval: float = LOCAL
    besides: Sequence[Path] = ()
    _marks: dict[str, ZoteroMark | None] = field(default_factory=dict)
    _files: list[str] = field(default_factory=list)
    _changes: Iterator[set[Path]] = field(default_factory=lambda: iter(()))
    _due: dict[str, Due] = field(default_factory=dict)

    def begin(self) -> None:
        """Look at everything, before it is read for the first time.

        Raises InputError for nothing to watch, and CatalogueError if Zotero does not answer.
        """
        libraries = [source for source in self.sources if is_zotero(source)]
        self._files = [s for s in self.sources if s not in libraries and Path(s).exists()]
        if not libraries and not self._files:
            raise InputError("There is nothing to watch.", "Name a file, a folder or zotero:.")
        self._marks = {source: self.mark(source, None) for source in libraries}
        self._due = {source: Due(self.interval) for source in libraries}
        self._changes = changes_in(self._files, self.besides)
        next(self._changes)

    def run(self) -> None:
        """Sync whatever changes, until Control-C."""
        settling, files = Settling(), Due(STEP)
        waiting = False  # for the files to be read
        for changed in self._changes:
            waiting = settling.is_over(changed) or waiting
            if waiting and files.is_now():
                waiting = not self._read(self._files, files)
            for source, due in self._due.items():
                if due.is_now():
                    self._ask(source, due)

    def _ask(self, source: str, due: Due) -> None:
        try:
            now = self.mark(source, self._marks[source])
        except PaperchatError as exc:
            if not due.late:
                self.say(f"{exc.what} Waiting for it.")
            due.put_off()
            return
        if due.late:
            self.say(f"{source} answers again.")
        due.again()
        if now != self._marks[source] and self._read([source], due):
            self._marks[source] = now

    def _read(self, sources: Sequence[str], due: Due) -> bool:
        """Whether these need not be read again before they change."""
        try:
            self.done(self.sync(sources))
        except InputError as exc:  # until it is whole again
            self.say(str(exc))
        except UnavailableError as exc:
            if not due.late:
                self.say(f"{exc} Trying again.")
            due.put_off()
            return False
        due.again()
        return True


class Due:
    """When something is to be looked at: every so often, and less often while that fails."""

    def __init__(self, interval: float) -> None:
        self._interval = self._wait = interval
        self._at = time.monotonic() + interval
        self.late = False

    def is_now(self) -> bool:
        """Whether it is time."""
        return time.monotonic() >= self._at

    def again(self) -> None:
        """It went well."""
        self._wait, self.late = self._interval, False
        self._at = time.monotonic() + self._interval

    def put_off(self) -> None:
        """It failed."""
        self._wait, self.late = min(_LONGEST, 2 * self._wait), True
        self._at = time.monotonic() + self._wait


def is_zotero(source: str) -> bool:
    """Whether a source is a reference to Zotero."""
    return source.strip().lower().startswith("zotero:")
