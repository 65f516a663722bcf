"""A blocking generator, read from an event loop, that can be left at any moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

THREADS = "paperchat-"  # begins the name of every thread of this package


class _End(Exception):
    """The generator ran to its end."""


async def pump(source: Callable[[], Iterator[T]]) -> AsyncGenerator[T, None]:
    """The items of ``source()``, which is called, run and closed in a thread of its own.

    Leaving this generator (cancelled, or closed) closes that one at its next item. One thread
    does it all because a generator cannot be closed while another thread runs it.
    Raises what ``source`` raises.
    """
    loop = asyncio.get_running_loop()
    inbox: asyncio.Queue[T | Exception] = asyncio.Queue()
    left = threading.Event()

    def post(item: T | Exception) -> None:
        with suppress(RuntimeError):  # the loop is closed: the server is going down
            loop.call_soon_threadsafe(inbox.put_nowait, item)

    def work() -> None:
        try:
            _run(source(), left, post)
        except Exception as exc:  # noqa: BLE001 - raised again below, where its meaning is known
            post(exc)

    threading.Thread(target=work, name=f"{THREADS}answer", daemon=True).start()
    try:
        while not isinstance(item := await inbox.get(), Exception):
            yield item
        if not isinstance(item, _End):
            raise item
    finally:
        left.set()


def _run(items: Iterator[T], left: threading.Event, post: Callable[[T | Exception], None]) -> None:
    try:
        for item in items:
            if left.is_set():
                return
            post(item)
        post(_End())
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()
