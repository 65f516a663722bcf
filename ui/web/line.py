"""The line in which questions wait: a few are answered at once, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager

from rag.errors import InputError

_MOST = 200  # questions of everybody
_MOST_OF_ADDRESS = 100  # of one network address, which may be that of many people
_MOST_OF_TAB = 3  # of one tab of a browser; the page itself asks one at a time


class Line:
    """Gives places to questions, first come, first served. For one event loop, so without locks.

    ``places`` says how many may have one now.
    """

    def __init__(self, places: Callable[[], int]) -> None:
        self._places = places
        self._tickets: list[Ticket] = []  # the first ones have a place

    @property
    def answered(self) -> int:
        """How many questions have a place."""
        return min(len(self._tickets), self._places())

    @property
    def waiting(self) -> int:
        """How many questions have none yet."""
        return len(self._tickets) - self.answered

    @property
    def full(self) -> bool:
        """Whether all places are taken."""
        return len(self._tickets) >= self._places()

    @contextmanager
    def joined(self, tab: str, address: str) -> Iterator[Ticket]:
        """A ticket at the end of the line, which the block holds.

        Raises InputError if this tab, this address, or everybody together has too many already.
        """
        tabs = Counter(ticket.tab for ticket in self._tickets)
        addresses = Counter(ticket.address for ticket in self._tickets)
        if tabs[tab] >= _MOST_OF_TAB:
            raise InputError(
                f"{_MOST_OF_TAB} questions of yours are being answered already.",
                "Wait for one of them, or stop it.",
            )
        if addresses[address] >= _MOST_OF_ADDRESS or len(self._tickets) >= _MOST:
            raise InputError(
                f"Too many questions are waiting, {len(self._tickets)} of them.",
                "Ask again in a minute.",
            )
        ticket = Ticket(self, tab, address)
        self._tickets.append(ticket)
        try:
            yield ticket
        finally:
            ticket.leave()

    def place_of(self, ticket: Ticket) -> int:
        """How many questions are to be answered before this one; 0 if it has a place."""
        return max(0, self._tickets.index(ticket) - self._places() + 1)

    def remove(self, ticket: Ticket) -> None:
        """Take the ticket out of the line, if it is there, and tell the others."""
        if ticket in self._tickets:
            self._tickets.remove(ticket)
            for other in self._tickets:
                other.moved.set()


class Ticket:
    """A question in the line. ``moved`` is set whenever its place may have changed."""

    def __init__(self, line: Line, tab: str, address: str) -> None:
        self.tab = tab
        self.address = address
        self.moved = asyncio.Event()
        self._line = line

    async def before(self) -> AsyncGenerator[int, None]:
        """How many questions come before this one, whenever that changes; ends at its turn.

        Yields nothing if there is a place at once.
        """
        shown = 0
        while place := self._line.place_of(self):
            self.moved.clear()
            if place != shown:
                shown = place
                yield place
            await self.moved.wait()

    def leave(self) -> None:
        """Let the next one in. A second time does nothing."""
        self._line.remove(self)
