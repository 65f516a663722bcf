"""What comparing records found, so that the next merge compares only what is new.

Whether two records are the same paper depends on the two alone. So the keys of a record and the
outcome of a comparison hold as long as the records are what they were, wherever they have moved
to and whatever came to them; `known_pairs` finds them again by the records' fingerprints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import numpy as np
import orjson
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from rag.corpus.dedupe.candidates import KEYS, block_keys, number_of, paired, pairs_of, rows_of
from rag.corpus.dedupe.keys import MatchKeys
from rag.corpus.papers import own_urls
from rag.corpus.record import Record

T = TypeVar("T", bound=np.generic)

# Raise it when `block_keys`, `same_paper`, `abstract_overlap` or `own_urls` would find something
# else than before, or other identifiers of two records would conflict (`merge`).
RULES = 1

# The outcome of comparing a pair of records.
UNKNOWN, DIFFERENT, SAME_TEXT, SAME_TITLE = range(4)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The records of the last merge, in order, and what is known of their pairs.

    ``prints`` has the fingerprint of each record, ``keys`` its keys. Of all `pairs_of` the keys
    those in ``pairs``, ascending, have the ``outcomes``; all others are different papers.
    ``links`` has the `own_urls` of abstracts by their `number_of`.
    """

    prints: NDArray[np.uint64]
    keys: NDArray[np.uint64]
    pairs: NDArray[np.int64]
    outcomes: NDArray[np.uint8]
    links: Mapping[int, tuple[str, ...]]

    def titles_of(self, prints: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The key of the title of each record by its fingerprint; 0 if it was not there."""
        places = _places(self.prints, prints)
        titles = np.zeros(len(prints), np.uint64)
        titles[places >= 0] = self.keys[places[places >= 0], 0]
        return titles

    def save(self, file: Path) -> None:
        """Write all to a file, with a checksum, in one step. Raises OSError."""
        new = file.with_name(f"{file.name}.new")
        arrays: dict[str, NDArray[Any]] = {
            "prints": self.prints,
            "keys": self.keys,
            "pairs": self.pairs,
            "outcomes": self.outcomes,
            "links": np.frombuffer(orjson.dumps([*self.links.items()]), np.uint8),
        }
        try:
            new.write_bytes(save({**arrays, "seal": _seal(arrays)}))
            new.replace(file)
        except OSError:  # as on a full disk, where what was written takes room
            new.unlink(missing_ok=True)
            raise


NOTHING = Compared(
    np.empty(0, np.uint64),
    np.empty((0, KEYS), np.uint64),
    np.empty(0, np.int64),
    np.empty(0, np.uint8),
    {},
)


def load_compared(file: Path) -> Compared:
    """What `Compared.save` wrote; `NOTHING` if the file is missing, damaged or of other rules."""
    with suppress(OSError, KeyError, TypeError, SafetensorError):
        found = load(file.read_bytes())
        if np.array_equal(found.pop("seal"), _seal(found)):
            links = orjson.loads(found.pop("links").tobytes())
            return Compared(**found, links={number: tuple(urls) for number, urls in links})
    return NOTHING


def _seal(arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """The rules, and a checksum of each array."""
    sums = [crc32(np.ascontiguousarray(arrays[name]).data) for name in sorted(arrays)]
    return np.array([RULES, *sums], np.int64)


def fingerprint(record: Record) -> int:
    """A number of 64 bits for everything of a record that decides which paper it is."""
    names = record.identifiers
    given = (names.doi, names.arxiv, names.pmid, record.year, *record.authors)
    return number_of("\0".join((record.title, record.abstract, *map(str, given))))


class Links:
    """`own_urls`, remembered from merge to merge: telling languages takes time."""

    def __init__(self, known: Mapping[int, tuple[str, ...]]) -> None:
        self._known = known
        self.found: dict[int, tuple[str, ...]] = {}

    def __call__(self, abstract: str) -> tuple[str, ...]:
        """The abstract's own URLs."""
        if "://" not in abstract:
            return ()
        number = number_of(abstract)
        known = self._known.get(number)
        self.found[number] = own_urls(abstract) if known is None else known
        return self.found[number]


class Fingerprints:
    """`fingerprint`, computed once for each record object. The caller keeps the records alive."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def __call__(self, record: Record) -> int:
        """The record's fingerprint."""
        if (found := self._known.get(id(record))) is None:
            found = self._known[id(record)] = fingerprint(record)
        return found


def keys_from(
    before: Compared, prints: NDArray[np.uint64], records: Sequence[MatchKeys]
) -> NDArray[np.uint64]:
    """The keys of records, computed only for those that were not there before."""
    places = _places(before.prints, prints)
    keys = np.zeros((len(records), KEYS), np.uint64)
    keys[places >= 0] = before.keys[places[places >= 0]]
    for row in np.flatnonzero(places < 0).tolist():
        keys[row] = block_keys(records[row])
    return keys


def known_pairs(
    before: Compared, prints: NDArray[np.uint64], pairs: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """The outcome of each of ``pairs`` as far as it is known."""
    places = _places(before.prints, prints)
    ones, others = (places[rows] for rows in rows_of(pairs))
    there = (ones >= 0) & (ones < others)  # in the order in which they were compared
    then = paired(ones[there], others[there])
    found = np.where(_among(then, pairs_of(before.keys)) >= 0, DIFFERENT, UNKNOWN)
    told = _among(then, before.pairs)
    found[told >= 0] = before.outcomes[told[told >= 0]]
    outcomes = np.full(len(pairs), UNKNOWN, np.uint8)
    outcomes[there] = found
    return outcomes


def _places(prints: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where each fingerprint first is among ``prints``; -1 if it is not."""
    order = np.argsort(prints, kind="stable")
    at = _among(wanted, prints[order])
    return np.where(at >= 0, order[at] if len(order) else at, -1)


def _among(values: NDArray[T], ascending: NDArray[T]) -> NDArray[np.int64]:
    """Where each value first is in an ascending list; -1 if it is not."""
    if not len(ascending):
        return np.full(len(values), -1)
    at = np.searchsorted(ascending, values).clip(max=len(ascending) - 1)
    return np.where(ascending[at] == values, at, -1)
