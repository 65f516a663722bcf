"""Notebook: the quotes that a reader has pinned. The browser stores them; the server only looks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from rag.types import Paper
from ui.exports.cite import byline
from ui.exports.files import export_notebook
from ui.exports.notebook import DOUBTS, Pin, place_of, read_pins
from ui.exports.references.facts import address
from ui.web.calls import Payload, safely
from ui.web.parts import HERE, block
from ui.web.render.basics.math import prose
from ui.web.render.basics.text import safe_url
from ui.web.render.chat.passage import sentence_of
from ui.web.service import Service
from ui.web.views.marks import read_marks


def build(service: Service) -> None:
    """The page. It has no events: its script calls what it needs."""

    async def look_up_pins(asked: Payload) -> Payload:
        """What became of each quote, in the order in which they came."""
        pins, library = read_pins(str(asked.get("text", ""))), (await service.engine()).papers
        return {"pins": await asyncio.to_thread(lambda: [_seen(pin, library) for pin in pins])}

    async def export_pins(asked: Payload) -> Payload:
        form, text = str(asked.get("format", "")), str(asked.get("text", ""))
        marks, library = read_marks(asked.get("marks", {})), (await service.engine()).papers
        pins = await asyncio.to_thread(read_pins, text)
        return (await asyncio.to_thread(export_notebook, form, pins, library, marks)).payload()

    calls = [safely(call) for call in (look_up_pins, export_pins)]
    block(HERE / "pages" / "notebook", elem_id="pc-notebook", calls=calls)


def _seen(pin: Pin, library: Mapping[str, Paper]) -> Payload:
    """The quote with its TeX drawn, where it is now, and its paper."""
    place, span = place_of(pin, library)
    paper = library.get(pin.paper)
    url = safe_url(address(paper)) if paper else None
    return {
        "place": place,
        "start": span.start,
        "end": span.end,
        "doubt": DOUBTS[place],
        "where": sentence_of(paper.abstract, span) if paper and not DOUBTS[place] else "",
        "text": prose(pin.text),
        "title": prose(paper.title if paper else pin.title),
        "byline": byline(paper) if paper else "",
        "url": url,
        "host": (urlsplit(url or "").hostname or "").removeprefix("www."),
    }
