"""How far an import is, as values, and the count of what is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.corpus.record import Record
from rag.types import Ledger, Rejected
from ui.web.status import Work

State: TypeAlias = Literal["idle", "reading", "indexing", "opening", "done", "failed"]

_PUBLISHED = 0.1  # seconds between two counts that the page may see
_TOLD = 200  # refusals that the page may see while files are read


@dataclass(frozen=True, slots=True)
class Source:
    """One file or reference, and what was read of it so far."""

    name: str
    records: int = 0
    rejected: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the import is, or how the last one ended.

    ``rejected`` are the first refusals. ``added`` are the ids of the papers that were not there
    before; ``undoable`` says that it can be taken back, ``undone`` that this was done.
    """

    state: State = "idle"
    sources: tuple[Source, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    work: Work | None = None
    ledger: Ledger | None = None
    added: tuple[str, ...] = ()
    undoable: bool = False
    undone: bool = False
    trouble: tuple[str, str] | None = None

    @property
    def running(self) -> bool:
        return self.state in ("reading", "indexing", "opening")


class Tally:
    """Counts what is read, and lets the page see it now and then."""

    def __init__(
        self,
        begun: Progress,
        tell: Callable[[tuple[Source, ...], tuple[Rejected, ...]], None],
    ) -> None:
        self.rejected: list[Rejected] = []
        self._tell = tell
        self._sources = list(begun.sources)
        self._counts = [[0, 0] for _ in self._sources]  # records, refusals
        self._told = 0.0

    def add(self, at: int, item: Record | Rejected) -> None:
        if isinstance(item, Rejected):
            self.rejected.append(item)
        self._counts[at][isinstance(item, Rejected)] += 1
        if time.monotonic() - self._told > _PUBLISHED:
            self._publish(at, done=False)

    def refused(self, at: int) -> int:
        return self._counts[at][1]

    def close(self, at: int) -> None:
        self._publish(at, done=True)

    def _publish(self, at: int, *, done: bool) -> None:
        records, refused = self._counts[at]
        self._sources[at] = Source(self._sources[at].name, records, refused, done)
        self._tell(tuple(self._sources), tuple(self.rejected[:_TOLD]))
        self._told = time.monotonic()
