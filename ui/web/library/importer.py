"""Runs one import at a time, whose progress all visitors see.

A job reads the files and indexes their papers. Until it is done, questions are answered from the
old index; then everybody gets the new one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.engine import indexes
from rag.errors import InputError
from rag.settings import DEFAULT, is_name, load_settings
from rag.types import Rejected
from ui.web.jobs import Job
from ui.web.library.reading import read_sources
from ui.web.library.tally import Import, Source, Tally
from ui.web.library.uploads import Upload
from ui.web.service import Service

if TYPE_CHECKING:
    from rag.engine import Reading

_REMOVING = "Removing papers"


class Importer:
    """Adds papers to the index that ``service`` answers from, and removes them again.

    ``first_index`` is the index that the program was started with, so that one can go back to it.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self.first_index = service.index
        self.job = Job("import", ("Papers are being added already.", "Wait until that is done."))
        self.last = Import()
        self._changing = threading.Lock()  # held while another collection is opened
        self._before: tuple[Path, Reading] | None = None  # an index, and its records

    def take(self, uploads: Sequence[Upload], references: Sequence[str]) -> None:
        """Begin to import; returns at once. Raises InputError for nothing, or while one runs."""
        if not uploads and not references:
            raise InputError("There is nothing to add.", "Choose files, or name a paper.")
        names = [*(upload.name for upload in uploads), *references]
        begun = Import(tuple(map(Source, names)))
        self._start("Reading", begun, lambda: self._import(uploads, references))

    def remove(self, source: str) -> None:
        """Begin to remove the papers of ``source`` alone. Raises InputError while one runs."""
        writer = self._service.opened().writer
        self._start(_REMOVING, Import(), lambda: self._index(writer.without(source)))

    def undo(self) -> None:
        """Begin to undo the last import. Raises InputError if there is none."""
        before = self._before
        if before is None or before[0] != self._service.index:
            raise InputError("There is no import to undo.", "Remove its source instead.")
        self._start(_REMOVING, Import(undone=True), lambda: self._index(before[1], undoable=False))

    def switch(self, name: str, *, create: bool = False) -> None:
        """Answer from the collection of this name; returns once it does.

        Raises InputError while papers are being added, for a name that is not allowed and, without
        ``create``, for an unknown one; IndexUnavailableError if it cannot be opened.
        """
        with self._changing:
            if self.job.running:
                raise InputError("Papers are being added.", "Wait until that is done.")
            index = self._index_of(name, create=create)
            chosen = self._service.opened().reopened(index)
            if chosen.folder.empty:
                if create:
                    chosen.writer.sync_reading()
                else:  # never built: read the delivered papers, as a first start does
                    chosen.sync()
            self._service.reopen(index)
            self.last, self._before = Import(), None
            self.job.forget_trouble()

    def stop(self) -> None:
        """Ask the import to end soon; what is indexed by then stays."""
        self.job.stop()

    def _index_of(self, name: str, *, create: bool) -> Path:
        home = self._service.settings.collections
        known = {
            DEFAULT: load_settings(index=DEFAULT).index,
            str(self.first_index): self.first_index,
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

    def _start(self, label: str, begun: Import, work: Callable[[], None]) -> None:
        def begin() -> None:
            self.last = begun

        with self._changing:  # a change of collections ends first
            self.job.start(label, work, first=begin)

    def _import(self, uploads: Sequence[Upload], references: Sequence[str]) -> None:
        engine, stop = self._service.opened(), self.job.stopped.is_set
        tally = Tally(self.last.sources, self._publish)
        report = partial(self.job.report, unit="files")
        reading = read_sources(engine, uploads, references, tally, stop, report)
        if reading is None:
            self.last = replace(self.last, stopped=True)
        # All of a Zotero collection may be gone: then there are no records.
        if reading is not None and (reading.records or reading.read):
            self._index(reading, refused=tally.rejected)

    def _publish(self, sources: tuple[Source, ...], rejected: tuple[Rejected, ...]) -> None:
        self.last = replace(self.last, sources=sources, rejected=rejected)

    def _index(
        self, reading: Reading, *, undoable: bool = True, refused: Sequence[Rejected] = ()
    ) -> None:
        """Bring the index in line with ``reading``, then answer everybody from it."""
        self.job.report("Indexing")
        writer = self._service.opened().writer
        before = self._service.index, writer.stored(reading.read | reading.partly)
        known = frozenset(writer.paper_ids())
        ledger = writer.sync_reading(
            reading, partial(self.job.report, "Indexing"), stop=self.job.stopped.is_set
        )
        self.job.report("Opening the papers")
        self._service.reopen()
        self._before = before if undoable else None
        self.last = replace(
            self.last,
            ledger=replace(ledger, rejected=(*refused, *ledger.rejected)),
            added=tuple(i for i in writer.paper_ids() if i not in known),
            undoable=undoable,
        )
