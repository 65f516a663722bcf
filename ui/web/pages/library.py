"""Library: add papers, see the sync report, remove papers, and change collections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import wraps
from typing import TypeAlias

from rag.engine import indexes, remove_collection, rename_collection
from rag.errors import InputError
from ui.web import owner
from ui.web.calls import Call, Payload, safely
from ui.web.library.holdings import page_state
from ui.web.library.importer import Importer
from ui.web.parts import HERE, block
from ui.web.render import zotero as render
from ui.web.service import Service

Change: TypeAlias = Callable[[Payload], None]


def build(service: Service) -> None:
    """The page. It has no events: its script calls what it needs."""
    importer = Importer(service)

    async def look(asked: Payload) -> Payload:
        engine = await service.engine()
        return await asyncio.to_thread(page_state, service.settings, engine, importer)

    async def shelf(asked: Payload) -> Payload:
        engine = await service.engine()
        options, said = render.shelf(await asyncio.to_thread(engine.zotero))
        return {"options": options, "said": said}

    async def save(asked: Payload) -> Payload:
        ledger = importer.last.ledger
        if ledger is None:
            raise InputError("There is no report yet.", "Add papers first.")
        text = json.dumps(asdict(ledger), ensure_ascii=False, indent=2)
        return {"name": "ledger.json", "type": "application/json", "text": text}

    def changing(change: Change) -> Call:
        """``change`` as a call that returns the new state; only the owner may make it."""

        @wraps(change)
        async def changed(asked: Payload) -> Payload:
            await asyncio.to_thread(change, asked)
            return await look(asked)

        return owner.alone(changed)

    changes = [*_imports(service, importer), *_collections(service, importer)]
    calls = [look, save, owner.alone(shelf), *map(changing, changes)]
    block(HERE / "pages" / "library", elem_id="pc-library", calls=[safely(call) for call in calls])


def _imports(service: Service, importer: Importer) -> Sequence[Change]:
    """The calls that change the papers."""

    def take(asked: Payload) -> None:
        references = _texts(asked.get("references"))
        with service.uploads.taking(_texts(asked.get("tokens"))) as uploads:
            importer.take(uploads, references)

    def remove(asked: Payload) -> None:
        importer.remove(str(asked.get("source", "")))

    def undo(asked: Payload) -> None:
        importer.undo()

    def stop(asked: Payload) -> None:
        importer.stop()

    return take, remove, undo, stop


def _collections(service: Service, importer: Importer) -> Sequence[Change]:
    """The calls that open, create, rename and delete a collection."""
    home = service.settings.collections

    def pick(asked: Payload) -> None:
        importer.switch(str(asked.get("name", "")))

    def create(asked: Payload) -> None:
        importer.switch(str(asked.get("name", "")).strip(), create=True)

    def rename(asked: Payload) -> None:
        rename_collection(home, closed(asked), str(asked.get("to", "")))

    def delete(asked: Payload) -> None:
        remove_collection(home, closed(asked))

    def closed(asked: Payload) -> str:
        name = str(asked.get("name", ""))
        if service.index == indexes(home).get(name):
            raise InputError(f"{name} is open now.", "Go to another collection first.")
        return name

    return pick, create, rename, delete


def _texts(given: object) -> list[str]:
    """The list of texts that the page sent. Raises InputError for anything else."""
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise InputError("The page sent no list.", "Reload it.")
    return given
