"""One refusal in place of thousands, for a file that holds something else than papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rag.corpus.record import Record
from rag.types import Rejected

_TOLD = 20


def without_flood(found: Iterable[Record | Rejected], source: str) -> Iterator[Record | Rejected]:
    """``found``, but refusals that begin a file or are all it has are told as one above `_TOLD`.

    That one names the first and the last of them and the reason of the first. Where a record
    comes after fewer of them, all are told.
    """
    held: list[Rejected] = []
    last, count, breaks_off = None, 0, False
    results = iter(found)
    for result in results:
        if isinstance(result, Record):
            yield from _told(held, last, count, source, breaks_off)
            yield result
            yield from results
            return
        last, count, breaks_off = result, count + 1, breaks_off or result.breaks_off
        if count <= _TOLD:
            held.append(result)
    yield from _told(held, last, count, source, breaks_off)


def _told(
    held: list[Rejected], last: Rejected | None, count: int, source: str, breaks_off: bool
) -> Iterator[Rejected]:
    if last is None or count <= _TOLD:
        yield from held
        return
    first = held[0]
    what = f"{first.record} to {last.record}"
    why = f"{count:,} records are no papers; of the first: {first.reason}"
    yield Rejected(source, what, why, breaks_off)
