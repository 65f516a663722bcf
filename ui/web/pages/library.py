"""Library: add papers, see the report, take papers out again, and change collections."""

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
from ui.web.calls import Asked, Call, safely
from ui.web.library.holdings import seen
from ui.web.library.importer import Importer
from ui.web.parts import HERE, block
from ui.web.service import Service

Change: TypeAlias = Callable[[Asked], None]


def build(service: Service) -> None:
    """The page. It has no events: its script calls what it needs."""
    importer = Importer(service)

    async def look(asked: Asked) -> Asked:
        papers = list((await service.engine()).papers.values())
        return await asyncio.to_thread(seen, service.settings, papers, importer)

    async def save(asked: Asked) -> Asked:
        ledger = importer.last.ledger
        if ledger is None:
            raise InputError("There is no report yet.", "Add papers first.")
        text = json.dumps(asdict(ledger), ensure_ascii=False, indent=2)
        return {"name": "ledger.json", "type": "application/json", "text": text}

    def changing(change: Change) -> Call:
        """A call that changes something, for those who may, and returns what there is then."""

        @wraps(change)
        async def changed(asked: Asked) -> Asked:
            await asyncio.to_thread(change, asked)
            return await look(asked)

        return owner.alone(changed, service.settings.host)

    changes = [*_imports(service, importer), *_collections(service, importer)]
    calls = [look, save, *map(changing, changes)]
    block(HERE / "pages" / "library", elem_id="pc-library", calls=[safely(call) for call in calls])


def _imports(service: Service, importer: Importer) -> Sequence[Change]:
    """What changes the papers."""

    def take(asked: Asked) -> None:
        references = _texts(asked.get("references"))
        with service.uploads.taking(_texts(asked.get("tokens"))) as uploads:
            importer.take(uploads, references)

    def remove(asked: Asked) -> None:
        importer.remove(str(asked.get("source", "")))

    def undo(asked: Asked) -> None:
        importer.undo()

    def stop(asked: Asked) -> None:
        importer.stop()

    return take, remove, undo, stop


def _collections(service: Service, importer: Importer) -> Sequence[Change]:
    """What opens, makes, renames and deletes a collection."""
    home = service.settings.collections

    def pick(asked: Asked) -> None:
        importer.switch(str(asked.get("name", "")))

    def create(asked: Asked) -> None:
        importer.switch(str(asked.get("name", "")).strip(), create=True)

    def rename(asked: Asked) -> None:
        rename_collection(home, closed(asked), str(asked.get("to", "")))

    def delete(asked: Asked) -> None:
        remove_collection(home, closed(asked))

    def closed(asked: Asked) -> str:
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
