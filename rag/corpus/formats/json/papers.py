"""Finds the papers in a JSON document, and translates their fields.

Most names of fields are in `rag.corpus.formats.columns`. This module handles what names do not
show: lists within objects, papers wrapped in a catalogue's object, and Zotero's conventions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from rag.corpus.formats.columns import plan_of
from rag.corpus.formats.json.values import LISTS

Object: TypeAlias = Mapping[str, object]

_DEEP = 4
_WRAPPERS = ("citingPaper", "citedPaper", "_source", "data", "paper", "message", "work", "csljson")
_BELOW_A_PAPER = frozenset(("attachment", "note", "annotation"))
_EXTRA_LINE = re.compile(r"^\s*(doi|pmid|arxiv)\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def papers_in(value: object, depth: int = 0) -> Iterator[object]:
    """The papers in a value, and other items in their lists, which the reader then refuses.

    An object with a title is a paper. In another object, lists of objects with titles are searched,
    those with a usual name first; if there are none, its inner objects are.
    """
    if isinstance(value, list):
        for item in value:
            yield from (
                papers_in(item, depth + 1) if isinstance(item, list) and depth < _DEEP else (item,)
            )
        return
    if not isinstance(value, Mapping) or is_paper(value) or depth >= _DEEP:
        yield value
        return
    inside = _lists(value) or [
        inner for inner in value.values() if isinstance(inner, Mapping) and _holds(inner, depth + 1)
    ]
    if not inside:
        yield value
    for inner in inside:
        yield from papers_in(inner, depth + 1)


def is_paper(value: object) -> bool:
    """Whether it is an object with a title, perhaps wrapped in another object."""
    return isinstance(value, Mapping) and "title" in plan_of(tuple(unwrapped(value))).fields


def _lists(value: Object) -> list[object]:
    lists = {
        name: inner
        for name, inner in value.items()
        if isinstance(inner, list) and any(map(is_paper, inner[:50]))
    }
    usual = next((name for name in LISTS if name in lists), None)
    return [lists[usual]] if usual else list(lists.values())


def _holds(value: Object, depth: int) -> bool:
    """Whether it contains papers, at any depth that is searched."""
    if is_paper(value) or _lists(value):
        return True
    inner = (item for item in value.values() if isinstance(item, Mapping))
    return depth < _DEEP and any(_holds(item, depth + 1) for item in inner)


def unwrapped(value: Object) -> Object:
    """The paper without the object that a catalogue wraps around it."""
    if "title" in value:
        return value
    for name in _WRAPPERS:
        inner = value.get(name)
        if isinstance(inner, Mapping) and ("title" in inner or "itemType" in inner):
            return inner
    return value


def belongs_to_paper(value: Object) -> bool:
    """Whether it is a file or a note that Zotero attaches to a paper."""
    return value.get("itemType") in _BELOW_A_PAPER and bool(value.get("parentItem"))


def no_paper(value: Object) -> str:
    """Why an object with a title is still not a paper, or ""."""
    kind = value.get("itemType")
    return f"it is a Zotero {kind}, not a paper" if kind in _BELOW_A_PAPER else ""


def translated(value: Object) -> Object:
    """The paper, with Zotero's conventions translated to the usual ones."""
    return _of_zotero(value) if "itemType" in value and "creators" in value else value


def _of_zotero(value: Object) -> Object:
    creators = value["creators"]
    if isinstance(creators, list):
        people = [creator for creator in creators if isinstance(creator, Mapping)]
        authors = [creator for creator in people if creator.get("creatorType") == "author"]
        value = {**value, "creators": authors or people}
    named = {
        name.lower(): text for name, text in _EXTRA_LINE.findall(str(value.get("extra") or ""))
    }
    return {**value, **{name: named[name] for name in named if not value.get(name.upper())}}
