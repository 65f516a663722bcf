"""The progress of an import: what has been read of each source."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from rag.types import Ledger, Rejected

_INTERVAL = 0.1  # seconds between two counts that the page may see
_SHOWN = 200  # refusals that the page may see while files are read


@dataclass(frozen=True, slots=True)
class Source:
    """One file or reference, and what was read of it so far.

    ``missing`` says that nothing could be read of it: a catalogue did not answer, say.
    """

    name: str
    records: int = 0
    rejected: int = 0
    done: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """What an import has read, and its sync report once it is over.

    ``rejected`` are the first refusals. ``added`` are the ids of the papers that were not there
    before; ``undoable`` says that the import can be undone, ``undone`` that it was, and
    ``stopped`` that it was stopped before anything of it was indexed.
    """

    sources: tuple[Source, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    ledger: Ledger | None = None
    added: tuple[str, ...] = ()
    undoable: bool = False
    undone: bool = False
    stopped: bool = False


class Tally:
    """Counts what is read, and publishes the counts every tenth of a second."""

    def __init__(
        self,
        sources: tuple[Source, ...],
        publish: Callable[[tuple[Source, ...], tuple[Rejected, ...]], None],
    ) -> None:
        self.rejected: list[Rejected] = []
        self._publish = publish
        self._sources = list(sources)
        self._counts = [[0, 0] for _ in self._sources]  # records, refusals
        self._missing: set[int] = set()
        self._published = 0.0  # when

    def add(self, at: int, item: object) -> None:
        """Count one item of the source at this place: a refusal, or else a record."""
        if isinstance(item, Rejected):
            self.rejected.append(item)
        if isinstance(item, Rejected) and not item.record:
            self._missing.add(at)
        else:
            self._counts[at][isinstance(item, Rejected)] += 1
        if time.monotonic() - self._published > _INTERVAL:
            self._update(at, done=False)

    def close(self, at: int) -> None:
        """Note that the source at this place has been read to its end."""
        self._update(at, done=True)

    def _update(self, at: int, *, done: bool) -> None:
        records, refused = self._counts[at]
        name, missing = self._sources[at].name, at in self._missing
        self._sources[at] = Source(name, records, refused, done, missing)
        self._publish(tuple(self._sources), tuple(self.rejected[:_SHOWN]))
        self._published = time.monotonic()
