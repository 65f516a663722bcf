"""Asks a Zotero library whether it has changed, as cheaply as it can be asked."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from rag.corpus.zotero.client import Client
from rag.corpus.zotero.connection import Connection
from rag.corpus.zotero.items import data_of


@dataclass(frozen=True, slots=True)
class Mark:
    """A state of a library: its version, how many items it has, and which was modified last."""

    version: int | None
    items: int | None
    newest: str


def mark(at: Connection, group: str, last: Mark | None = None) -> Mark:
    """The library's state now, ``last`` if it is still that. Raises CatalogueError.

    A Zotero gives an edited item a new version only once it has synced, so that there the version
    alone does not tell.
    """
    with closing(Client(at, group)) as client:
        newest = client.newest(last.version if last and not at.local else None)
        if newest is None and last is not None:
            return last
        said = [(data_of(i)["key"], data_of(i).get("dateModified")) for i in newest or ()]
        return Mark(client.version, client.total, str(said))
