"""Exact search in vectors: a product of all of them with the question's.

See docs/decisions/0021 for why it is exact, and what was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.index.generations.durable import writable
from rag.index.vectors.hits import Hit
from rag.index.vectors.paper_rows import PaperRows
from rag.index.vectors.parts import Mask, Numbers, Rows
from rag.models.embedding.embedder import Vector, unit
from rag.types import EVERYTHING, Scope

if TYPE_CHECKING:
    from chromadb import Collection as ChromaCollection

    from rag.index.vectors.dense import DenseIndex

_SCOPES = 64  # scopes whose chunks are remembered: 9 MB for 100,000 papers
_COPIED = 1000  # papers whose vectors are copied at once: 3 MB


class ExactIndex:
    """Cosine search over a generation's vectors. Scores are cosines, -1 to 1; thread-safe.

    Papers in ``hidden`` are left out. ``within`` gives the `number_of` every paper in a scope;
    ``chunks`` is the folder of Chroma's database with the same vectors.
    """

    def __init__(
        self,
        rows: PaperRows,
        within: Callable[[Scope], Numbers],
        chunks: Path,
        hidden: Collection[str] = (),
    ) -> None:
        self._rows, self._within, self._folder = rows, within, chunks
        self._hidden = frozenset(hidden)
        counts = rows.chunk_counts()
        self._owners: Rows = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        shown = rows.live.copy()
        out = rows.find(hidden)
        shown[out[out >= 0]] = False
        self._shown: Mask | None = None if shown.all() else shown[self._owners]
        # Of each part the place of its first chunk among all.
        sizes = [len(part.spans) for part in rows.parts]
        self._first_chunks: Rows = np.cumsum([0, *sizes])
        self._mask = lru_cache(_SCOPES)(self._mask_of)

    @property
    def rows(self) -> PaperRows:
        """The papers of the generation, hidden ones too."""
        return self._rows

    def shows(self, paper_id: str) -> bool:
        """Whether searches may find a paper."""
        [row] = self._rows.find([paper_id]).tolist()
        return row >= 0 and paper_id not in self._hidden

    @property
    def chunks(self) -> ChromaCollection:
        """Chroma's collection of the chunks, for other programs; opened when it is first used."""
        return self._store.chunks

    @cached_property
    def _store(self) -> DenseIndex:
        from rag.index.vectors.dense import DenseIndex

        return DenseIndex(writable(self._folder))

    def close(self) -> None:
        """Close Chroma; the files of vectors are unmapped when nobody reads them."""
        if "_store" in vars(self):
            self._store.close()

    def search_chunks(
        self, query: Vector, k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, Hit]]:
        """The ``k`` nearest chunks, each with its paper's id, best first."""
        scores = self._scores(query)
        mask = self._mask(scope) if scope else self._shown
        if mask is not None:
            np.putmask(scores, ~mask, -np.inf)
        first = max(0, len(scores) - k)
        best = np.sort(np.argpartition(scores, first)[first:]) if first else np.arange(len(scores))
        best = best[np.argsort(-scores[best], kind="stable")]
        best = best[scores[best] > -np.inf]
        spans = self._spans(best).tolist()
        ids = self._rows.paper_ids(self._owners[best])
        hits = zip(ids, spans, scores[best].tolist(), strict=True)
        return [(paper_id, Hit(start, end, score)) for paper_id, (start, end), score in hits]

    def paper_vectors(self, papers: Sequence[str]) -> Vector:
        """The mean of each paper's chunk vectors; shape (papers, dimensions), unit length.

        A paper without chunks has zeros.
        """
        rows = self._rows.find(papers)
        width = max((part.vectors.shape[-1] for part in self._rows.parts), default=1)
        sums = np.zeros((len(papers), width), dtype=np.float32)
        starts = self._rows.first_rows
        for part, low, high in zip(self._rows.parts, starts[:-1], starts[1:], strict=True):
            places = np.flatnonzero((rows >= low) & (rows < high))
            for first in range(0, len(places), _COPIED):
                some = places[first : first + _COPIED]
                sums[some] = _sums(part.vectors, part.first_chunks, rows[some] - low)
        return unit(sums)

    def _scores(self, query: Vector) -> Vector:
        """The cosine of every chunk; shape (chunks,)."""
        parts = [part.vectors @ query for part in self._rows.parts if len(part.spans)]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([np.zeros(0, dtype=np.float32), *parts])

    def _mask_of(self, scope: Scope) -> Mask:
        """Which chunks are in a scope; shape (chunks,)."""
        rows = self._rows.rows_of(self._within(scope))
        inside = np.zeros(len(self._rows.live), dtype=np.bool_)
        inside[rows[rows >= 0]] = True
        mask: Mask = inside[self._owners]
        return mask if self._shown is None else mask & self._shown

    def _spans(self, chunks: Rows) -> NDArray[np.int32]:
        """The offsets of these chunks; shape (chunks, 2)."""
        found = np.zeros((len(chunks), 2), dtype=np.int32)
        firsts = self._first_chunks
        for part, first, end in zip(self._rows.parts, firsts[:-1], firsts[1:], strict=True):
            inside = np.flatnonzero((chunks >= first) & (chunks < end))
            found[inside] = part.spans[chunks[inside] - first]
        return found


def _sums(vectors: Vector, first_chunks: Rows, rows: Rows) -> Vector:
    """The sum of the vectors of each of these papers; shape (papers, dimensions)."""
    starts, ends = first_chunks[rows], first_chunks[rows + 1]
    counts = ends - starts
    before = np.cumsum(counts) - counts
    chunks = np.repeat(starts - before, counts) + np.arange(counts.sum())
    return np.asarray(np.add.reduceat(vectors[chunks], before, axis=0), dtype=np.float32)
