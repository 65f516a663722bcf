"""Reads something that may wait for long without an answer, and lets go of it at a stop."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

_LOOK = 0.1  # seconds from one look at whether to stop to the next


class _End:
    """After the last item, with what was raised instead of it, if anything was."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def until(stop: Callable[[], bool], read: Callable[[], Iterator[T]]) -> Iterator[T]:
    """The items of ``read()``, which runs in a thread of its own, until ``stop()`` is true.

    The thread is then left alone: it ends with the answer that it waits for. Raises what ``read``
    raises.
    """
    found: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    if not stop():
        threading.Thread(
            target=_fill, args=(found, read, stop), name="paperchat-read", daemon=True
        ).start()
    while not stop():
        with suppress(queue.Empty):
            item = found.get(timeout=_LOOK)
            if isinstance(item, _End):
                break
            yield item
    else:
        return
    if item.error is not None:
        raise item.error


def _fill(
    found: queue.SimpleQueue[T | _End], read: Callable[[], Iterator[T]], stop: Callable[[], bool]
) -> None:
    try:
        for item in read():
            found.put(item)
            if stop():
                break
    except BaseException as exc:  # noqa: BLE001 - raised again where its meaning is known
        found.put(_End(exc))
    else:
        found.put(_End())
