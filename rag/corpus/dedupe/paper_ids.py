"""The ids of merged papers: those they had, identifiers, or derived from titles. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, count
from typing import TypeVar

from rag.corpus.dedupe.combine import own_id
from rag.corpus.dedupe.compared import fingerprint
from rag.corpus.dedupe.keys import squeeze
from rag.corpus.papers import derived_id
from rag.corpus.record import Record
from rag.types import Identifiers

K = TypeVar("K")

Print = Callable[[Record], int]  # a record's fingerprint


class KnownIds:
    """The ids of indexed papers by their records: each key that belongs to one paper only."""

    def __init__(self, stored: Iterable[tuple[Record, str | None]], print_of: Print = fingerprint):
        """``stored`` are all records, each with the id of its paper (None: it has none)."""
        self._stored = [(record, paper_id) for record, paper_id in stored if paper_id is not None]
        self._print_of = print_of

    @cached_property
    def by_print(self) -> Mapping[int, str]:
        """The ids by the records' fingerprints."""
        return _of_one((self._print_of(record), paper_id) for record, paper_id in self._stored)

    @cached_property
    def by_key(self) -> Mapping[str, str]:
        """The ids by each of `keys_of` the records; seconds for 100,000 records."""
        return _of_one((key, paper_id) for r, paper_id in self._stored for key in keys_of(r))


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
    taken: set[str] = set()
    ids: list[str] = []
    for records in papers:
        found = _known(records, known, shared, print_of)
        ids.append(next((paper_id for paper_id in found if paper_id not in taken), ""))
        taken.add(ids[-1])
    for at, records in enumerate(papers):
        if not ids[at]:
            ids[at] = _new_id(records, taken, shared)
            taken.add(ids[at])
    return ids


def _known(
    records: Sequence[Record], known: KnownIds, shared: set[str], print_of: Print
) -> Iterator[str]:
    """The known ids of a paper's records, the most reliable first."""
    for record in records:
        if paper_id := known.by_print.get(print_of(record)):
            yield paper_id
    keys = [keys_of(record) for record in records] if known.by_key else []
    for key in chain(*(each[:-1] for each in keys), (each[-1] for each in keys)):
        if key in known.by_key and key not in shared:
            yield known.by_key[key]


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
