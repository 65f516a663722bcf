"""Work in a thread of its own, while the encoder reads what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from types import TracebackType
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")

_WAITING = 2  # items; more would only take memory


class _Abandoned(Exception):
    """The other side has failed: what was begun is not finished."""


class Background(Generic[Item]):
    """Gives a function, in a thread of its own, the items that are `put`.

    Leaving the context waits until the function has returned, and raises what it raised. If the
    context is left by an exception, the function does not get to its end: its iterator raises.
    """

    def __init__(self, work: Callable[[Iterator[Item]], None]) -> None:
        self._queue: Queue[Item | None] = Queue(_WAITING)
        self._abandoned = self._ended = self._over = False
        self._thread = ThreadPoolExecutor(1, "paperchat-storing")
        self._done = self._thread.submit(self._run, work)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None
    ) -> None:
        self._abandoned = exc is not None
        self._queue.put(None)
        self._thread.shutdown()
        if exc is None:
            self._done.result()

    def put(self, item: Item) -> None:
        """Give an item; waits while two others are waiting. Raises what the function raised."""
        if self._over:
            self._queue.put(None)
            self._done.result()
        self._queue.put(item)

    def _run(self, work: Callable[[Iterator[Item]], None]) -> None:
        try:
            work(self._items())
        finally:
            self._over = True
            while not self._ended:  # so that nobody waits for room
                self._ended = self._queue.get() is None

    def _items(self) -> Iterator[Item]:
        while (item := self._queue.get()) is not None:
            yield item
        self._ended = True
        if self._abandoned:
            raise _Abandoned
