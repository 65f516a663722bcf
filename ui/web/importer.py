"""The one import that may run at a time, whoever began it: all visitors see the same.

Files are read and their papers indexed in a thread of its own. Questions go on over the old state
until the new one is there; then everybody has it.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

from rag import wiring
from rag.corpus.files import read_file
from rag.corpus.online import fetch
from rag.corpus.reading import Reading, read_paths
from rag.corpus.record import Record
from rag.errors import InputError, PaperchatError
from rag.settings import load_settings
from rag.types import Ledger, Rejected
from ui.web.pump import THREADS
from ui.web.service import Meter, Service
from ui.web.status import Work
from ui.web.uploads import Upload

log = logging.getLogger(__name__)

State: TypeAlias = Literal["idle", "reading", "indexing", "opening", "done", "failed"]
PREFIX = "uploaded/"  # before the name of a file that came through the window


@dataclass(frozen=True, slots=True)
class Source:
    """One file or reference, and what was read of it so far."""

    name: str
    records: int = 0
    rejected: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the import is, or how the last one ended.

    ``added`` are the ids of the papers that were not there before; ``undoable`` says that it can
    be taken back, ``undone`` that this was done.
    """

    state: State = "idle"
    sources: tuple[Source, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    work: Work | None = None
    ledger: Ledger | None = None
    added: tuple[str, ...] = ()
    undoable: bool = False
    undone: bool = False
    trouble: tuple[str, str] | None = None

    @property
    def running(self) -> bool:
        return self.state in ("reading", "indexing", "opening")


@dataclass(slots=True)
class _Taken:
    """What an import reads from, and takes in."""

    uploads: Sequence[Upload]
    references: Sequence[str]
    readings: list[Reading] = field(default_factory=list)


class Importer:
    """Brings papers into the index that ``service`` answers from, and takes them out again.

    ``begun_with`` is the index that the program was started on, so that one finds back to it.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self.begun_with = service.index
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._before: tuple[Path, Reading] | None = None  # which index, and what it had
        self.progress = Progress()

    def take(self, uploads: Sequence[Upload], references: Sequence[str]) -> None:
        """Begin to import; returns at once. Raises InputError for nothing, or while one runs."""
        if not uploads and not references:
            raise InputError("There is nothing to add.", "Choose files, or name a paper.")
        names = [*(upload.name for upload in uploads), *references]
        taken = _Taken(uploads, references)
        self._begin(
            Progress("reading", tuple(map(Source, names)), work=Work("Reading")),
            lambda: self._import(taken),
        )

    def remove(self, source: str) -> None:
        """Begin to take out what came from ``source`` alone. Raises InputError while one runs."""
        self._begin(
            Progress("indexing", work=Work("Taking papers out")),
            lambda: self._index(Reading(read=frozenset([source]))),
        )

    def undo(self) -> None:
        """Begin to take back the last import. Raises InputError where there is none."""
        before = self._before
        if before is None or before[0] != self._service.index:
            raise InputError("There is no import to take back.", "Remove its source below.")
        self._begin(
            Progress("indexing", work=Work("Taking papers out"), undone=True),
            lambda: self._index(before[1], keep=False),
        )

    def switch(self, name: str) -> None:
        """Answer from the collection of this name, made where there is none; returns once it does.

        Raises InputError while papers are being added, and IndexUnavailableError where it cannot
        be opened.
        """
        with self._lock:
            if self.progress.running:
                raise InputError("Papers are being added.", "Wait for the end of that.")
            settings = self._service.settings
            index = load_settings(index=name, collections=settings.collections).index
            chosen = settings.model_copy(update={"index": index})
            if wiring.index_folder(chosen).current() is None:
                wiring.sync_reading(chosen, Reading(), None, self._service.embedder)
            self._service.reopen(chosen)
            self.progress, self._before = Progress(), None

    def stop(self) -> None:
        """End it soon; what is indexed by then stays."""
        self._stop.set()

    def _begin(self, progress: Progress, work: Callable[[], Progress]) -> None:
        with self._lock:
            if self.progress.running:
                raise InputError("Papers are being added already.", "Wait for the end of that.")
            self._stop.clear()
            self.progress = progress
        threading.Thread(
            target=self._run, args=(work,), name=f"{THREADS}import", daemon=True
        ).start()

    def _run(self, work: Callable[[], Progress]) -> None:
        try:
            self.progress = work()
        except PaperchatError as exc:
            self._fail(exc.what, exc.remedy)
        except Exception as exc:  # the last stop of this thread: say so rather than hang the page
            log.exception("the import failed")
            self._fail(f"Something unexpected failed: {exc}.", "The log has the details.")

    def _fail(self, what: str, remedy: str) -> None:
        self.progress = replace(self.progress, state="failed", work=None, trouble=(what, remedy))

    def _import(self, taken: _Taken) -> Progress:
        try:
            for at, upload in enumerate(taken.uploads):
                if not self._stop.is_set():
                    self._read(taken, at, upload.path, f"{PREFIX}{upload.name}")
        finally:
            for upload in taken.uploads:
                shutil.rmtree(upload.path.parent, ignore_errors=True)
        for at, reference in enumerate(taken.references, start=len(taken.uploads)):
            if not self._stop.is_set():
                self._fetch(taken, at, reference)
        reading = sum(taken.readings, Reading())
        if self._stop.is_set():
            return replace(self.progress, state="idle", work=None)
        if not reading.records:
            return replace(self.progress, state="done", work=None, ledger=None)
        return self._index(reading)

    def _read(self, taken: _Taken, at: int, path: Path, name: str) -> None:
        """One file, whose records are said to come from ``name``."""

        def read(path: Path, columns: Mapping[str, str] | None) -> Iterator[Record | Rejected]:
            place = str(path)
            for item in read_file(path, columns):
                if self._stop.is_set():
                    return
                named = replace(item, source=item.source.replace(place, name, 1))
                self._tally(at, named)
                yield named

        try:
            found = read_paths([path], read=read)
        except InputError as exc:
            if not self.progress.sources[at].rejected:  # else its records said why
                self._tally(at, Rejected(name, "the whole file", exc.what))
            self._close(at)
            return
        taken.readings.append(replace(found, covered=(), read=frozenset([name])))
        self._close(at)

    def _fetch(self, taken: _Taken, at: int, reference: str) -> None:
        """What an online catalogue has for ``reference``."""
        found = []
        try:
            for item in fetch(reference):
                self._tally(at, item)
                found.append(item)
        except PaperchatError as exc:
            why = Rejected(reference, "the whole answer", f"{exc.what} {exc.remedy}".strip())
            self._tally(at, why)
            self._close(at)
            return
        records = tuple(item for item in found if isinstance(item, Record))
        refused = tuple(item for item in found if isinstance(item, Rejected))
        read = frozenset(record.source for record in records)
        taken.readings.append(Reading(records, refused, read=read))
        self._close(at)

    def _index(self, reading: Reading, *, keep: bool = True) -> Progress:
        """Bring the index in line with ``reading``, and everybody to the new state."""
        service, meter = self._service, Meter()
        before = service.index, wiring.kept_reading(service.settings, reading.read)
        known = wiring.paper_ids(service.settings)

        def tell(done: int, total: int) -> None:
            rate = meter.rate(done, time.monotonic())
            work = Work("Indexing", done, total, "papers", rate)
            self.progress = replace(self.progress, state="indexing", work=work)

        self.progress = replace(self.progress, state="indexing", work=Work("Indexing"))
        ledger = wiring.sync_reading(
            service.settings, reading, tell, service.embedder, stop=self._stop.is_set
        )
        self.progress = replace(self.progress, state="opening", work=Work("Opening the papers"))
        service.reopen()
        self._before = before if keep else None
        added = tuple(i for i in wiring.paper_ids(service.settings) if i not in known)
        told = [item for item in self.progress.rejected if item not in ledger.rejected]
        ledger = replace(ledger, rejected=(*told, *ledger.rejected))
        return replace(
            self.progress, state="done", work=None, ledger=ledger, added=added, undoable=keep
        )

    def _tally(self, at: int, item: Record | Rejected) -> None:
        now = self.progress
        one = now.sources[at]
        if isinstance(item, Record):
            one = replace(one, records=one.records + 1)
        else:
            one = replace(one, rejected=one.rejected + 1)
            now = replace(now, rejected=(*now.rejected, item))
        self._put(now, at, one)

    def _close(self, at: int) -> None:
        self._put(self.progress, at, replace(self.progress.sources[at], done=True))

    def _put(self, now: Progress, at: int, one: Source) -> None:
        sources = (*now.sources[:at], one, *now.sources[at + 1 :])
        self.progress = replace(now, sources=sources)
