"""Merges all records of one paper, from any files, into that paper.

Identifiers decide first, then titles together with abstracts, authors and years (`matching`). Only
records that share a key are compared (`candidates`), and those that were compared in the merge
before are not compared again (`compared`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rag.corpus.dedupe.candidates import pairs_of, rows_of
from rag.corpus.dedupe.combine import combine
from rag.corpus.dedupe.compared import (
    DIFFERENT,
    NOTHING,
    SAME_TEXT,
    SAME_TITLE,
    UNKNOWN,
    Compared,
    Links,
    fingerprint,
    keys_from,
    known_pairs,
)
from rag.corpus.dedupe.keys import MatchKeys
from rag.corpus.dedupe.matching import abstract_overlap, another_paper, groups_agree, same_paper
from rag.corpus.dedupe.notices import Notices
from rag.corpus.dedupe.paper_ids import KnownIds, Print, ids_of, shared_keys
from rag.corpus.record import Record
from rag.types import ZOTERO_LINK, Identifiers, Paper

_MOST_NAMED = 40  # papers with one identifier that a record is compared with
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
    """The papers of some records, for each record the id of its paper, and what was compared."""

    papers: tuple[Paper, ...]
    paper_ids: tuple[str, ...]
    compared: Compared = field(default=NOTHING, compare=False)


def merge(
    records: Sequence[Record],
    known: KnownIds | None = None,
    before: Compared = NOTHING,
    print_of: Print = fingerprint,
) -> MergedRecords:
    """Papers in the order of their first records.

    ``known`` has the ids of indexed papers by their records; these ids do not change. Records with
    a common identifier but clearly different texts become papers of their own; no new id is the
    common identifier, but a known one may be. ``before`` is what an earlier merge compared, which
    changes nothing but the time it takes; ``print_of`` is `fingerprint` or remembers its results.
    """
    matched = [MatchKeys(record) for record in records]
    groups, shared = _Groups(records), shared_keys(records)
    _by_item(records, groups)
    _by_identifier(matched, groups, shared)
    compared = _by_content(matched, groups, before, print_of)
    clusters = groups.clusters()
    members = [[records[i] for i in cluster] for cluster in clusters]
    apart = {key for key, found in shared.items() if len({*map(groups.find, found)}) > 1}
    ids = ids_of(members, apart, known or KnownIds(()), print_of)
    orders, notices = _orders(records), Notices(matched, compared.keys[:, 0])
    links = Links(before.links)
    paper_ids = [""] * len(records)
    papers = []
    for paper_id, cluster, group in zip(ids, clusters, members, strict=True):
        said = notices.about(cluster)
        papers.append(combine(paper_id, group, orders[cluster[0]], said, links))
        for i in cluster:
            paper_ids[i] = paper_id
    return MergedRecords(tuple(papers), tuple(paper_ids), replace(compared, links=links.found))


def shared_identifiers(
    records: Sequence[Record], paper_ids: Sequence[str | None]
) -> dict[int, tuple[str, int]]:
    """An identifier that several papers have: of each paper but the first one the first record.

    Gives by its index the identifier and the index of the record that has it, too.
    """
    pairs = [
        (i, key, places[0])
        for key, places in shared_keys(records).items()
        for i in places[1:]
        if paper_ids[i] != paper_ids[places[0]]
    ]
    found: dict[str | None, tuple[int, str, int]] = {}
    for i, key, j in sorted(pairs):
        found.setdefault(paper_ids[i], (i, key, j))
    return {i: (key, j) for i, key, j in found.values()}


class _Groups:
    """Disjoint sets of record indexes (union-find), without conflicting identifiers in a set."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._parent = list(range(len(records)))
        self._names: dict[int, Mapping[str, str]] = {}

    def find(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def conflict(self, i: int, j: int) -> bool:
        """Whether their sets have different identifiers of one kind."""
        return _conflict(self._of(self.find(i)), self._of(self.find(j)))

    def unite(self, i: int, j: int) -> None:
        first, second = sorted((self.find(i), self.find(j)))
        if first != second:
            self._parent[second] = first
            self._names[first] = {**self._of(second), **self._of(first)}

    def clusters(self) -> list[list[int]]:
        """The sets, each in order, in the order of their first records."""
        found: dict[int, list[int]] = defaultdict(list)
        for i in range(len(self._parent)):
            found[self.find(i)].append(i)
        return list(found.values())

    def _of(self, root: int) -> Mapping[str, str]:
        """The identifiers of a set by kind."""
        if root not in self._names:
            self._names[root] = _kinds(self._records[root].identifiers)
        return self._names[root]


def _by_item(records: Sequence[Record], groups: _Groups) -> None:
    """Unite the records of one item in Zotero, which may be in several collections that are read.

    Such an item need not say enough for that: it may have a title and nothing else.
    """
    first: dict[tuple[str, str], int] = {}
    for i, record in enumerate(records):
        if record.extra and record.extra[0][0] == ZOTERO_LINK:
            extra = dict(record.extra)
            j = first.setdefault((extra[ZOTERO_LINK], extra.get("zotero library", "")), i)
            if not groups.conflict(i, j):
                groups.unite(i, j)


def _by_identifier(
    records: Sequence[MatchKeys], groups: _Groups, shared: Mapping[str, Sequence[int]]
) -> None:
    """Unite records with a common identifier, unless they are clearly different papers."""
    named: dict[str, list[int]] = defaultdict(list)  # the first record of each paper
    translated = {  # with more titles it is the identifier of several works
        key: len({records[i].squeezed for i in places}) <= 2 for key, places in shared.items()
    }
    holders: dict[int, list[str]] = defaultdict(list)
    for key, places in shared.items():
        for i in places:
            holders[i].append(key)
    for i in sorted(holders):
        for key in sorted(holders[i]):  # arXiv, DOI, PMID
            for j in named[key][:_MOST_NAMED]:
                same = groups.find(i) == groups.find(j)
                if same or not (
                    groups.conflict(i, j)
                    or another_paper(records[j], records[i], translated=translated[key])
                ):
                    groups.unite(i, j)
                    break
            else:
                named[key].append(i)


def _by_content(
    records: Sequence[MatchKeys], groups: _Groups, before: Compared, print_of: Print
) -> Compared:
    """Unite records whose titles, abstracts, authors and years match; returns what is compared."""
    prints = np.array([print_of(one.record) for one in records], np.uint64)
    keys = keys_from(before, prints, records)
    pairs = pairs_of(keys)
    outcomes = known_pairs(before, prints, pairs)
    open_pairs = outcomes != DIFFERENT
    pairs, outcomes = pairs[open_pairs], outcomes[open_pairs]
    ones, others = rows_of(pairs)
    members = _Members(records, groups)
    for at, (i, j) in enumerate(zip(ones.tolist(), others.tolist(), strict=True)):
        if groups.find(i) == groups.find(j):
            continue
        if groups.conflict(i, j):
            if _conflict(*(_kinds(records[k].record.identifiers) for k in (i, j))):
                outcomes[at] = DIFFERENT  # whatever their groups will be
            continue
        if outcomes[at] == UNKNOWN:
            outcomes[at] = _outcome(records[i], records[j])
        if outcomes[at] == SAME_TEXT or (outcomes[at] == SAME_TITLE and members.agree(i, j)):
            members.unite(i, j)
    kept = outcomes != DIFFERENT
    return Compared(prints, keys, pairs[kept], outcomes[kept], {})


def _outcome(one: MatchKeys, other: MatchKeys) -> int:
    if not same_paper(one, other):
        return DIFFERENT
    return SAME_TITLE if abstract_overlap(one, other) is None else SAME_TEXT


class _Members:
    """Of each set one record of each text, year and authors: copies need only be compared once."""

    def __init__(self, records: Sequence[MatchKeys], groups: _Groups) -> None:
        self._records, self._groups = records, groups
        several = (cluster for cluster in groups.clusters() if len(cluster) > 1)
        self._found = {cluster[0]: self._distinct(cluster) for cluster in several}

    def agree(self, i: int, j: int) -> bool:
        """Whether the sets of two records, whose titles match, are the same paper."""
        return groups_agree(*([self._records[k] for k in self._of(at)] for at in (i, j)))

    def unite(self, i: int, j: int) -> None:
        both = [*self._of(i), *self._of(j)]
        self._groups.unite(i, j)
        self._found[self._groups.find(i)] = self._distinct(both)

    def _of(self, i: int) -> list[int]:
        root = self._groups.find(i)
        return self._found.get(root, [root])

    def _distinct(self, places: Sequence[int]) -> list[int]:
        found = {i: self._records[i].record for i in places}
        kinds = {(r.title, r.abstract, r.authors, r.year): i for i, r in found.items()}
        return list(kinds.values())


def _conflict(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return any(one[kind] != other[kind] for kind in one.keys() & other.keys())


def _kinds(names: Identifiers) -> dict[str, str]:
    """Identifiers by kind; the DOI of a preprint is a kind of its own."""
    found = {"arxiv": names.arxiv, "pmid": names.pmid}
    if names.doi:
        found["preprint" if names.doi.startswith(_PREPRINTS) else "doi"] = names.doi
    return {kind: value for kind, value in found.items() if value}


def _orders(records: Sequence[Record]) -> list[int]:
    """Each record's place in its source, from 0."""
    seen: dict[str, int] = defaultdict(int)
    orders = []
    for record in records:
        orders.append(seen[record.source])
        seen[record.source] += 1
    return orders
