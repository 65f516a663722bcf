"""Which sentences of an abstract a claim is read with: those that are nearest to it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

# Tokens of an abstract; a claim is read with title and excerpt, some 200 in all.
ROOM = 150
ROOM_TOGETHER = 220  # of all abstracts that are read as one text


def excerpt(similar: Sequence[float], lengths: Sequence[int], room: int = ROOM) -> tuple[int, ...]:
    """The numbers of the sentences to read, in the abstract's order.

    ``similar`` is each sentence's MaxSim with the claim, ``lengths`` are tokens. The nearest
    sentence is always there, and the next ones as long as there is room.
    """
    kept: list[int] = []
    left = room
    for number in sorted(range(len(similar)), key=lambda n: -similar[n]):
        if not kept or lengths[number] <= left:
            kept.append(number)
            left -= lengths[number]
    return tuple(sorted(kept))
