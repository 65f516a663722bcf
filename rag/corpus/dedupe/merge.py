"""Merges all records of one paper, from any files, into that paper.

Identifiers decide first, then titles together with abstracts, authors and years (`matching`). Only
records that share a key are compared: the title, its beginning or end, or one of the smallest
shingles of the abstract. So a hundred thousand records take a minute.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, count, pairwise

from rag.corpus.dedupe.combine import combine, own_id
from rag.corpus.dedupe.keys import MatchKeys, squeeze
from rag.corpus.dedupe.matching import abstract_overlap, another_paper, groups_agree, same_paper
from rag.corpus.papers import derived_id
from rag.corpus.record import Record
from rag.types import Identifiers, Paper, Rejected

_LARGEST_BLOCK = 40  # records with a common key that are all compared with each other
_TITLE_END = 15  # letters
# DOI prefixes of preprint servers: one paper may have such a DOI and a journal's.
_PREPRINTS = tuple(
    f"10.{registrant}/"
    for registrant in (
        1101,
        2139,
        5281,
        14293,
        20944,
        21203,
        22541,
        26434,
        31219,
        31234,
        36227,
        48550,
    )
)


@dataclass(frozen=True, slots=True)
class MergedRecords:
    """The papers of some records.

    ``paper_ids`` has one entry per record: the id of its paper, or None if it was rejected.
    ``rejected`` has the rejections by the records' indexes.
    """

    papers: tuple[Paper, ...]
    paper_ids: tuple[str | None, ...]
    rejected: Mapping[int, Rejected]


def merge(records: Sequence[Record], known: Mapping[str, str] | None = None) -> MergedRecords:
    """Papers in the order of their first records.

    ``known`` has the ids of indexed papers by each of `keys_of` their records; these ids do not
    change. If two records have a common identifier but clearly different texts, the second is
    rejected.
    """
    matched = [MatchKeys(record) for record in records]
    groups = _Groups(records)
    rejected = _by_identifier(matched, groups)
    _by_content(matched, groups, rejected)
    clusters = groups.clusters(rejected)
    ids = _ids(records, clusters, known or {})
    orders = _orders(records)
    paper_ids: list[str | None] = [None] * len(records)
    papers = []
    for paper_id, cluster in zip(ids, clusters, strict=True):
        members = [records[i] for i in cluster]
        papers.append(combine(paper_id, members, orders[cluster[0]]))
        for i in cluster:
            paper_ids[i] = paper_id
    refusals = {
        i: Rejected(records[i].source, f"{records[i].place}: {records[i].title}"[:200], why)
        for i, why in sorted(rejected.items())
    }
    return MergedRecords(tuple(papers), tuple(paper_ids), refusals)


def keys_of(record: Record) -> list[str]:
    """Keys of a record, the most reliable first: identifiers, text, title."""
    text = zlib.crc32(record.abstract.encode())
    title = squeeze(record.title)
    return [*_identifier_keys(record.identifiers), f"text:{title}:{text}", f"title:{title}"]


def known_ids(stored: Iterable[tuple[Record, str | None]]) -> dict[str, str]:
    """The paper id of each key that belongs to one paper only."""
    known: dict[str, str | None] = {}
    for record, paper_id in stored:
        if paper_id is not None:
            for key in keys_of(record):
                known[key] = paper_id if known.get(key, paper_id) == paper_id else None
    return {key: paper_id for key, paper_id in known.items() if paper_id is not None}


class _Groups:
    """Disjoint sets of record indexes (union-find), without conflicting identifiers in a set."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._parent = list(range(len(records)))
        self._names = {i: kinds for i, r in enumerate(records) if (kinds := _kinds(r.identifiers))}

    def find(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def conflict(self, i: int, j: int) -> bool:
        """Whether their sets have different identifiers of one kind."""
        one, other = self._names.get(self.find(i), {}), self._names.get(self.find(j), {})
        return any(one[kind] != other[kind] for kind in one.keys() & other.keys())

    def unite(self, i: int, j: int) -> None:
        first, second = sorted((self.find(i), self.find(j)))
        if first != second:
            self._parent[second] = first
            names = {**self._names.get(second, {}), **self._names.get(first, {})}
            if names:
                self._names[first] = names

    def clusters(self, without: Mapping[int, str]) -> list[list[int]]:
        """The sets, each in order, in the order of their first records."""
        found: dict[int, list[int]] = defaultdict(list)
        for i in range(len(self._parent)):
            if i not in without:
                found[self.find(i)].append(i)
        return list(found.values())


def _by_identifier(records: Sequence[MatchKeys], groups: _Groups) -> dict[int, str]:
    """Unite records with a common identifier; returns the reasons for rejections by index."""
    first: dict[str, int] = {}
    rejected: dict[int, str] = {}
    for i, one in enumerate(records):
        keys = _identifier_keys(one.record.identifiers)
        for key in keys:
            j = first.get(key)
            if j is not None and another_paper(records[j], one):
                other = records[j].record
                rejected[i] = (
                    f"{key} is the identifier of another paper, {other.title[:80]!r} "
                    f"({other.source}, {other.place})"
                )
        if i in rejected:
            continue
        for key in keys:
            j = first.setdefault(key, i)
            if not groups.conflict(i, j):
                groups.unite(i, j)
    return rejected


def _by_content(records: Sequence[MatchKeys], groups: _Groups, rejected: Mapping[int, str]) -> None:
    """Unite records whose titles, abstracts, authors and years match."""
    members = {cluster[0]: _distinct(records, cluster) for cluster in groups.clusters(rejected)}
    for i, j in _candidates(records, rejected):
        one, other = groups.find(i), groups.find(j)
        if one == other or groups.conflict(i, j) or not same_paper(records[i], records[j]):
            continue
        ones, others = members[one], members[other]
        by_title = abstract_overlap(records[i], records[j]) is None
        if by_title and not groups_agree([records[k] for k in ones], [records[k] for k in others]):
            continue
        groups.unite(i, j)
        members[groups.find(i)] = _distinct(records, [*ones, *others])


def _distinct(records: Sequence[MatchKeys], places: Sequence[int]) -> list[int]:
    """One record of each text, year and authors, because copies need only be compared once."""
    found = {i: records[i].record for i in places}
    kinds = {(r.title, r.abstract, r.authors, r.year): i for i, r in found.items()}
    return list(kinds.values())


def _candidates(
    records: Sequence[MatchKeys], rejected: Mapping[int, str]
) -> Iterator[tuple[int, int]]:
    """Pairs of records with a common key, each once, in the order of their first records."""
    blocks: dict[str | int, list[int]] = defaultdict(list)
    for i, one in enumerate(records):
        if i not in rejected:
            for key in _block_keys(one):
                blocks[key].append(i)
    pairs: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) <= _LARGEST_BLOCK:
            pairs.update(combinations(block, 2))
        else:
            # A paper in many files, or a title of many papers.
            pairs.update((block[0], b) for b in block[1:])
            pairs.update(pairwise(block))
    return iter(sorted(pairs))


def _block_keys(one: MatchKeys) -> set[str | int]:
    title = one.squeezed
    keys: set[str | int] = {*one.sketch(), f"={title}"}
    if len(title) >= _TITLE_END:
        keys |= {f"^{title[:_TITLE_END]}", f"${title[-_TITLE_END:]}"}
    if one.families:
        keys.add(f"@{title[:12]}:{one.families[0]}")
    return keys


def _identifier_keys(names: Identifiers) -> list[str]:
    """Identifiers in the form of paper ids: the kind, then the value."""
    found = [("arxiv", names.arxiv), ("doi", names.doi), ("pmid", names.pmid)]
    return [f"{kind}:{value}" for kind, value in found if value]


def _kinds(names: Identifiers) -> dict[str, str]:
    """Identifiers by kind; the DOI of a preprint is a kind of its own."""
    found = {"arxiv": names.arxiv, "pmid": names.pmid}
    if names.doi:
        found["preprint" if names.doi.startswith(_PREPRINTS) else "doi"] = names.doi
    return {kind: value for kind, value in found.items() if value}


def _ids(
    records: Sequence[Record], clusters: Sequence[Sequence[int]], known: Mapping[str, str]
) -> list[str]:
    """A unique id per cluster: the id it had, its identifier, or one derived from its title."""
    taken: set[str] = set()
    ids: list[str] = []
    for cluster in clusters:
        found = _known_id(records, cluster, known, taken)
        ids.append(found)
        taken.add(found)
    for at, cluster in enumerate(clusters):
        if not ids[at]:
            members = [records[i] for i in cluster]
            ids[at] = _new_id(members, taken)
            taken.add(ids[at])
    return ids


def _known_id(
    records: Sequence[Record], cluster: Sequence[int], known: Mapping[str, str], taken: set[str]
) -> str:
    """The known id of the first record in the cluster that has one, or empty."""
    if not known:
        return ""
    keys = [keys_of(records[i]) for i in cluster]
    by_reliability = [*(k for each in keys for k in each[:-1]), *(each[-1] for each in keys)]
    found = (known[key] for key in by_reliability if key in known)
    return next((paper_id for paper_id in found if paper_id not in taken), "")


def _new_id(members: Sequence[Record], taken: set[str]) -> str:
    """An unused id. Papers with one title and no identifier are distinguished by their text."""
    first = members[0]
    plain = own_id(members) or derived_id(first.title)
    if plain not in taken:
        return plain
    salt = " ".join((first.title, first.abstract, *first.authors, str(first.year or "")))
    salts = chain([salt], (f"{salt} {number}" for number in count(1)))
    return next(new for new in map(derived_id, salts) if new not in taken)


def _orders(records: Sequence[Record]) -> list[int]:
    """Each record's place in its source, from 0."""
    seen: dict[str, int] = defaultdict(int)
    orders = []
    for record in records:
        orders.append(seen[record.source])
        seen[record.source] += 1
    return orders
