"""Plans a sync: which papers to add, update, relabel or remove. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from rag.corpus.paths import is_there
from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.types import Paper


@dataclass(frozen=True)  # without slots, which would leave no room for what is cached
class Changes:
    """The changes of a sync. ``papers`` are all papers that are indexed afterwards, in order.

    ``added`` and ``updated`` have new text; ``relabelled`` have new metadata only.
    """

    added: tuple[Paper, ...]
    updated: tuple[Paper, ...]
    relabelled: tuple[Paper, ...]
    removed: tuple[str, ...]
    papers: tuple[Paper, ...]

    @cached_property
    def to_embed(self) -> frozenset[str]:
        """The ids of the papers that have to be embedded."""
        return frozenset(paper.paper_id for paper in (*self.added, *self.updated))

    @cached_property
    def touched(self) -> frozenset[str]:
        """The ids of all papers that are added or changed."""
        every = (*self.added, *self.updated, *self.relabelled)
        return frozenset(paper.paper_id for paper in every)


@dataclass(frozen=True, slots=True)
class AllRecords:
    """All records after a reading, old and new, and the missing sources.

    ``is_new`` says for each record whether this reading read it.
    """

    records: tuple[Record, ...]
    is_new: tuple[bool, ...]
    missing: tuple[str, ...]


def changes_between(
    indexed: Sequence[Paper], target: Sequence[Paper], *, same_identity: bool
) -> Changes:
    """The changes that turn ``indexed`` into ``target``.

    Without ``same_identity`` every remaining paper counts as updated, because its vectors come
    from another embedder or chunker.
    """
    before = {paper.paper_id: paper for paper in indexed}
    after = {paper.paper_id for paper in target}
    added, updated, relabelled = [], [], []
    for paper in target:
        old = before.get(paper.paper_id)
        if old is None:
            added.append(paper)
        elif not same_identity or not _same_text(paper, old):
            updated.append(paper)
        elif not _same_labels(paper, old):
            relabelled.append(paper)
    return Changes(
        added=tuple(added),
        updated=tuple(updated),
        relabelled=tuple(relabelled),
        removed=tuple(paper_id for paper_id in before if paper_id not in after),
        papers=tuple(target),
    )


def replace_records(old: Sequence[Record], reading: Reading, *, prune: bool) -> AllRecords:
    """Replace the records of the sources that were read; records of other sources stay.

    A source keeps its place among the others. If a file was read only in part, its old records
    stay in addition to the new ones, except those with the same title. The records of a file that
    no longer exists are dropped only with ``prune``.
    """
    by_source: dict[str, list[Record]] = {}
    for record in reading.records:
        by_source.setdefault(record.source, []).append(record)
    new_titles = {(record.source, record.title) for record in reading.records}
    gone = {source for source in dict.fromkeys(r.source for r in old) if _gone(source, reading)}
    records: list[Record] = []
    is_new: list[bool] = []
    for record in old:
        for new_record in by_source.pop(record.source, ()):
            records.append(new_record)
            is_new.append(True)
        replaced = reading.covers(record.source) or (record.source, record.title) in new_titles
        if not replaced and not (prune and record.source in gone):
            records.append(record)
            is_new.append(False)
    for rest in by_source.values():
        records += rest
        is_new += [True] * len(rest)
    return AllRecords(tuple(records), tuple(is_new), () if prune else tuple(sorted(gone)))


def _gone(source: str, reading: Reading) -> bool:
    """Whether this source is under the paths that were read, and its file does not exist."""
    if reading.covers(source) or reading.in_part(source):
        return False
    file = Path(source.partition("!")[0])
    under = any(file == root or root in file.parents for root in reading.covered)
    return under and not is_there(str(file)) and not is_there(source)


def _same_text(one: Paper, other: Paper) -> bool:
    return one.title == other.title and one.abstract == other.abstract


def _same_labels(one: Paper, other: Paper) -> bool:
    """Whether the papers are equal except for their places in the source."""
    return one == other or one == replace(other, order=one.order)
