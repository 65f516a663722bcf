"""Vectors and tokens of shards as those of one index."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import InputError
from rag.index.shards.fan_out import FanOut
from rag.index.shards.layout import shard_of
from rag.index.vectors.read_paper import UNREAD, ReadPaper
from rag.types import EVERYTHING, Scope

if TYPE_CHECKING:
    from rag.index.vectors.hits import Hit
    from rag.models.embedding.embedder import Vector


class ShardedDense:
    """The dense indexes of all shards as one."""

    def __init__(self, shards: FanOut) -> None:
        self._shards = shards

    @property
    def chunks(self) -> Any:
        """Shards have no single collection. Raises InputError."""
        raise InputError(
            "An index in shards has no single collection of chunks.",
            "Ingest into a folder without shards: --index DIR.",
        )

    def close(self) -> None:
        """Close all shards' files."""
        self._shards.ask(lambda _, shard: shard.dense.close())

    def search_chunks(
        self, query: Vector, k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, Hit]]:
        """As `DenseIndex.search_chunks`."""
        found = self._shards.ask(lambda _, shard: shard.dense.search_chunks(query, k, scope))
        return heapq.nsmallest(k, chain(*found), key=lambda hit: (-hit[1].score, hit[0]))

    def paper_vectors(self, papers: Sequence[str]) -> Vector:
        """As `DenseIndex.paper_vectors`; papers of a shard that is down have zeros."""
        rows = _by_shard(papers, len(self._shards))
        found = self._shards.ask(
            lambda at, shard: (at, shard.dense.paper_vectors([papers[row] for row in rows[at]])),
            rows,
        )
        width = max((vectors.shape[1] for _, vectors in found), default=1)
        every = np.zeros((len(papers), width), dtype=np.float32)
        for at, vectors in found:
            every[rows[at]] = vectors
        return every


class ShardedTokens:
    """The tokens of all shards as one."""

    def __init__(self, shards: FanOut) -> None:
        self._shards = shards

    def close(self) -> None:
        """Close all shards' files."""
        self._shards.ask(lambda _, shard: shard.tokens.close())
        self._shards.close()

    def of(self, papers: Sequence[str]) -> dict[str, ReadPaper]:
        """As `TokenStore.of`; papers of a shard that is down count as not read."""
        rows = _by_shard(papers, len(self._shards))
        answers = self._shards.ask(
            lambda at, shard: (at, shard.tokens.of([papers[row] for row in rows[at]])), rows
        )
        found = {paper_id: read for _, some in answers for paper_id, read in some.items()}
        for place in rows.keys() - {place for place, _ in answers}:
            found |= {papers[row]: UNREAD for row in rows[place]}
        return found


def _by_shard(papers: Sequence[str], shards: int) -> dict[int, list[int]]:
    """The places of the papers in the sequence, by the shard that has them."""
    rows: dict[int, list[int]] = {}
    for row, paper_id in enumerate(papers):
        rows.setdefault(shard_of(paper_id, shards), []).append(row)
    return rows
