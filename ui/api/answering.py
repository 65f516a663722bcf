"""Work for a caller: in the line, in a thread of its own, and no longer than the caller stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import ExitStack, aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from rag.errors import InputError
from rag.types import Event, Finished
from ui.api.state import Api, caller_of
from ui.web.gate.refused import Refused
from ui.web.jobs import pump

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The question is in the line; so many are answered before it."""

    before: int


async def streamed(
    api: Api, request: Request, source: Callable[[], Iterator[T]]
) -> AsyncGenerator[Waiting | T, None]:
    """The items of ``source()``, which runs in a thread once it is its turn.

    Leaving this generator stops ``source`` at its next item. Raises Refused if too many wait, and
    what ``source`` raises.
    """
    sender = caller_of(request).name or str(request.scope["state"]["sender"])
    # Each request is a tab of its own: programs may ask several things at once.
    tab = str(request.scope["state"]["request"])
    with ExitStack() as stack:
        try:
            ticket = stack.enter_context(api.line.joined(tab, sender))
        except InputError as exc:
            raise Refused(429, "busy", str(exc), ((b"retry-after", b"10"),)) from exc
        async for before in ticket.before():
            yield Waiting(before)
        async with aclosing(pump(source)) as items:
            async for item in items:
                yield item


def answered(
    api: Api, request: Request, source: Callable[[], Iterator[Event]]
) -> AsyncGenerator[Waiting | Event, None]:
    """As `streamed`, for a question to the papers: the figures count it and time it."""
    return api.metrics.questions(streamed(api, request, source), _outcome)


def _outcome(event: Waiting | Event) -> str:
    """How an answer ended; empty while it has not."""
    if not isinstance(event, Finished):
        return ""
    if event.answer.fallback:
        return "fallback"
    return "declined" if event.answer.abstained else "answered"


async def run(api: Api, request: Request, work: Callable[[], T]) -> T:
    """What ``work`` returns, in its turn. Raises as `streamed`, and if the caller leaves."""

    def once() -> Iterator[T]:
        yield work()

    return await last(request, streamed(api, request, once))


async def last(request: Request, items: AsyncGenerator[Waiting | T, None]) -> T:
    """The last item. Raises ClientDisconnect if the caller leaves before; then the work stops."""

    async def whole() -> T:
        found: list[T] = []
        async with aclosing(items):
            async for item in items:
                if not isinstance(item, Waiting):
                    found = [item]
        return found[0]

    return await _unless_left(request, whole())


async def _unless_left(request: Request, work: Coroutine[Any, Any, T]) -> T:
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
