"""What a reading changes in what is indexed: pure comparison, nothing is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.corpus.paths import is_there
from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Changes:
    """The outcome, by paper. ``papers`` is everything that is indexed afterwards, in order.

    ``added`` and ``updated`` have new text; of ``relabelled`` only authors, year and the like are
    new.
    """

    added: tuple[Paper, ...]
    updated: tuple[Paper, ...]
    relabelled: tuple[Paper, ...]
    removed: tuple[str, ...]
    papers: tuple[Paper, ...]

    @property
    def text_is_new(self) -> frozenset[str]:
        """The ids of the papers that have to be embedded."""
        return frozenset(paper.paper_id for paper in (*self.added, *self.updated))

    @property
    def touched(self) -> frozenset[str]:
        """The ids of all papers that are not as they were."""
        every = (*self.added, *self.updated, *self.relabelled)
        return frozenset(paper.paper_id for paper in every)


@dataclass(frozen=True, slots=True)
class Kept:
    """All records after a reading, the old and the new, and the sources that are gone.

    ``fresh`` says of each record whether this reading read it.
    """

    records: tuple[Record, ...]
    fresh: tuple[bool, ...]
    missing: tuple[str, ...]


def compare(indexed: Sequence[Paper], target: Sequence[Paper], *, same_identity: bool) -> Changes:
    """What turns ``indexed`` into ``target``.

    With ``same_identity`` False every paper that stays counts as updated, because its vectors
    come from another embedder or chunker.
    """
    before = {paper.paper_id: paper for paper in indexed}
    after = {paper.paper_id for paper in target}
    stay = [paper for paper in target if paper.paper_id in before]
    valid = {
        paper.paper_id
        for paper in stay
        if same_identity and _same_text(paper, before[paper.paper_id])
    }
    return Changes(
        added=tuple(paper for paper in target if paper.paper_id not in before),
        updated=tuple(paper for paper in stay if paper.paper_id not in valid),
        relabelled=tuple(
            paper
            for paper in stay
            if paper.paper_id in valid and not _same_labels(paper, before[paper.paper_id])
        ),
        removed=tuple(paper_id for paper_id in before if paper_id not in after),
        papers=tuple(target),
    )


def replace_records(old: Sequence[Record], reading: Reading, *, prune: bool) -> Kept:
    """The records of the sources that were read in place of their old ones; the others stay.

    A source that was read anew keeps its place among the others. Of a file that was read in part
    the old records stay beside the new, but for those of the same title: where they stand may have
    moved, as in a catalogue's answer. Those of a source that is gone from the disk go only with
    ``prune``.
    """
    by_source: dict[str, list[Record]] = {}
    for record in reading.records:
        by_source.setdefault(record.source, []).append(record)
    new = {(record.source, record.title) for record in reading.records}
    gone = {source for source in dict.fromkeys(r.source for r in old) if _gone(source, reading)}
    records: list[Record] = []
    fresh: list[bool] = []
    for record in old:
        for again in by_source.pop(record.source, ()):
            records.append(again)
            fresh.append(True)
        again_read = reading.covers(record.source) or (record.source, record.title) in new
        if not again_read and not (prune and record.source in gone):
            records.append(record)
            fresh.append(False)
    for rest in by_source.values():
        records += rest
        fresh += [True] * len(rest)
    return Kept(tuple(records), tuple(fresh), () if prune else tuple(sorted(gone)))


def _gone(source: str, reading: Reading) -> bool:
    """Whether the paths speak of this source and its file is no more."""
    if reading.covers(source) or reading.in_part(source):
        return False
    file = Path(source.partition("!")[0])
    under = any(file == root or root in file.parents for root in reading.covered)
    return under and not is_there(str(file)) and not is_there(source)


def _same_text(one: Paper, other: Paper) -> bool:
    return (one.title, one.abstract) == (other.title, other.abstract)


def _same_labels(one: Paper, other: Paper) -> bool:
    """Whether all is the same but the place in the source, which moves with every other paper."""
    return one == other or one == replace(other, order=one.order)
