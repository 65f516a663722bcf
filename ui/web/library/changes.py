"""What became of the collection while visitors had it open, so that each can be told."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from rag.types import Paper

_KEPT = 100  # changes; who was away for longer is told of these


@dataclass(frozen=True, slots=True)
class Change:
    """Ids of papers that were added, removed, or have another title or abstract.

    ``elsewhere``: another collection was opened, which says nothing of single papers.
    """

    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    altered: Sequence[str] = ()
    elsewhere: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.altered or self.elsewhere)


class Changes:
    """The last changes, numbered from 1. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: deque[Change] = deque(maxlen=_KEPT)
        self.number = 0  # of the last one

    def note(
        self, before: Mapping[str, Paper], now: Mapping[str, Paper], *, elsewhere: bool
    ) -> None:
        """Take in that the papers ``now`` are there instead of those ``before``."""
        change = Change(elsewhere=True) if elsewhere else _difference(before, now)
        if change:
            with self._lock:
                self._last.append(change)
                self.number += 1

    def since(self, number: int) -> Change:
        """What all changes after the one of this ``number`` come to."""
        with self._lock:
            news = list(self._last)[-max(0, self.number - number) :] if number < self.number else []
        added, removed, altered = dict[str, None](), dict[str, None](), dict[str, None]()
        for change in news:
            if change.elsewhere:
                return change
            for paper in change.removed:  # what came and went meanwhile was never there
                if paper not in added:
                    removed[paper] = None
                added.pop(paper, None)
                altered.pop(paper, None)
            for paper in change.added:
                if paper in removed:  # it is back
                    del removed[paper]
                else:
                    added[paper] = None
            altered.update((paper, None) for paper in change.altered if paper not in added)
        return Change(tuple(added), tuple(removed), tuple(altered))


def _difference(before: Mapping[str, Paper], now: Mapping[str, Paper]) -> Change:
    def text(paper: Paper) -> tuple[str, str]:
        return paper.title, paper.abstract

    return Change(
        tuple(paper for paper in now if paper not in before),
        tuple(paper for paper in before if paper not in now),
        tuple(i for i, paper in now.items() if i in before and text(before[i]) != text(paper)),
    )
