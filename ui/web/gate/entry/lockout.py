"""Slows down whoever guesses: wrong tries cost waiting, from one address and from all together."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable

_FREE = 5  # wrong tries before the first wait
_FIRST = 30.0  # seconds; each further wrong try doubles it
_LONGEST = 3600.0
_FORGOTTEN = 24 * 3600.0  # seconds after the last try
_ADDRESSES = 10_000  # that are remembered
_HOUR = 3600.0
_OF_ALL = 100  # wrong tries an hour, wherever they come from


class Lockout:
    """Counts tries by address. A try counts as wrong until it is said to be right.

    So tries that are made at the same time all count, and no more of them pass than one by one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, tuple[int, float, float]] = OrderedDict()  # n, until, last
        self._all: deque[float] = deque()

    def wait(self, address: str) -> float:
        """Begin a try; the seconds to wait before one may be made, 0 if it may be made now."""
        now, who = self._clock(), _network(address)
        while self._all and now - self._all[0] >= _HOUR:
            self._all.popleft()
        count, until, last = self._tries.get(who, (0, 0.0, now))
        if now < until:
            return until - now
        if len(self._all) >= _OF_ALL:
            return self._all[0] + _HOUR - now
        count = 1 if now - last > _FORGOTTEN else count + 1
        pause = min(_FIRST * 2.0 ** (count - _FREE), _LONGEST) if count >= _FREE else 0.0
        self._tries[who] = count, now + pause, now
        self._tries.move_to_end(who)
        if len(self._tries) > _ADDRESSES:
            self._tries.popitem(last=False)
        self._all.append(now)
        return 0.0

    def right(self, address: str) -> None:
        """The try that began last was right."""
        self._tries.pop(_network(address), None)
        if self._all:
            self._all.pop()


def _network(address: str) -> str:
    """What counts as one address: a home has as many as it likes in one /64 of IPv6."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if given.version == 4:
        return str(given)
    return str(ipaddress.ip_network((given, 64), strict=False))
