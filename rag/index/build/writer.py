"""All changes of an index on one object. A library that is open does not change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.formats.fields.columns import plan_of
from rag.corpus.reading import Fetch, ReadAll, Reading, read_given
from rag.corpus.record import Record
from rag.corpus.zotero.connection import Connection
from rag.corpus.zotero.references import is_zotero
from rag.index.build.rebuild import rebuild
from rag.index.build.removed import unremove
from rag.index.build.sharded import AS_IT_IS, Spread
from rag.index.build.sync import sync
from rag.index.build.uploads import OnItem, read_by, read_online, read_upload
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import Identity
from rag.types import Ledger, Rebuilt

if TYPE_CHECKING:
    from rag.models.embedding.embedder import Embedder

Progress = Callable[[int, int], None]  # (papers embedded, papers to embed)
Stop = Callable[[], bool]


class IndexWriter:
    """Changes one index. Methods raise IndexUnavailableError if it cannot be written."""

    def __init__(
        self,
        folder: IndexFolder,
        identity: Identity,
        load_embedder: Callable[[], Embedder],
        zotero: Connection | None = None,
    ) -> None:
        """``load_embedder`` is called when the first paper has to be embedded.

        ``zotero`` says where references to Zotero are read, by default in a running one.
        """
        self.folder = folder
        self._zotero = zotero or Connection()
        self._identity = identity
        self._load_embedder = load_embedder

    def sync(
        self,
        sources: Sequence[str],
        progress: Progress | None = None,
        *,
        fetch: Fetch | None = None,
        columns: Mapping[str, str] | None = None,
        prune: bool = False,
        stop: Stop | None = None,
        spread: Spread = AS_IT_IS,
        read_all: ReadAll | None = None,
    ) -> Ledger:
        """Read ``sources`` (files, folders, references) and make the index match them.

        ``columns`` maps the names of a table's columns to fields; ``fetch`` looks references
        up, by default in the online catalogues; ``read_all`` reads the files; ``prune``, ``stop``
        and ``spread`` are as in `rag.index.build.sync.sync`. Raises InputError for what cannot be
        read, and for a field in ``columns`` that does not exist.
        """
        plan_of((), columns)
        gone = self.folder.lost_sources
        reading = read_given(
            sources,
            columns,
            gone=gone,
            fetch=fetch,
            read_all=read_all,
            read_library=self._read_library,
        )
        return self.sync_reading(reading, progress, prune=prune, stop=stop, spread=spread)

    def sync_reading(
        self,
        reading: Reading | None = None,
        progress: Progress | None = None,
        *,
        prune: bool = False,
        stop: Stop | None = None,
        spread: Spread = AS_IT_IS,
    ) -> Ledger:
        """As `sync`, with what is already read; None only makes sure that there is an index."""
        given = (self.folder, self._identity, reading or Reading(), self._load_embedder, progress)
        return sync(*given, prune=prune, stop=stop, spread=spread)

    def stored(self, sources: Iterable[str]) -> Reading:
        """What the index has from ``sources``; syncing it later restores this state."""
        stored = Reading(read=frozenset(sources))
        records = [item.record for item in self.folder.records()]
        return replace(stored, records=tuple(r for r in records if stored.covers(r.source)))

    def read_upload(self, path: Path, name: str, on_item: OnItem, stop: Stop) -> Reading:
        """Read one uploaded file; see `rag.index.build.uploads.read_upload`."""
        return read_upload(path, name, lambda source: self.stored([source]), on_item, stop)

    def read_online(self, reference: str, on_item: OnItem, stop: Stop) -> Reading:
        """Look one reference up; see `rag.index.build.uploads.read_online`."""
        if is_zotero(reference):
            read = partial(self._read_library, reference, on_item, stop)
            return replace(
                read_by(reference, read, on_item, stop), rejected=()
            )  # told by `on_item`
        return read_online(reference, on_item, stop)

    def _read_library(
        self, reference: str, on_item: OnItem = lambda item: None, stop: Stop = lambda: False
    ) -> Reading:
        """Read what a reference to Zotero names; see `rag.corpus.zotero.reading.read_zotero`."""
        from rag.corpus.zotero.reading import read_zotero
        from rag.corpus.zotero.references import parse_zotero

        def stored(source: str) -> tuple[Record, ...]:
            return self.stored([source]).records

        return read_zotero(self._zotero, parse_zotero(reference), stored, on_item, stop)

    def without(self, source: str) -> Reading:
        """A reading that, when synced, removes the papers that came only from ``source``."""
        return Reading(read=frozenset([source]))

    def paper_ids(self) -> tuple[str, ...]:
        """The ids of the indexed papers, in order, without opening the index."""
        return tuple(paper.paper_id for paper in self.folder.papers())

    def rebuild(self, progress: Progress | None = None) -> Rebuilt:
        """Make the index anew from what it has; see `rag.index.build.rebuild.rebuild`."""
        return rebuild(self.folder, self._identity, self._load_embedder, progress)

    def restore(self, paper_ids: Sequence[str], progress: Progress | None = None) -> Ledger:
        """Take removed papers back. Raises UnknownPaperError for an id that was not removed."""
        unremove(self.folder, paper_ids)
        return self.sync_reading(None, progress)
