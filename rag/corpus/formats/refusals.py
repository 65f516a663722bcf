"""Summarises thousands of refusals as one, for a file without papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from rag.corpus.record import Record
from rag.types import Rejected

_MOST = 20


def summarised(results: Iterable[Record | Rejected], source: str) -> Iterator[Record | Rejected]:
    """``results``, with the refusals before the first record as one if there are more than `_MOST`.

    It names the first and the last of them, and gives the reason of the first.
    """
    rest = iter(results)
    refusals: list[Rejected] = []
    last, count, breaks_off = None, 0, False
    for result in rest:
        if isinstance(result, Record):
            rest = chain([result], rest)
            break
        last, count, breaks_off = result, count + 1, breaks_off or result.breaks_off
        if count <= _MOST:
            refusals.append(result)
    if last is not None and count > _MOST:
        first = refusals[0]
        what = f"{first.record} to {last.record}"
        why = f"{count:,} records are no papers; of the first: {first.reason}"
        refusals = [Rejected(source, what, why, breaks_off)]
    yield from refusals
    yield from rest
