"""Room for a reply: a model that thinks may use up its tokens before its first word.

It is asked once more with more of them, and from then on at once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

from rag.errors import EndpointError

_MORE = 4  # times what a model without thoughts needs
_LEAST = 8000  # tokens; less where the endpoint does not take so many

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class Room:
    """What is known of an endpoint's model: whether it thinks, and how many tokens it may have."""

    thinks: bool = False
    most: int = 1 << 30

    def of(self, tokens: int, most: int) -> int:
        """The tokens to ask for where a model without thoughts needs ``tokens``."""
        more = min(max(_MORE * tokens, _LEAST), most)
        return more if self.thinks and more >= _MORE * tokens else tokens


def roomy(
    room: Room, tokens: int, ask: Callable[[int], Generator[T, None, tuple[R, bool]]]
) -> Generator[T, None, R]:
    """What ``ask`` returns for a number of tokens; again with more if its flag says they were few.

    Raises what ``ask`` raises, unless there is less to ask for, or a first result.
    """
    results: list[R] = []
    most = room.most
    while True:
        given, thought = room.of(tokens, most), room.thinks
        if results and given == tokens:
            room.most = most
            return results[0]
        try:
            result, few = yield from ask(given)
        except EndpointError as exc:
            if given == tokens or not (exc.fault == "context" or exc.status in (400, 422)):
                raise
            most = given // _MORE
            continue
        room.most = most  # fewer are taken
        if not few or thought:
            return result
        room.thinks = True
        results.append(result)


def collected(steps: Generator[T, None, R]) -> tuple[list[T], R]:
    """What a generator yields, and what it returns."""
    yielded: list[T] = []
    while True:
        try:
            yielded.append(next(steps))
        except StopIteration as end:
            returned: R = end.value
            return yielded, returned
