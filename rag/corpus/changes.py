"""What a reading changes in what is indexed: pure comparison, nothing is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.read import Reading
from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Changes:
    """The outcome, by paper. ``papers`` is everything that is indexed afterwards, in order.

    ``unchanged`` counts what was read; papers of other sources are in ``papers`` alone.
    """

    added: tuple[Paper, ...]
    updated: tuple[Paper, ...]
    unchanged: tuple[Paper, ...]
    removed: tuple[str, ...]
    papers: tuple[Paper, ...]

    @property
    def to_embed(self) -> tuple[Paper, ...]:
        """The papers whose text is new."""
        return self.added + self.updated

    @property
    def to_drop(self) -> tuple[str, ...]:
        """The ids whose indexed text is no longer right."""
        return self.removed + tuple(paper.paper_id for paper in self.updated)


def compare(indexed: Sequence[Paper], reading: Reading, *, same_identity: bool) -> Changes:
    """Bring ``indexed`` in line with ``reading``; papers of other sources stay.

    With ``same_identity`` False every paper that stays counts as updated, because its vectors
    come from another embedder or chunker.
    """
    before = {paper.paper_id: paper for paper in indexed}
    now = {paper.paper_id: paper for paper in reading.papers}
    removed = tuple(
        i for i, paper in before.items() if i not in now and reading.covers(paper.source)
    )
    kept = {i: paper for i, paper in before.items() if i not in removed}
    after = {**kept, **now}
    stay = [paper for i, paper in after.items() if i in before]
    valid = {
        paper.paper_id
        for paper in stay
        if same_identity and _same_text(paper, before[paper.paper_id])
    }
    return Changes(
        added=tuple(paper for i, paper in now.items() if i not in before),
        updated=tuple(paper for paper in stay if paper.paper_id not in valid),
        unchanged=tuple(paper for i, paper in now.items() if i in valid),
        removed=removed,
        papers=tuple(after.values()),
    )


def _same_text(one: Paper, other: Paper) -> bool:
    return (one.title, one.abstract) == (other.title, other.abstract)
