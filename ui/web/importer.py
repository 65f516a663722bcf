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
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rag import wiring
from rag.corpus.catalogues.lookup import fetch
from rag.corpus.files import read_file
from rag.corpus.reading import Reading, read_paths
from rag.corpus.record import Record
from rag.errors import InputError, PaperchatError
from rag.index.collections import indexes
from rag.settings import DEFAULT, is_name, load_settings
from rag.text.titles import normalise_title
from rag.types import Rejected
from ui.web.importing import Progress, Source, Tally
from ui.web.pump import THREADS
from ui.web.service import Meter, Service
from ui.web.status import Work
from ui.web.uploads import Upload

log = logging.getLogger(__name__)

FOLDER = "uploaded"  # where files that came through the window are said to be
# Of the titles of a source that has a file's name already: with so many, it is that file anew.
_SAME_FILE = 0.5


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
        self._begin(
            Progress("reading", tuple(map(Source, names)), work=Work("Reading")),
            lambda: self._import(uploads, references),
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
            raise InputError("There is no import to take back.", "Remove its source instead.")
        self._begin(
            Progress("indexing", work=Work("Taking papers out"), undone=True),
            lambda: self._index(before[1], keep=False),
        )

    def switch(self, name: str, *, create: bool = False) -> None:
        """Answer from the collection of this name; returns once it does.

        Raises InputError while papers are being added, and for a name that is none or, unless
        ``create``, not there; IndexUnavailableError where it cannot be opened.
        """
        with self._lock:
            if self.progress.running:
                raise InputError("Papers are being added.", "Wait for the end of that.")
            index = self._index_of(name, create=create)
            chosen = self._service.settings.model_copy(update={"index": index})
            if wiring.index_folder(chosen).current() is None:
                if create:
                    wiring.sync_reading(chosen, Reading(), None, self._service.embedder)
                else:  # one that was never built: as at a first start
                    wiring.sync(chosen, embedder=self._service.embedder)
            self._service.reopen(index)
            self.progress, self._before = Progress(), None

    def stop(self) -> None:
        """End it soon; what is indexed by then stays."""
        self._stop.set()

    def _index_of(self, name: str, *, create: bool) -> Path:
        home = self._service.settings.collections
        known = {
            DEFAULT: load_settings(index=DEFAULT).index,
            str(self.begun_with): self.begun_with,
            **indexes(home),
        }
        if not create:
            if name not in known:
                raise InputError(f"There is no collection {name!r}.", "Reload the page.")
            return known[name]
        if not is_name(name):
            raise InputError(
                f"A collection cannot be called {name!r}.", "Use letters, digits, dots and dashes."
            )
        if name in known:
            raise InputError(f"There is a collection {name!r} already.", "Choose it.")
        return home / name / "index"

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

    def _tell(self, sources: tuple[Source, ...], rejected: tuple[Rejected, ...]) -> None:
        self.progress = replace(self.progress, sources=sources, rejected=rejected)

    def _import(self, uploads: Sequence[Upload], references: Sequence[str]) -> Progress:
        tally = Tally(self.progress, self._tell)
        reading = Reading()
        try:
            for at, upload in enumerate(uploads):
                reading += self._read(tally, at, upload)
        finally:
            for upload in uploads:
                shutil.rmtree(upload.path.parent, ignore_errors=True)
        for at, reference in enumerate(references, start=len(uploads)):
            reading += self._fetch(tally, at, reference)
        if self._stop.is_set():
            return replace(self.progress, state="idle", work=None)
        if not reading.records:
            return replace(self.progress, state="done", work=None)
        return self._index(reading, refused=tally.rejected)

    def _read(self, tally: Tally, at: int, upload: Upload) -> Reading:
        """One file, whose records are said to come from `FOLDER`."""
        place, name = str(upload.path), f"{FOLDER}/{upload.name}"

        def reader(path: Path, columns: Mapping[str, str] | None) -> Iterator[Record | Rejected]:
            for item in read_file(path, columns):
                if self._stop.is_set():
                    return
                named = replace(item, source=item.source.replace(place, name, 1))
                tally.add(at, named)
                yield named

        if self._stop.is_set():
            return Reading()
        try:
            found = read_paths([upload.path], read=reader)
        except InputError as exc:
            if not tally.refused(at):  # else its records said why
                tally.add(at, Rejected(name, "the whole file", exc.what))
            found = Reading()
        tally.close(at)
        whole = bool(found.read)
        found = self._apart(name, found)
        sources = frozenset(record.source.partition("!")[0] for record in found.records)
        nothing = frozenset[str]()
        read, partly = (sources, nothing) if whole else (nothing, sources)
        return Reading(found.records, read=read, partly=partly)

    def _apart(self, name: str, found: Reading) -> Reading:
        """``found``, under another name where another file has this one.

        Programs export under one name for all: a second such file does not replace the first. It
        does where it says most of it again.
        """
        new = {normalise_title(record.title) for record in found.records}
        for called in _names(name):
            kept = wiring.kept_reading(self._service.settings, [called]).records
            old = {normalise_title(record.title) for record in kept}
            if len(old & new) >= _SAME_FILE * len(old):
                break
        records = tuple(replace(r, source=r.source.replace(name, called, 1)) for r in found.records)
        return replace(found, records=records)

    def _fetch(self, tally: Tally, at: int, reference: str) -> Reading:
        """What an online catalogue has for ``reference``; what it had before stays."""
        found = []
        try:
            for item in () if self._stop.is_set() else fetch(reference):
                tally.add(at, item)
                found.append(item)
        except PaperchatError as exc:
            why = f"{exc.what} {exc.remedy}".strip()
            tally.add(at, Rejected(reference, "the whole answer", why))
        tally.close(at)
        records = tuple(item for item in found if isinstance(item, Record))
        return Reading(records, partly=frozenset(record.source for record in records))

    def _index(
        self, reading: Reading, *, keep: bool = True, refused: Sequence[Rejected] = ()
    ) -> Progress:
        """Bring the index in line with ``reading``, and everybody to the new state."""
        service, meter = self._service, Meter()
        sources = reading.read | reading.partly
        before = service.index, wiring.kept_reading(service.settings, sources)
        known = frozenset(wiring.paper_ids(service.settings))

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
        return replace(
            self.progress,
            state="done",
            work=None,
            ledger=replace(ledger, rejected=(*refused, *ledger.rejected)),
            added=tuple(i for i in wiring.paper_ids(service.settings) if i not in known),
            undoable=keep,
        )


def _names(name: str) -> Iterator[str]:
    """``name``, then the names of a second and further file that is called so."""
    path, number = PurePosixPath(name), 1
    while True:
        yield name if number == 1 else str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        number += 1
