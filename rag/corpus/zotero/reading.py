"""Reads a Zotero library, a collection or a saved search: only what changed since the last time.

What is known of each item stands in its record: its key, its version, when it was modified. So
what is known lives and goes with the index, and an undone import is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.corpus.zotero import items as of
from rag.corpus.zotero.client import Client, Moved, Object
from rag.corpus.zotero.collections import Named, named_in, the_one, with_inner
from rag.corpus.zotero.connection import Connection
from rag.corpus.zotero.known import Known
from rag.corpus.zotero.references import ZoteroReference
from rag.errors import CatalogueError
from rag.types import Rejected

OnItem: TypeAlias = Callable[[Record | Rejected], None]
Stop: TypeAlias = Callable[[], bool]
Stored: TypeAlias = Callable[[str], Sequence[Record]]

_TRIES = 3  # while somebody works in the library
_NO_FILES = "-attachment"  # top-level items of other types than a bare file


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where the items are, and the reference in its usual form."""

    source: str
    tops: tuple[str, ...]
    within: tuple[str, ...]
    by_version: bool


class _Stopped(Exception):
    """A stop was requested."""


def read_zotero(
    at: Connection,
    reference: ZoteroReference,
    stored: Stored,
    on_item: OnItem = lambda item: None,
    stop: Stop = lambda: False,
) -> Reading:
    """All records of the reference. ``stored`` gives those that the index has of a source.

    The whole of it is read, or nothing, as once ``stop()`` is true. Raises InputError for an
    unknown or an ambiguous name, and CatalogueError if Zotero cannot be asked. ``on_item`` gets
    what was fetched.
    """
    with closing(Client(at, reference.group)) as client:
        for _ in range(_TRIES):
            client.forget()
            try:
                return _Reader(client, reference, stored, stop).read(on_item)
            except Moved:
                continue
            except _Stopped:
                return Reading()
    raise CatalogueError(
        "The library in Zotero changes while it is read.", "Try again once Zotero has synced."
    )


class _Reader:
    """One attempt to read a library at one version of it."""

    def __init__(
        self, client: Client, reference: ZoteroReference, stored: Stored, stop: Stop
    ) -> None:
        self._client, self._reference, self._stop = client, reference, stop
        self._library = ""
        for item in client.newest() or ():
            self._library = of.library_of(item, client.server)
        self._collections = named_in(self._all("collections"))
        self._scope = self._scope_of()
        self._known = Known(stored(self._scope.source))
        self._whole = not self._scope.by_version or self._known.is_useless(
            client.version, self._library
        )

    def read(self, on_item: OnItem) -> Reading:
        """What is there now: what was fetched, and the known records of the other items."""
        there = {} if self._whole else self._versions(self._scope.tops, _NO_FILES)
        notes = self._notes(there)
        made: dict[str, Record | Rejected] = {}
        for key, item in self._everything() if self._whole else self._changed(there):
            if of.is_paper(item):
                made[key] = self._made(item, notes.get(key, ()))
                on_item(made[key])
        for key, record in self._known.records.items():
            if key in there and key not in made:
                made[key] = of.with_notes(record, notes.get(key, ()))
        records = [item for item in made.values() if isinstance(item, Record)]
        return Reading(
            tuple(sorted(records, key=of.when_added)),
            tuple(item for item in made.values() if isinstance(item, Rejected)),
            read=frozenset([self._scope.source]),
        )

    def _made(self, item: Object, notes: Sequence[str]) -> Record | Rejected:
        group, collections = self._client.group, self._collections
        return of.record_of(item, self._scope.source, self._library, group, collections, notes)

    # Where to look.

    def _scope_of(self) -> _Scope:
        asked = self._reference
        if asked.kind == "search":
            searches = named_in(self._all("searches"))
            one = the_one(asked.name, searches, "saved search")
            if not self._client.at.local:
                raise CatalogueError(
                    "zotero.org cannot run a saved search; only Zotero itself can.",
                    "Start Zotero and leave PAPERCHAT_ZOTERO_KEY out, or name a collection.",
                )
            path = f"searches/{one.key}/items"
            return _Scope(self._named(one), (path,), (path,), by_version=False)
        if asked.kind == "collection":
            one = the_one(asked.name, self._collections, "collection")
            inside = with_inner(one.key, self._collections)
            filled = [key for key in inside if self._collections[key].items != 0]
            within = tuple(f"collections/{key}/items" for key in filled)
            tops = tuple(f"{path}/top" for path in within)
            return _Scope(self._named(one), tops, within, by_version=True)
        return _Scope(asked.source, ("items/top",), ("items",), by_version=True)

    def _named(self, one: Named) -> str:
        asked = self._reference
        return ZoteroReference(asked.group, asked.kind, one.full).source

    # What is there.

    def _all(self, path: str, **parameters: object) -> Iterator[Object]:
        for page in self._client.pages(path, **parameters):
            yield from self._unless_stopped(page)

    def _unless_stopped(self, items: Iterable[Object]) -> Iterator[Object]:
        for item in items:
            if self._stop():
                raise _Stopped
            yield item

    def _versions(self, paths: Sequence[str], kind: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for path in paths:
            found |= self._client.versions(path, itemType=kind)
        return found

    def _everything(self) -> Iterator[tuple[str, Object]]:
        """All items with their keys, in the order in which they were added, which stays."""
        for path in self._scope.tops:
            seen = set()
            for item in self._all(path, itemType=_NO_FILES, sort="dateAdded", direction="asc"):
                key = of.key_of(item)
                seen.add(key)
                yield key, item
            if self._client.total not in (None, len(seen)):
                raise Moved

    def _changed(self, there: dict[str, int]) -> Iterator[tuple[str, Object]]:
        """The items that differ from their records."""
        wanted = [key for key in there if self._differs(key, there[key])]
        for item in self._unless_stopped(self._client.named(wanted)):
            yield of.key_of(item), item
        if self._client.at.local:
            for path in self._scope.tops:
                for item in self._modified_here(path):
                    if of.key_of(item) in there:
                        yield of.key_of(item), item

    def _differs(self, key: str, version: int) -> bool:
        record = self._known.records.get(key)
        if record is None or of.value_of(record, of.VERSION) != str(version):
            return True
        inside = of.value_of(record, of.COLLECTION_KEYS).split()
        return of.paths_of(inside, self._collections) != of.value_of(record, of.COLLECTIONS)

    def _modified_here(self, path: str) -> Iterator[Object]:
        """What was modified and is not synced yet: a Zotero gives it a version only then."""
        for item in self._all(path, itemType=_NO_FILES, sort="dateModified", direction="desc"):
            record = self._known.records.get(of.key_of(item))
            when = of.data_of(item).get(of.MODIFIED)
            if record is not None and of.value_of(record, of.MODIFIED) == when:
                break
            if of.is_paper(item):
                yield item

    def _notes(self, there: dict[str, int]) -> dict[str, list[str]]:
        """The keys of the notes of each item; a note on its own is taken out of ``there``."""
        if self._whole:
            notes = (n for path in self._scope.within for n in self._all(path, itemType="note"))
            parents = {of.key_of(note): of.parent_of(note) for note in notes}
        else:
            now, known = self._versions(self._scope.within, "note"), self._known.notes
            parents = {note: known[note] for note in now if note in known}
            new = [note for note in now if note not in known and note not in there]
            for item in self._unless_stopped(self._client.named(new)):
                parents[of.key_of(item)] = of.parent_of(item)
            for note in now:
                there.pop(note, None)
        found: dict[str, list[str]] = {}
        for key, parent in parents.items():
            found.setdefault(parent, []).append(key)
        return found
