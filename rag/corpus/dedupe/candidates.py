"""Which records are compared with each other: those that have a key in common. Pure.

The keys are the title, its beginning, its end, its beginning with the first author's family name,
and the smallest shingles of the abstract; each is a number of 64 bits.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from rag.corpus.dedupe.keys import MatchKeys

KEYS = 6  # a record, at most; the rest are zeros
_LARGEST_BLOCK = 40  # records with a common key that are all compared with each other
_TITLE_END = 15  # letters
_ROW = 32  # bits of a row in a pair


def block_keys(one: MatchKeys) -> list[int]:
    """The record's `KEYS` keys; the first is that of its title."""
    title = one.squeezed
    texts = []
    if len(title) >= _TITLE_END:
        texts += [f"^{title[:_TITLE_END]}", f"${title[-_TITLE_END:]}"]
    if one.families:
        texts.append(f"@{title[:12]}:{one.families[0]}")
    keys = [title_key(title), *map(number_of, texts), *one.sketch()]
    return keys + [0] * (KEYS - len(keys))


def title_key(squeezed: str) -> int:
    """The key of a title, given as its letters and digits only."""
    return number_of(f"={squeezed}")


def number_of(text: str) -> int:
    """A number of 64 bits for a text, the same in every run."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def pairs_of(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The pairs of rows with a common key, each once, ascending.

    ``keys`` has a row for each record. A pair is the earlier row shifted by 32 bits, plus the
    later; `rows_of` takes it apart.
    """
    rows, columns = np.nonzero(keys)
    found = keys[rows, columns]
    order = np.argsort(found, kind="stable")
    found, rows = found[order], rows[order]
    starts = np.flatnonzero(np.r_[True, found[1:] != found[:-1]])
    sizes = np.diff(np.r_[starts, len(found)])
    pairs = [np.empty(0, np.int64)]
    for size in np.unique(sizes[sizes > 1]).tolist():
        blocks = rows[starts[sizes == size][:, None] + np.arange(size)]
        ones, others = _compared(size)
        pairs.append(paired(blocks[:, ones], blocks[:, others]).ravel())
    every = np.sort(np.concatenate(pairs))  # `np.unique` takes ten times as long
    once: NDArray[np.int64] = every[np.r_[True, every[1:] != every[:-1]][: len(every)]]
    return once


def paired(ones: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each pair as one number."""
    return (ones << _ROW) | others


def rows_of(pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The earlier and the later row of each pair."""
    return pairs >> _ROW, pairs & ((1 << _ROW) - 1)


def _compared(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places in a block of this size that are compared with each other."""
    if size <= _LARGEST_BLOCK:
        return np.triu_indices(size, 1)
    # A paper in many files, or a title of many papers: the first with all, and neighbours.
    every = np.arange(size)
    return np.r_[np.zeros(size - 1, np.intp), every[:-1]], np.r_[every[1:], every[1:]]
