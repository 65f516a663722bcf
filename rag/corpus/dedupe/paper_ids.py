"""The ids of merged papers: those they had, identifiers, or derived from titles. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, count
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.corpus.dedupe.candidates import title_key
from rag.corpus.dedupe.combine import own_id
from rag.corpus.dedupe.compared import NOTHING, Compared, fingerprint
from rag.corpus.dedupe.keys import squeeze
from rag.corpus.papers import derived_id
from rag.corpus.record import Record
from rag.types import Identifiers

K = TypeVar("K")

Print = Callable[[Record], int]  # a record's fingerprint


class KnownIds:
    """The ids of indexed papers by their records."""

    def __init__(
        self,
        stored: Iterable[tuple[Record, str | None]],
        print_of: Print = fingerprint,
        compared: Compared = NOTHING,
    ) -> None:
        """``stored`` are all records, each with the id of its paper (None: it has none).

        ``compared`` is what comparing them found, which saves time.
        """
        self._stored = [(record, paper_id) for record, paper_id in stored if paper_id is not None]
        self._prints = np.array([print_of(record) for record, _ in self._stored], np.uint64)
        self._compared = compared

    @cached_property
    def by_print(self) -> Mapping[int, str]:
        """The ids by the records' fingerprints, of each that belongs to one paper only."""
        ids = (paper_id for _, paper_id in self._stored)
        return _of_one(zip(self._prints.tolist(), ids, strict=True))

    def by_key(self, records: Sequence[Record]) -> Mapping[str, str]:
        """The ids by each of `keys_of` these records that belongs to one paper only."""
        titles = np.array([title_key(squeeze(record.title)) for record in records], np.uint64)
        wanted = {key for record in records for key in identifier_keys(record.identifiers)}
        same = np.isin(self._titles, titles)
        found = (
            (key, paper_id)
            for (record, paper_id), titled in zip(self._stored, same.tolist(), strict=True)
            if titled or (wanted and not wanted.isdisjoint(identifier_keys(record.identifiers)))
            for key in keys_of(record)
        )
        return _of_one(found)

    @cached_property
    def _titles(self) -> NDArray[np.uint64]:
        """The key of each record's title."""
        titles = self._compared.titles_of(self._prints)
        for row in np.flatnonzero(titles == 0).tolist():
            titles[row] = title_key(squeeze(self._stored[row][0].title))
        return titles


def known_ids(stored: Iterable[tuple[Record, str | None]]) -> KnownIds:
    """The ids of indexed papers by their records."""
    return KnownIds(stored)


def keys_of(record: Record) -> list[str]:
    """Keys of a record, the most reliable first: identifiers, text, title."""
    text = zlib.crc32(record.abstract.encode())
    title = squeeze(record.title)
    return [*identifier_keys(record.identifiers), f"text:{title}:{text}", f"title:{title}"]


def identifier_keys(names: Identifiers) -> list[str]:
    """Identifiers in the form of paper ids: the kind, then the value."""
    found = [("arxiv", names.arxiv), ("doi", names.doi), ("pmid", names.pmid)]
    return [f"{kind}:{value}" for kind, value in found if value]


def shared_keys(records: Iterable[Record]) -> dict[str, list[int]]:
    """Each identifier that several records have, with their indexes, in order."""
    first: dict[str, int] = {}
    shared: dict[str, list[int]] = {}
    for i, record in enumerate(records):
        for key in identifier_keys(record.identifiers):
            if (j := first.setdefault(key, i)) != i:
                shared.setdefault(key, [j]).append(i)
    return shared


def ids_of(
    papers: Sequence[Sequence[Record]], shared: set[str], known: KnownIds, print_of: Print
) -> list[str]:
    """A unique id for each paper: the id it had, its identifier, or one derived from its title.

    An identifier that several papers have (``shared``) is the new id of none, or their order would
    matter.
    """
    ids, taken = [""] * len(papers), {""}
    for at, records in enumerate(papers):
        found = (known.by_print.get(print_of(record), "") for record in records)
        ids[at] = _first(found, taken)
    open_ones = [at for at, paper_id in enumerate(ids) if not paper_id]
    by_key = known.by_key([record for at in open_ones for record in papers[at]])
    for at in open_ones:
        keys = [keys_of(record) for record in papers[at]] if by_key else []
        reliable = chain(*(each[:-1] for each in keys), (each[-1] for each in keys))
        ids[at] = _first((by_key.get(key, "") for key in reliable if key not in shared), taken)
    for at in open_ones:
        if not ids[at]:
            ids[at] = _new_id(papers[at], taken, shared)
            taken.add(ids[at])
    return ids


def _first(found: Iterable[str], taken: set[str]) -> str:
    """The first id that is not taken, which then is; else empty."""
    paper_id = next((paper_id for paper_id in found if paper_id not in taken), "")
    taken.add(paper_id)
    return paper_id


def _new_id(members: Sequence[Record], taken: set[str], shared: set[str]) -> str:
    """An unused id. Papers with one title and no identifier are distinguished by their text."""
    first = members[0]
    plain = own_id(members, shared) or derived_id(first.title)
    if plain not in taken:
        return plain
    salt = " ".join((first.title, first.abstract, *first.authors, str(first.year or "")))
    salts = chain([salt], (f"{salt} {number}" for number in count(1)))
    return next(new for new in map(derived_id, salts) if new not in taken)


def _of_one(pairs: Iterable[tuple[K, str]]) -> dict[K, str]:
    """The id of each key that has one only."""
    found: dict[K, str | None] = {}
    for key, paper_id in pairs:
        found[key] = paper_id if found.get(key, paper_id) == paper_id else None
    return {key: paper_id for key, paper_id in found.items() if paper_id is not None}
