"""Builds generations in batches of papers, so that a stopped build keeps its work.

A batch costs the embedding of its papers; a generation costs a copy of the index. So all batches of
one minute go into one generation, which then becomes current and is copied for the next.
"""

from __future__ import annotations

import errno
import math
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.plan import Changes
from rag.index.generations import IndexFolder
from rag.index.manifest import DENSE, LEXICAL, TOKENS, Identity, Manifest, write_contents
from rag.index.records_file import StoredRecord
from rag.models.embedder import Embedder
from rag.types import Paper, Progress

if TYPE_CHECKING:
    from rag.index.dense import DenseIndex
    from rag.index.token_store import TokenStore

Stop = Callable[[], bool]

_BATCH = 128  # papers; a stop loses the embeddings of at most one batch
SECONDS_A_GENERATION = 60.0


class _Stopped(Exception):
    """A stop was requested before anything of this batch was stored."""


@dataclass(frozen=True, slots=True)
class Built:
    """The indexed papers by id, the number of embedded chunks, and whether a stop ended it."""

    papers: Mapping[str, Paper]
    embedded: int
    stopped: bool


@dataclass(slots=True)
class _Work:
    """The remaining work, and the papers that are in the index so far, by id."""

    drop: list[str]
    embed: list[Paper]
    indexed: dict[str, Paper]
    embedded: int = 0
    stopped: bool = False


class Build:
    """One change of an index, in one or more generations. The caller holds the write lock."""

    def __init__(
        self,
        folder: IndexFolder,
        identity: Identity,
        embedder: Callable[[], Embedder],
        progress: Progress | None = None,
        stop: Stop | None = None,
        *,
        whole: bool = False,
    ) -> None:
        """With ``whole`` all goes into one generation, and no other is removed."""
        self._folder, self._identity = folder, identity
        self._embedder, self._progress, self._stop = embedder, progress, stop
        self._seconds = math.inf if whole else SECONDS_A_GENERATION
        self._keep: Sequence[Path | None] = folder.generations() if whole else [folder.current()]
        self._total = 0

    def run(
        self,
        stored: Sequence[Paper],
        changes: Changes,
        records: Sequence[StoredRecord] | None,
        *,
        afresh: bool,
    ) -> Built:
        """Make ``changes``, or those that are done when a stop is requested.

        ``stored`` are the current generation's papers. With ``afresh`` the build starts empty.
        """
        work = _plan(stored, changes, afresh=afresh)
        self._total = len(work.embed)
        relabelled, empty = list(changes.relabelled), afresh
        while True:
            with self._folder.draft(empty=empty, keep=self._keep) as generation:
                self._fill(generation, work, relabelled, changes, records)
            empty, relabelled = False, []
            if work.stopped or not work.embed:
                return Built(work.indexed, work.embedded, work.stopped)

    def _fill(
        self,
        generation: Path,
        work: _Work,
        relabelled: Sequence[Paper],
        changes: Changes,
        records: Sequence[StoredRecord] | None,
    ) -> None:
        """Do as much of the work as fits into one generation."""
        # Imported here so that a sync without changes loads neither Chroma nor tantivy.
        from rag.index.dense import DenseIndex
        from rag.index.lexical import LexicalIndex
        from rag.index.token_store import TokenStore

        gone, put = list(work.drop), list(relabelled)
        with (
            _storing(),
            closing(DenseIndex(generation / DENSE, create=True)) as dense,
            TokenStore(generation / TOKENS, create=True) as tokens,
        ):
            dense.remove(work.drop)
            dense.relabel(relabelled)
            tokens.replace(work.drop, {})
            work.drop = []
            for batch in self._batches(work, dense, tokens):
                put += batch
            counts = dense.chunks.count(), tokens.count_sentences()
        with _storing(ValueError):  # tantivy's error for everything
            DenseIndex.finish(generation / DENSE)
            lexical = LexicalIndex(generation / LEXICAL, create=True)
            lexical.replace([*gone, *(paper.paper_id for paper in put)], put)
        papers = [
            work.indexed[paper.paper_id]
            for paper in changes.papers
            if paper.paper_id in work.indexed
        ]
        write_contents(generation, Manifest(self._identity, len(papers), *counts), papers, records)

    def _batches(self, work: _Work, dense: DenseIndex, tokens: TokenStore) -> list[list[Paper]]:
        """Embed and store batches until the minute is over or a stop is requested; return them."""
        from rag.index.build.pipeline import add_papers

        done: list[list[Paper]] = []
        until = time.monotonic() + self._seconds
        while work.embed and (not done or time.monotonic() < until):
            if self._stop and self._stop():
                work.stopped = True
                break
            batch = work.embed[:_BATCH]
            ids = [paper.paper_id for paper in batch]
            old = [paper_id for paper_id in ids if paper_id in work.indexed]
            start = self._total - len(work.embed)
            try:
                progress = self._progress_of(start, len(batch))
                chunks = add_papers(dense, tokens, self._embedder(), batch, progress, old)
            except _Stopped:
                work.stopped = True
                break
            work.embedded += chunks
            work.indexed.update(zip(ids, batch, strict=True))
            work.embed = work.embed[_BATCH:]
            done.append(batch)
        return done

    def _progress_of(self, start: int, papers: int) -> Progress:
        """A callback that converts progress of a batch in chunks to that of the build in papers."""

        def report(done: int, chunks: int) -> None:
            if self._progress:
                self._progress(start + papers * done // max(1, chunks), self._total)
            if self._stop and self._stop():
                raise _Stopped

        return report


@contextmanager
def _storing(*more: type[Exception]) -> Iterator[None]:
    """Raise OSError for what the engines raise when they cannot write, as on a full disk."""
    from rag.index.dense import ChromaError

    errors: tuple[type[Exception], ...] = (ChromaError, sqlite3.Error, *more)
    try:
        yield
    except errors as exc:
        raise OSError(errno.EIO, str(exc)) from exc


def _plan(stored: Sequence[Paper], changes: Changes, *, afresh: bool) -> _Work:
    """What to drop and what to embed, and which papers are in the index already."""
    after = {paper.paper_id: paper for paper in changes.papers}
    embed = [p for p in changes.papers if p.paper_id in changes.to_embed]
    if afresh:
        return _Work([], embed, {})
    drop = [paper.paper_id for paper in stored if paper.paper_id not in after]
    indexed = {
        paper.paper_id: paper if paper.paper_id in changes.to_embed else after[paper.paper_id]
        for paper in stored
        if paper.paper_id in after
    }
    return _Work(drop, embed, indexed)
