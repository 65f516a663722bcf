"""Who has logged in: random session ids, of which only hashes are kept, in memory alone."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

IDLE = 30 * 24 * 3600  # seconds after which an unused session ends
_MOST = 10_000  # sessions; the one that was unused for longest makes room


class Sessions:
    """Begins, recognises and ends sessions."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._used: OrderedDict[bytes, float] = OrderedDict()

    def begin(self) -> str:
        """The id of a new session: nobody can choose it, and it was never used before."""
        made = secrets.token_urlsafe(32)
        self._used[_hash(made)] = self._clock()
        if len(self._used) > _MOST:
            self._used.popitem(last=False)
        return made

    def known(self, session: str) -> bool:
        """Whether this session was begun here and goes on; using it makes it last."""
        key, now = _hash(session), self._clock()
        last = self._used.get(key)
        if last is None:
            return False
        if now - last > IDLE:
            del self._used[key]
            return False
        self._used[key] = now
        self._used.move_to_end(key)
        return True

    def end(self, session: str) -> None:
        """From now on nobody is let in with this session."""
        self._used.pop(_hash(session), None)


def _hash(session: str) -> bytes:
    """A lookup by hash: how long it takes says nothing about the ids that exist."""
    return hashlib.sha256(session.encode()).digest()
