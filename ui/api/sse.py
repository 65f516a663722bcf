"""Server-sent events: what is sent while an answer grows, with comments that keep it open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, TypeAlias, TypeVar

from fastapi import Request
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.responses import Response

from ui.api.problems import problem_of
from ui.exports.json_text import as_json

T = TypeVar("T")
Named: TypeAlias = tuple[str, Any]  # an event's name, and its data: a dataclass or plain values
EVENTS = "text/event-stream"
_PING = 10.0  # seconds without an event; proxies close what is silent for a minute
_END = object()


def wants_events(request: Request, stream: bool) -> bool:
    """Whether the caller asked for a stream: in the body, or by what alone it accepts."""
    accepted = request.headers.get("accept", "")
    return stream or (EVENTS in accepted and "application/json" not in accepted)


async def events(items: AsyncGenerator[T, None], named: Callable[[T], Named]) -> Response:
    """A stream of the items, each as ``named`` says.

    It begins with the first item, so what fails before that is raised and has a status.
    """
    first = await anext(items)

    async def lines() -> AsyncGenerator[bytes, None]:
        async with aclosing(items):
            async for item in with_pings(_all(first, items), _PING):
                if item is None:
                    yield b": ping\n\n"
                elif isinstance(item, Exception):
                    yield _event("error", problem_of(item))
                else:
                    yield _event(*named(item))

    return EventSourceResponse(lines(), headers={"x-accel-buffering": "no"})


async def _all(first: T, rest: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    yield first
    async for item in rest:
        yield item


async def with_pings(
    items: AsyncGenerator[T, None], quiet: float = _PING
) -> AsyncGenerator[T | Exception | None, None]:
    """The items; None after ``quiet`` seconds without one; an exception is the last item."""
    inbox: asyncio.Queue[Any] = asyncio.Queue()

    async def read() -> None:
        try:
            async with aclosing(items):
                async for item in items:
                    inbox.put_nowait(item)
            inbox.put_nowait(_END)
        except Exception as exc:  # noqa: BLE001 - it becomes an event
            inbox.put_nowait(exc)

    reading = asyncio.create_task(read())
    try:
        while True:
            try:
                async with asyncio.timeout(quiet):
                    item = await inbox.get()
            except TimeoutError:
                yield None
                continue
            if item is _END:
                return
            yield item
            if isinstance(item, Exception):
                return
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


def _event(name: str, data: Any) -> bytes:
    return format_sse_event(data_str=as_json(data, indent=None), event=name)
