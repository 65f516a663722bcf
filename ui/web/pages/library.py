"""Library: bring papers in, see what came of them, take them out again, and change collections."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import wraps
from typing import Any

from rag.errors import InputError
from ui.render import library as render
from ui.render.text import failure
from ui.web import owner
from ui.web.calls import Asked, Call, safely
from ui.web.importer import Importer, Progress
from ui.web.parts import HERE, block
from ui.web.service import Service
from ui.web.status import progress


def build(service: Service) -> None:
    """The page. It has no events: its script calls what it needs."""
    calls = _calls(service, Importer(service))
    block(HERE / "pages" / "library", elem_id="pc-library", calls=calls)


def _calls(service: Service, importer: Importer) -> Sequence[Call]:
    async def seen() -> Asked:
        return await asyncio.to_thread(_seen, service, importer.progress)

    async def look(asked: Asked) -> Asked:
        await service.desk()
        return await seen()

    async def take(asked: Asked) -> Asked:
        held = service.uploads.take(_texts(asked.get("tokens")))
        importer.take(held, _texts(asked.get("references")))
        return await seen()

    async def remove(asked: Asked) -> Asked:
        importer.remove(str(asked.get("source", "")))
        return await seen()

    async def undo(asked: Asked) -> Asked:
        importer.undo()
        return await seen()

    async def stop(asked: Asked) -> Asked:
        importer.stop()
        return await seen()

    async def save(asked: Asked) -> Asked:
        now = importer.progress
        if now.ledger is None:
            raise InputError("There is no ledger yet.", "Add papers first.")
        text = json.dumps(asdict(now.ledger), ensure_ascii=False, indent=2)
        return {"name": "ledger.json", "type": "application/json", "text": text}

    def mine(call: Call) -> Call:
        @wraps(call)
        async def checked(asked: Asked) -> Asked:
            if why := owner.why_not(service.settings.host):
                raise InputError(why, "Open paperchat on its own machine.")
            return await call(asked)

        return checked

    return [safely(look), *(safely(mine(call)) for call in (take, remove, undo, stop, save))]
