"""Asks a Zotero library what is in it, and whether it has changed, as cheaply as that can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import closing

from rag.corpus.zotero.client import Client
from rag.corpus.zotero.collections import Named, in_words, named_in
from rag.corpus.zotero.connection import Connection
from rag.corpus.zotero.items import data_of
from rag.corpus.zotero.references import Kind, ZoteroReference
from rag.types import ZoteroMark, ZoteroPlace, ZoteroShelf


def mark(at: Connection, group: str, last: ZoteroMark | None = None) -> ZoteroMark:
    """The library's state now, ``last`` if it is still that. Raises CatalogueError.

    A Zotero gives an edited item a new version only once it has synced, so that there the version
    alone does not tell.
    """
    with closing(Client(at, group)) as client:
        newest = client.newest(last.version if last and not at.local else None)
        if newest is None and last is not None:
            return last
        said = [(data_of(item)["key"], data_of(item).get("dateModified")) for item in newest or ()]
        return ZoteroMark(client.version, client.total, str(said))


def shelf(at: Connection) -> ZoteroShelf:
    """What one may choose in the library. Raises CatalogueError.

    Only a Zotero itself can run a saved search, so that zotero.org's are left out.
    """
    with closing(Client(at)) as client:
        client.versions("items/top", itemType="-attachment")
        total = client.total
        pages = [*client.pages("collections")]
        collections = named_in(item for page in pages for item in page)
        searches = named_in(s for page in client.pages("searches") for s in page)
        return ZoteroShelf(
            at.local,
            total,
            _places(collections.values(), "collection"),
            _places(searches.values(), "search") if at.local else (),
            tuple(
                ZoteroPlace(ZoteroReference(number).source, name)
                for number, name in client.groups()
            ),
        )


def _places(named: Iterable[Named], kind: Kind) -> tuple[ZoteroPlace, ...]:
    """These in the order of their paths, each by its path, or by its key where others have it."""
    by_key = {one.key: one for one in named}
    in_order = sorted(by_key.values(), key=lambda one: in_words(one, by_key))
    times = Counter(one.full.casefold() for one in in_order)
    return tuple(
        ZoteroPlace(ZoteroReference("", kind, name).source, one.name, len(one.path) - 1, one.items)
        for one in in_order
        for name in [
            one.key if times[one.full.casefold()] > 1 or one.full.upper() in by_key else one.full
        ]
    )
