"""A library's collections and saved searches, and which of them a reference means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rag.errors import InputError

if TYPE_CHECKING:
    from rag.corpus.zotero.client import Object

_MOST = 8  # names in an error
_DEEP = 50  # a parent of a parent ..., if the library were to go round in a circle


@dataclass(frozen=True, slots=True)
class Named:
    """A collection or a saved search. ``path`` are the names from the top down to its own.

    ``items`` is how many items a collection has, without those in inner ones; None if unknown.
    """

    key: str
    path: tuple[str, ...]
    parent: str = ""
    items: int | None = None

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]

    @property
    def full(self) -> str:
        """Its path as one text, as a reference has it."""
        return "/".join(self.path)


def named_in(objects: Iterable[Object]) -> dict[str, Named]:
    """What a list of collections or searches has, by key; those in the trash are left out."""
    data, counts = {}, {}
    for item in objects:
        inner, meta = item.get("data"), item.get("meta")
        if isinstance(inner, Mapping) and isinstance(inner.get("key"), str):
            data[inner["key"]] = inner
            number = meta.get("numItems") if isinstance(meta, Mapping) else None
            counts[inner["key"]] = number if isinstance(number, int) else None
    # What lies in a collection in the trash lies there, too.
    found = {key: _named(key, data, counts[key]) for key in data}
    return {key: one for key, one in found.items() if one is not None}


def _named(key: str, data: Mapping[str, Mapping[str, object]], items: int | None) -> Named | None:
    path: list[str] = []
    at: object = key
    while isinstance(at, str) and at in data and len(path) < _DEEP:
        if data[at].get("deleted"):
            return None
        path.insert(0, " ".join(str(data[at].get("name") or at).split()))
        at = data[at].get("parentCollection")
    parent = data[key].get("parentCollection")
    return Named(key, tuple(path), parent if isinstance(parent, str) else "", items)


def in_words(one: Named, all_of: Mapping[str, Named]) -> list[tuple[str, str]]:
    """By this collections are in the order of their names, inner ones after their outer one."""
    order: list[tuple[str, str]] = []
    at: Named | None = one
    while at is not None and len(order) < _DEEP:
        order.insert(0, (at.name.casefold(), at.key))
        at = all_of.get(at.parent)
    return order


def with_inner(key: str, all_of: Mapping[str, Named]) -> list[str]:
    """The key of a collection and those of the collections in it, at any depth."""
    found = [key]
    for outer in found:  # grows meanwhile
        found += [one.key for one in all_of.values() if one.parent == outer if one.key not in found]
    return found


def the_one(name: str, all_of: Mapping[str, Named], what: str) -> Named:
    """The collection or search with this key, path or name.

    Raises InputError if none or several have it; ``what`` says what they are, such as "collection".
    """
    if found := all_of.get(name) or all_of.get(name.upper()):
        return found
    wanted = name.casefold()
    by_path = [(one.full, one) for one in all_of.values()]
    for said_of in (by_path, [(one.name, one) for one in all_of.values()]):
        ways = [one for said, one in said_of if said.casefold() == wanted]
        ways = [one for said, one in said_of if said == name] or ways
        if len(ways) == 1:
            return ways[0]
        if ways:
            said = ", ".join(f"{one.full} ({one.key})" for one in ways[:_MOST])
            raise InputError(
                f"Zotero has {len(ways)} of that name: {said}.", "Give the key of one of them."
            )
    raise InputError(f"Zotero has no {what} {name!r}.", _instead(name, list(all_of.values()), what))


def _instead(name: str, there: Sequence[Named], what: str) -> str:
    if not there:
        return f"It has no {what} at all; `zotero:` is the whole library."
    full = {one.full: one for one in there}
    near = get_close_matches(name, full, _MOST, 0.5) or sorted(full)[:_MOST]
    return f"There is {', '.join(near)}" + (" and more." if len(full) > len(near) else ".")
