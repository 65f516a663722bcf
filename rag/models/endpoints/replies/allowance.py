"""What a reply of an endpoint may take, in seconds and in bytes, whatever the endpoint sends.

The timeouts of an HTTP client count silence alone, so pings, thoughts, or headers that trickle in
would go on for ever. `rag.models.endpoints.sending.connection` bounds every read and write by what
is left here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_MOST_BYTES = 32 << 20  # 100,000 tokens in pieces of 300 bytes
_ACTIVE: ContextVar[Allowance | None] = ContextVar("allowance", default=None)
_STOPPED: ContextVar[Callable[[], bool]] = ContextVar("stopped", default=lambda: False)


@dataclass(slots=True)
class Allowance:
    """Until ``due``, in seconds of ``time.monotonic``, and so many bytes."""

    due: float
    bytes_left: int = _MOST_BYTES

    @property
    def seconds_left(self) -> float:
        """Negative once it is over."""
        return self.due - time.monotonic()

    @property
    def spent(self) -> bool:
        """Whether nothing is left, of either."""
        return self.seconds_left <= 0 or self.bytes_left <= 0

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Bound what this thread reads and writes within; not to be left open at a ``yield``."""
        token = _ACTIVE.set(self)
        try:
            yield
        finally:
            _ACTIVE.reset(token)


def current() -> Allowance | None:
    """What is applied in this thread."""
    return _ACTIVE.get()


@contextmanager
def stoppable(stopped: Callable[[], bool]) -> Iterator[None]:
    """Let replies that this thread reads within end soon after ``stopped()`` is true.

    They end in an EndpointError, as a reply does that takes too long; the connection is closed.
    """
    token = _STOPPED.set(stopped)
    try:
        yield
    finally:
        _STOPPED.reset(token)


def is_stopped() -> bool:
    """Whether nobody waits any more for what this thread reads."""
    return _STOPPED.get()()
