"""Filters in the window: the values to choose from, and the papers that a filter lets in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

from rag.text.wording import describe
from ui.web.calls import Call, Payload
from ui.web.owner import why_not
from ui.web.service import Service
from ui.web.views.marks import marked, own_filter
from ui.web.views.packed import packed


def calls(service: Service) -> Sequence[Call]:
    """The calls of a page's script to offer filters and to try one."""

    async def list_facets(asked: Payload) -> Payload:
        engine = await service.engine()
        return await asyncio.to_thread(lambda: asdict(engine.browser.facets) | marked(engine))

    async def try_filter(asked: Payload) -> Payload:
        """The filter in words, and the places of the papers that it lets in."""
        wanted = own_filter(asked.get("filter"), why_not())
        engine = await service.engine()
        places = await asyncio.to_thread(engine.browser.within, wanted)
        return {"words": describe(wanted), "places": packed(places)}

    return list_facets, try_filter
