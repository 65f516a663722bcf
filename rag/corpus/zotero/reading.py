"""Reads a Zotero library, a collection or a saved search: only what changed since the last time.

What is known of each item stands in its record: its key, its version, when it was modified. So
what is known lives and goes with the index, and an undone import is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

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

OnItem = Callable[[Record | Rejected], None]
Stop = Callable[[], bool]
Stored = Callable[[str], Sequence[Record]]

_TRIES = 3  # while somebody works in the library
_NO_FILES = "-attachment"  # top-level items of other types than a bare file


class Stopped(Exception):
    """A stop was requested before the library was read to its end."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where the items are, and the reference in its usual form."""

    source: str
    tops: tuple[str, ...]
    within: tuple[str, ...]
    by_version: bool


def read_zotero(
    at: Connection,
    reference: ZoteroReference,
    stored: Stored,
    on_item: OnItem = lambda item: None,
    stop: Stop = lambda: False,
) -> Reading:
    """All records of the reference. ``stored`` gives those that the index has of a source.

    The whole of it is read, or nothing: raises InputError for an unknown or an ambiguous name,
    CatalogueError if Zotero cannot be asked, and `Stopped`. ``on_item`` gets what was fetched.
    """
    with closing(Client(at, reference.group)) as client:
        for _ in range(_TRIES):
            client.forget()
            try:
                return _Reader(client, reference, stored, stop).read(on_item)
            except Moved:
                continue
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
        newest = client.newest()
        for item in newest or ():
            self._library = of.library_of(item, client.server)
        self._collections = named_in(self._all("collections"))
        self._scope = self._scope_of()
        self._known = Known(stored(self._scope.source))
        self._whole = not self._scope.by_version or self._known.is_useless(
            client.version, self._library
        )

    def read(self, on_item: OnItem) -> Reading:
        """What is there now: fetched items, and the known records of the others."""
        fetched = self._everything() if self._whole else {}
        keys = dict.fromkeys(fetched, 0) if self._whole else self._versions(self._scope.tops)
        notes = self._notes(fetched, keys)
        if not self._whole:
            fetched = self._changed(keys)
        found: list[Record | Rejected] = []
        for key in keys:
            item, record = fetched.get(key), self._known.records.get(key)
            mine = notes.get(key, ())
            if item is not None and of.is_paper(item):
                made = of.record_of(
                    item,
                    self._scope.source,
                    self._library,
                    self._client.group,
                    self._collections,
                    mine,
                )
                on_item(made)
                found.append(made)
            elif item is None and record is not None:
                found.append(of.with_notes(record, mine))
        records = [item for item in found if isinstance(item, Record)]
        return Reading(
            tuple(sorted(records, key=of.when_added)),
            tuple(item for item in found if isinstance(item, Rejected)),
            read=frozenset([self._scope.source]),
        )

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

    def _all(self, path: str, **parameters: object) -> Iterator[Object]:
        for page in self._client.pages(path, **parameters):
            if self._stop():
                raise Stopped
            yield from page

    def _everything(self) -> dict[str, Object]:
        """All items by key. They come in the order in which they were added, which stays."""
        found: dict[str, Object] = {}
        for path in self._scope.tops:
            in_path = {
                str(of.data_of(item)["key"]): item
                for item in self._all(path, itemType=_NO_FILES, sort="dateAdded", direction="asc")
            }
            found |= in_path
            if self._client.total not in (None, len(in_path)):
                raise Moved  # without a new version, as a Zotero that does not sync does
        return found

    def _versions(self, paths: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for path in paths:
            found |= self._client.versions(path, itemType=_NO_FILES)
        return found

    def _changed(self, keys: dict[str, int]) -> dict[str, Object]:
        """The items that differ from their records."""
        wanted = [key for key in keys if self._differs(key, keys[key])]
        found = {str(of.data_of(item)["key"]): item for item in self._named_items(wanted)}
        if self._client.at.local:
            found |= self._modified_here(keys)
        return found

    def _differs(self, key: str, version: int) -> bool:
        record = self._known.records.get(key)
        if record is None or of.value_of(record, of.VERSION) != str(version):
            return True
        inside = of.value_of(record, of.COLLECTION_KEYS).split()
        return of.paths_of(inside, self._collections) != of.value_of(record, of.COLLECTIONS)

    def _modified_here(self, keys: dict[str, int]) -> dict[str, Object]:
        """What was modified and is not synced yet: a Zotero gives it a version only then."""
        found: dict[str, Object] = {}
        for path in self._scope.tops:
            newest_first = {"sort": "dateModified", "direction": "desc"}
            for page in self._client.pages(path, itemType=_NO_FILES, **newest_first):
                new = {
                    str(data["key"]): item
                    for item in page
                    if str((data := of.data_of(item))["key"]) in keys
                    and self._known.modified(str(data["key"])) != data.get("dateModified")
                }
                found |= new
                if len(new) < len(page):
                    break
        return found

    def _named_items(self, keys: Sequence[str]) -> Iterator[Object]:
        for item in self._client.named(keys):
            if self._stop():
                raise Stopped
            yield item

    def _notes(self, fetched: dict[str, Object], keys: dict[str, int]) -> dict[str, list[str]]:
        """The keys of the notes of each item."""
        parents: dict[str, str] = {}
        if self._whole:
            notes = (n for path in self._scope.within for n in self._all(path, itemType="note"))
            parents = {str(of.data_of(n)["key"]): _parent(n) for n in notes}
        else:
            there: dict[str, int] = {}
            for path in self._scope.within:
                there |= self._client.versions(path, itemType="note")
            known = self._known.notes
            parents = {note: known[note] for note in there if note in known}
            new = [note for note in there if note not in known and note not in keys]
            parents |= {str(of.data_of(n)["key"]): _parent(n) for n in self._named_items(new)}
        found: dict[str, list[str]] = {}
        for note, parent in parents.items():
            found.setdefault(parent, []).append(note)
        return found


def _parent(note: Object) -> str:
    return str(of.data_of(note).get("parentItem") or "")
