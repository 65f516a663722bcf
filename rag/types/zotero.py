"""What a Zotero library has that one may choose, and a state of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ZoteroMark:
    """A state of a library: its version, how many items it has, and which was modified last."""

    version: int | None
    items: int | None
    newest: str


@dataclass(frozen=True, slots=True)
class ZoteroPlace:
    """A collection, a saved search or a group that one may choose.

    ``reference`` is what `Engine.sync` takes, "zotero:collection/Biology/Reefs". ``depth`` is how
    many collections a collection lies in, ``items`` how many items it has itself, None if unknown.
    """

    reference: str
    name: str
    depth: int = 0
    items: int | None = None


@dataclass(frozen=True, slots=True)
class ZoteroShelf:
    """What there is in a library. ``local``: of a running Zotero, and not of zotero.org.

    ``items`` are those that may be papers; None if unknown. Collections are in the order of their
    paths, inner ones after the one that they are in.
    """

    local: bool
    items: int | None
    collections: tuple[ZoteroPlace, ...] = ()
    searches: tuple[ZoteroPlace, ...] = ()
    groups: tuple[ZoteroPlace, ...] = ()
