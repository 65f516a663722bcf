"""Asks all shards at once, and remembers which of them did not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeVar

from rag.errors import IndexUnavailableError
from rag.index.engines import Dense, Tokens
from rag.types import Reach

if TYPE_CHECKING:
    from rag.index.shards.lexical import LexicalOfShard

T = TypeVar("T")


class ShardDownError(Exception):
    """A shard does not answer now; it is expected back."""


class Shard(Protocol):
    """The engines of one shard, here or on another machine. Their calls raise ShardDownError."""

    @property
    def dense(self) -> Dense: ...

    @property
    def lexical(self) -> LexicalOfShard: ...

    @property
    def tokens(self) -> Tokens: ...


class FanOut:
    """The shards of one index, and how many papers each has. Thread-safe."""

    def __init__(self, shards: Sequence[Shard], papers: Sequence[int]) -> None:
        self.shards, self.papers = shards, papers
        self._pool = ThreadPoolExecutor(len(shards), thread_name_prefix="paperchat-shard")
        self._lock = threading.Lock()
        self._failed: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self.shards)

    def ask(
        self, question: Callable[[int, Shard], T], places: Collection[int] | None = None
    ) -> list[T]:
        """What each shard answers, in order, or each of ``places``; those that are down do not.

        Raises IndexUnavailableError if no shard answers.
        """
        asked = range(len(self.shards)) if places is None else sorted(places)
        answers = [self._pool.submit(self._try, question, place) for place in asked]
        found = [answer for future in answers for answer in future.result()]
        if places is None and not found:
            raise IndexUnavailableError(
                "No shard of the index answers.", "Wait a few seconds, then ask again."
            )
        return found

    def since(self, started: float) -> Reach | None:
        """What was searched if a shard failed after ``started`` (`perf_counter`), else None."""
        down = self._down(started)
        if not down:
            return None
        papers = sum(self.papers)
        return Reach(papers - sum(self.papers[place] for place in down), papers, len(down))

    def close(self) -> None:
        """Close all shards that answer."""
        self._pool.shutdown()

    def _try(self, question: Callable[[int, Shard], T], place: int) -> list[T]:
        try:
            answer = question(place, self.shards[place])
        except ShardDownError:
            with self._lock:
                self._failed[place] = time.perf_counter()
            return []
        return [answer]

    def _down(self, started: float) -> list[int]:
        with self._lock:
            return [place for place, failed in self._failed.items() if failed >= started]
