"""The reader's marks in the window: the owner's kept by the server, a guest's by the browser."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from rag.engine import Engine
from rag.errors import FileError, InputError
from rag.types import Filter, Mark, MarkChange
from ui.exports.json_text import read_value
from ui.filters import read_filter
from ui.web.calls import Call, Payload
from ui.web.owner import alone, why_not
from ui.web.service import Service

MOST = 100_000  # papers of one change
_OFFERED = 400  # tags, as of the other facets
_REMEDY = "Reload the page, then try once more."
_IDS = TypeAdapter(list[str])
_CHANGE = TypeAdapter(MarkChange)
_MARKS = TypeAdapter(dict[str, Mark])


def calls(service: Service) -> Sequence[Call]:
    """The calls of a page's script to read marks and to change them."""

    async def list_marks(asked: Payload) -> Payload:
        """All marks of the owner; for anybody else none, and why."""
        if why := why_not():
            return {"why": why, "marks": {}}
        store = (await service.engine()).marks
        return {"why": "", "marks": await asyncio.to_thread(lambda: plain(store.all()))}

    @alone
    async def change_marks(asked: Payload) -> Payload:
        """Change some papers' marks; returns what they were before."""
        ids = read_value(_IDS, asked.get("ids"), "a list of papers", _REMEDY)
        if len(ids) > MOST:
            raise InputError(f"At most {MOST:,} papers are marked at once.", "Choose fewer.")
        given = asked.get("change")
        named = {"add": "add_tags", "remove": "remove_tags"}
        parts = given.items() if isinstance(given, dict) else ()
        renamed = {named.get(name, name): value for name, value in parts}
        change = read_value(_CHANGE, renamed, "a change of marks", _REMEDY)
        store = (await service.engine()).marks
        return {"before": plain(await asyncio.to_thread(store.change, ids, change))}

    @alone
    async def put_marks(asked: Payload) -> Payload:
        """Give some papers exactly these marks, as to undo a change."""
        marks = read_marks(asked.get("marks"))
        store = (await service.engine()).marks
        await asyncio.to_thread(store.put, marks)
        return {}

    return list_marks, change_marks, put_marks


def marked(engine: Engine) -> Payload:
    """What papers can be filtered by of the owner's marks; nothing for anybody else."""
    if why_not():
        return {"starred": False, "own_tags": []}
    try:
        marks = engine.marks.all().values()
    except FileError:  # the Papers page says so
        return {"starred": False, "own_tags": []}
    tags = Counter(tag for mark in marks for tag in mark.tags)
    return {
        "starred": any(mark.starred for mark in marks),
        "own_tags": [tag for tag, _ in tags.most_common(_OFFERED)],
    }


def own_filter(given: object, closed: str) -> Filter:
    """The filter that a page sends; ``closed`` is empty for the owner, whose the marks are.

    Raises InputError, also for marks of somebody else.
    """
    wanted = read_filter(given)
    if wanted.by_marks and closed:
        raise InputError(
            "Stars and tags here are the owner's.", "Show papers by your own on the Papers page."
        )
    return wanted


def read_marks(given: Any) -> dict[str, Mark]:
    """Marks by paper id that a page sends. Raises InputError."""
    return read_value(_MARKS, given, "marks", _REMEDY)


def plain(marks: Mapping[str, Mark]) -> Payload:
    """Marks by paper id as JSON."""
    return {paper_id: asdict(mark) for paper_id, mark in marks.items()}
