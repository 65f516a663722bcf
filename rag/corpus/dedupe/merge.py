"""Merges all records of one paper, from any files, into that paper.

Identifiers decide first, then titles together with abstracts, authors and years (`matching`). Only
records that share a key are compared: the title, its beginning or end, or one of the smallest
shingles of the abstract. So a hundred thousand records take a minute.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, count, pairwise

from rag.corpus.dedupe.combine import combine, own_id
from rag.corpus.dedupe.keys import MatchKeys, squeeze
from rag.corpus.dedupe.matching import abstract_overlap, another_paper, groups_agree, same_paper
from rag.corpus.dedupe.notices import Notices
from rag.corpus.papers import derived_id
from rag.corpus.record import Record
from rag.types import Identifiers, Paper

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
    """The papers of some records, and for each record the id of its paper."""

    papers: tuple[Paper, ...]
    paper_ids: tuple[str, ...]


def merge(records: Sequence[Record], known: Mapping[str, str] | None = None) -> MergedRecords:
    """Papers in the order of their first records.

    ``known`` has the ids of indexed papers by each of `keys_of` their records; these ids do not
    change. Records with a common identifier but clearly different texts become papers of their own;
    no new id is the common identifier, but a known one may be.
    """
    matched = [MatchKeys(record) for record in records]
    groups = _Groups(records)
    _by_identifier(matched, groups)
    _by_content(matched, groups)
    clusters = groups.clusters()
    ids = _ids(records, clusters, known or {})
    orders, notices = _orders(records), Notices(matched)
    paper_ids = [""] * len(records)
    papers = []
    for paper_id, cluster in zip(ids, clusters, strict=True):
        members = [records[i] for i in cluster]
        said = notices.about([matched[i] for i in cluster])
        papers.append(combine(paper_id, members, orders[cluster[0]], said))
        for i in cluster:
            paper_ids[i] = paper_id
    return MergedRecords(tuple(papers), tuple(paper_ids))


def shared_identifiers(
    records: Sequence[Record], paper_ids: Sequence[str | None]
) -> dict[int, tuple[str, int]]:
    """An identifier that several papers have: of each paper but the first one the first record.

    Gives by its index the identifier and the index of the record that has it, too.
    """
    first: dict[str, int] = {}
    found: dict[str | None, tuple[int, str, int]] = {}
    for i, record in enumerate(records):
        for key in _identifier_keys(record.identifiers):
            j = first.setdefault(key, i)
            if paper_ids[i] != paper_ids[j]:
                found.setdefault(paper_ids[i], (i, key, j))
    return {i: (key, j) for i, key, j in found.values()}


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

    def clusters(self) -> list[list[int]]:
        """The sets, each in order, in the order of their first records."""
        found: dict[int, list[int]] = defaultdict(list)
        for i in range(len(self._parent)):
            found[self.find(i)].append(i)
        return list(found.values())


def _by_identifier(records: Sequence[MatchKeys], groups: _Groups) -> None:
    """Unite records with a common identifier, unless they are clearly different papers."""
    named: dict[str, list[int]] = defaultdict(list)  # the first record of each paper
    titles: dict[str, set[str]] = defaultdict(set)
    for one in records:
        for key in _identifier_keys(one.record.identifiers):
            titles[key].add(one.squeezed)
    for i, one in enumerate(records):
        for key in _identifier_keys(one.record.identifiers):
            translated = len(titles[key]) <= 2  # with more it is that of several works
            for j in named[key][:_LARGEST_BLOCK]:
                same = groups.find(i) == groups.find(j)
                if same or not (
                    groups.conflict(i, j) or another_paper(records[j], one, translated=translated)
                ):
                    groups.unite(i, j)
                    break
            else:
                named[key].append(i)


def _by_content(records: Sequence[MatchKeys], groups: _Groups) -> None:
    """Unite records whose titles, abstracts, authors and years match."""
    members = {cluster[0]: _distinct(records, cluster) for cluster in groups.clusters()}
    for i, j in _candidates(records):
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


def _candidates(records: Sequence[MatchKeys]) -> Iterator[tuple[int, int]]:
    """Pairs of records with a common key, each once, in the order of their first records."""
    blocks: dict[str | int, list[int]] = defaultdict(list)
    for i, one in enumerate(records):
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
    """A unique id per cluster: the id it had, its identifier, or one derived from its title.

    An identifier that several clusters have is the new id of none, or their order would matter.
    """
    members = [[records[i] for i in cluster] for cluster in clusters]
    names = [
        {key for one in group for key in _identifier_keys(one.identifiers)} for group in members
    ]
    shared = {key for key, holders in Counter(chain.from_iterable(names)).items() if holders > 1}
    taken: set[str] = set()
    ids: list[str] = []
    for group in members:
        ids.append(_known_id(group, known, taken, shared))
        taken.add(ids[-1])
    for at, group in enumerate(members):
        if not ids[at]:
            ids[at] = _new_id(group, taken, shared)
            taken.add(ids[at])
    return ids


def _known_id(
    members: Sequence[Record], known: Mapping[str, str], taken: set[str], shared: set[str]
) -> str:
    """The known id of the first of a paper's records that has one, or empty."""
    if not known:
        return ""
    keys = [keys_of(record) for record in members]
    by_reliability = [*(k for each in keys for k in each[:-1]), *(each[-1] for each in keys)]
    found = (known[key] for key in by_reliability if key in known and key not in shared)
    return next((paper_id for paper_id in found if paper_id not in taken), "")


def _new_id(members: Sequence[Record], taken: set[str], shared: set[str]) -> str:
    """An unused id. Papers with one title and no identifier are distinguished by their text."""
    first = members[0]
    plain = own_id(members, shared) or derived_id(first.title)
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
