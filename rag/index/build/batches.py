"""Changes into new generations, a few at a time, so that a build that is stopped keeps its work.

What a batch of papers costs is embedding; what a generation costs is a copy of the index. So
batches go into one generation for a minute, and then it is made current and copied for the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.plan import Changes
from rag.index.generations import (
    DENSE,
    LEXICAL,
    TOKENS,
    Identity,
    IndexFolder,
    Manifest,
    write_contents,
)
from rag.index.records_file import Filed
from rag.models.embedder import Embedder
from rag.types import Paper, Progress

if TYPE_CHECKING:
    from rag.index.dense import DenseIndex
    from rag.index.token_store import TokenStore

Stop = Callable[[], bool]

_BATCH = 128  # papers; what was embedded of one is lost where it is stopped
SECONDS_A_GENERATION = 60.0


class _Stopped(Exception):
    """Somebody wants to stop, and nothing of this batch is in the index yet."""


@dataclass(frozen=True, slots=True)
class Built:
    """What is in the index afterwards, by id; the chunks embedded; whether it ended early."""

    papers: Mapping[str, Paper]
    embedded: int
    stopped: bool


@dataclass(slots=True)
class _Left:
    """The work that is left, and the papers that are in the index so far, by id."""

    drop: list[str]
    embed: list[Paper]
    indexed: dict[str, Paper]
    embedded: int = 0
    stopped: bool = False


class Build:
    """One change of an index, in as many generations as it takes. The caller holds `writing`."""

    def __init__(
        self,
        folder: IndexFolder,
        identity: Identity,
        embedder: Callable[[], Embedder],
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> None:
        self._folder, self._identity = folder, identity
        self._embedder, self._progress, self._stop = embedder, progress, stop
        self._all = 0

    def run(
        self,
        stored: Sequence[Paper],
        changes: Changes,
        filed: Sequence[Filed] | None,
        *,
        afresh: bool,
    ) -> Built:
        """Make ``changes``, or as many of them as there is time for.

        ``stored`` is what the current generation holds; with ``afresh`` nothing of it is used.
        """
        left = _plan(stored, changes, afresh=afresh)
        self._all = len(left.embed)
        before, relabelled = self._folder.current(), list(changes.relabelled)
        empty = afresh
        while True:
            with self._folder.draft(empty=empty, keep=before) as generation:
                self._fill(generation, left, relabelled, changes, filed)
            empty, relabelled = False, []
            if left.stopped or not left.embed:
                return Built(left.indexed, left.embedded, left.stopped)

    def _fill(
        self,
        generation: Path,
        left: _Left,
        relabelled: Sequence[Paper],
        changes: Changes,
        filed: Sequence[Filed] | None,
    ) -> None:
        """One generation's worth of the work that is left."""
        # Chroma and tantivy are imported here so that an unchanged sync costs neither.
        from rag.index.dense import DenseIndex
        from rag.index.lexical import LexicalIndex
        from rag.index.token_store import TokenStore

        gone, put = list(left.drop), list(relabelled)
        dense = DenseIndex(generation / DENSE)
        with closing(dense), TokenStore(generation / TOKENS, create=True) as tokens:
            dense.remove(left.drop)
            dense.relabel(relabelled)
            tokens.replace(left.drop, {})
            left.drop = []
            for batch in self._batches(left, dense, tokens):
                put += batch
            counts = dense.chunks.count(), dense.sentences.count()
        DenseIndex.compact(generation / DENSE)
        lexical = LexicalIndex(generation / LEXICAL, create=True)
        lexical.replace([*gone, *(paper.paper_id for paper in put)], put)
        papers = [
            left.indexed[paper.paper_id]
            for paper in changes.papers
            if paper.paper_id in left.indexed
        ]
        write_contents(generation, Manifest(self._identity, len(papers), *counts), papers, filed)

    def _batches(self, left: _Left, dense: DenseIndex, tokens: TokenStore) -> list[list[Paper]]:
        """The batches that were embedded and stored before time was up or a stop was asked for."""
        from rag.index.build.pipeline import add_papers

        done: list[list[Paper]] = []
        until = time.monotonic() + SECONDS_A_GENERATION
        while left.embed and (not done or time.monotonic() < until):
            if self._stop and self._stop():
                left.stopped = True
                break
            batch = left.embed[:_BATCH]
            ids = [paper.paper_id for paper in batch]
            old = [paper_id for paper_id in ids if paper_id in left.indexed]
            start = self._all - len(left.embed)
            try:
                prepared = add_papers(
                    dense, tokens, self._embedder(), batch, self._telling(start, len(batch)), old
                )
            except _Stopped:
                left.stopped = True
                break
            left.embedded += prepared
            left.indexed.update(zip(ids, batch, strict=True))
            left.embed = left.embed[_BATCH:]
            done.append(batch)
        return done

    def _telling(self, start: int, papers: int) -> Progress:
        """Progress of one batch, in chunks, as progress of the whole, in papers."""

        def tell(done: int, chunks: int) -> None:
            if self._progress:
                self._progress(start + papers * done // max(1, chunks), self._all)
            if self._stop and self._stop():
                raise _Stopped

        return tell


def _plan(stored: Sequence[Paper], changes: Changes, *, afresh: bool) -> _Left:
    """What has to go, what has to come, and what is there already."""
    after = {paper.paper_id: paper for paper in changes.papers}
    embed = [p for p in changes.papers if p.paper_id in changes.text_is_new]
    if afresh:
        return _Left([], embed, {})
    drop = [paper.paper_id for paper in stored if paper.paper_id not in after]
    indexed = {
        paper.paper_id: paper if paper.paper_id in changes.text_is_new else after[paper.paper_id]
        for paper in stored
        if paper.paper_id in after
    }
    return _Left(drop, embed, indexed)
