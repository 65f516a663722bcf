"""Runs the engine for one completion: in a thread of its own, which ends with the client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from fastapi import Request

from rag.engine import Engine
from rag.types import Event, Finished
from ui.api.openai.history import Conversation
from ui.api.openai.limits import Limits
from ui.api.openai.links import Links
from ui.api.openai.page import Page
from ui.api.openai.replies import Plain, Reply
from ui.web.jobs import pump

_LOOK = 0.5  # seconds between two looks at whether the client is still there


class Gone(Exception):
    """The client has left; nobody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to an engine, and how its answer is to end."""

    engine: Engine
    conversation: Conversation
    links: Links
    limits: Limits

    def page(self) -> Page:
        """An empty page for the answer."""
        written = self.engine.choice.mode != "quotes"
        return Page(self.links, written=written, notes=self.conversation.notes)

    def events(self, request: Request) -> AsyncGenerator[Event | None, None]:
        """The events of the answer, and None now and then while there are none.

        Raises Gone once the client has left, and what `Engine.stream` raises. Closing it stops the
        engine at its next event.
        """
        question, history = self.conversation.question, self.conversation.history
        source = pump(lambda: self.engine.stream(question, history=history))
        return _watched(source, request)


async def _watched(
    source: AsyncGenerator[Event, None], request: Request
) -> AsyncGenerator[Event | None, None]:
    async with aclosing(source):
        following = aiter(source)
        waiting = asyncio.ensure_future(_next(following))
        try:
            while True:
                done, _ = await asyncio.wait({waiting}, timeout=_LOOK)
                if await request.is_disconnected():
                    raise Gone
                if not done:
                    yield None
                    continue
                if (event := waiting.result()) is None:
                    return
                yield event
                waiting = asyncio.ensure_future(_next(following))
        finally:
            waiting.cancel()
            await asyncio.wait({waiting})


async def _next(following: AsyncIterator[Event]) -> Event | None:
    return await anext(following, None)


async def complete(asked: Asked, reply: Reply, request: Request) -> Plain:
    """The whole completion. Raises Gone, and as `Engine.stream`."""
    page = asked.page()
    async with aclosing(asked.events(request)) as events:
        async for event in events:
            if event is not None:
                page.add(event)
    end, why = asked.limits.end_of(page.text)
    marks = [mark for mark in page.marks if mark.end <= end]
    return reply.whole(page.text[:end], marks, why, page.answer)


async def chunks(
    asked: Asked, reply: Reply, request: Request
) -> AsyncGenerator[Plain | None, None]:
    """The chunks of a streamed completion, and None now and then while nothing is said.

    Raises as `complete`.
    """
    page, sent = asked.page(), 0
    yield reply.first()
    async with aclosing(asked.events(request)) as events:
        async for event in events:
            if event is None:
                yield None
                continue
            page.add(event)
            if isinstance(event, Finished):
                break
            if (sure := asked.limits.sure_of(page.text)) > sent:
                yield reply.more(page.text[sent:sure])
                sent = sure
    end, why = asked.limits.end_of(page.text)
    if end > sent:
        for piece in _pieces(page.text[sent:end]):
            yield reply.more(piece)
    for chunk in reply.cited([mark for mark in page.marks if mark.end <= end]):
        yield chunk
    yield reply.last(why, page.answer)


def _pieces(text: str) -> list[str]:
    """A text in lines, as clients draw a chunk at a time."""
    return re.findall(r"[^\n]+\n*|\n+", text)
