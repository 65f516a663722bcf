"""Asks the engine for one completion, in its turn and for as long as the client stays."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from fastapi import Request

from rag.engine import Engine
from rag.types import Event
from ui.api.answering import Waiting, answered
from ui.api.openai.history import Conversation
from ui.api.openai.limits import Limits
from ui.api.openai.links import Links
from ui.api.openai.page import Page
from ui.api.openai.replies import Plain, Reply
from ui.api.state import api_of

T = TypeVar("T")
Events: TypeAlias = AsyncGenerator[Waiting | Event, None]

_AT_ONCE = 0.05  # seconds in which a full line refuses a question


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to an engine, and how its answer is to end."""

    engine: Engine
    conversation: Conversation
    links: Links
    limits: Limits

    def page(self) -> Page:
        """An empty page for the answer."""
        return Page(self.links, self.conversation.notes)

    def events(self, request: Request) -> Events:
        """The events of the answer; see `ui.api.answering.answered`."""
        question, history = self.conversation.question, self.conversation.history
        source = lambda: self.engine.stream(question, history=history)  # noqa: E731
        return answered(api_of(request), request, source)


async def begun(items: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """The items. What fails at once is raised here, while the response can have its status."""
    first = asyncio.ensure_future(anext(items))
    await asyncio.wait({first}, timeout=_AT_ONCE)
    if first.done():
        first.result()

    async def all_of_them() -> AsyncGenerator[T, None]:
        async with aclosing(items):
            yield await first
            async for item in items:
                yield item

    return all_of_them()


async def complete(asked: Asked, reply: Reply, events: Events) -> AsyncGenerator[Plain, None]:
    """The whole completion, as the only item. Raises as `Engine.stream`."""
    page = asked.page()
    async with aclosing(events):
        async for event in events:
            if not isinstance(event, Waiting):
                page.add(event)
    end, why = asked.limits.end_of(page.text)
    marks = [mark for mark in page.marks if mark.end <= end]
    yield reply.whole(page.text[:end], marks, why, page.answer)


async def chunks(asked: Asked, reply: Reply, events: Events) -> AsyncGenerator[Plain, None]:
    """The chunks of a streamed completion. Raises as `Engine.stream`."""
    page, sent = asked.page(), 0
    yield reply.first()
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Waiting):
                continue
            page.add(event)
            if page.answer is None and (sure := asked.limits.sure_of(page.text)) > sent:
                yield reply.more(page.text[sent:sure])
                sent = sure
    end, why = asked.limits.end_of(page.text)
    for piece in _pieces(page.text[sent:end]):
        yield reply.more(piece)
    for chunk in reply.cited([mark for mark in page.marks if mark.end <= end]):
        yield chunk
    yield reply.last(why, page.answer)


def _pieces(text: str) -> list[str]:
    """A text in lines, as clients draw a chunk at a time."""
    return re.findall(r"[^\n]+\n*|\n+", text)
