"""Builds a generation from the current one and what changed.

Papers are embedded in batches, and stored by other threads while the encoder reads the next. What
is embedded is kept in a folder beside the generations until one has it: a build that is stopped
makes a generation of what it has, and after one that was killed the next goes on where it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from rag.corpus.plan import Changes
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import PARTS, UNREADABLE, Identity, Manifest, write_contents
from rag.index.generations.records_file import StoredRecord
from rag.index.vectors.parts import Mask, Part, PartWriter, number_of
from rag.index.vectors.server import collection_of, note_changing
from rag.models.embedding.embedder import Embedder
from rag.types import Paper, Progress

if TYPE_CHECKING:
    from rag.index.build.storing import Store

Stop = Callable[[], bool]

_KEPT = 128  # papers that are stored again at once
_EMBEDDED = "embedded.part"

_Key: TypeAlias = tuple[int, int]  # the `number_of` a paper's id, and of what is embedded


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
    """The work: what to drop and what to embed, and what is in the index so far, by id.

    ``keys`` are the `_key` of each paper to embed, by id, and ``done`` those that are stored.
    """

    drop: list[str]
    embed: list[Paper]
    indexed: dict[str, Paper]
    keys: dict[str, _Key]
    done: set[_Key] = field(default_factory=set)
    embedded: int = 0
    stopped: bool = False


class Build:
    """One change of an index, a new generation. The caller holds the write lock."""

    def __init__(
        self,
        folder: IndexFolder,
        identity: Identity,
        embedder: Callable[[], Embedder],
        progress: Progress | None = None,
        stop: Stop | None = None,
        *,
        whole: bool = False,
        keep: Sequence[Path] | None = None,
    ) -> None:
        """With ``whole`` no other generation is removed.

        Of the older generations the current one stays, or those in ``keep``.
        """
        self._folder, self._identity = folder, identity
        self._embedder, self._progress, self._stop = embedder, progress, stop
        self._keep: Sequence[Path | None] = (
            folder.generations() if whole else [folder.current()] if keep is None else keep
        )
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
        work = _plan(stored, changes, self._identity, afresh=afresh)
        self._total = len(work.embed)
        embedded = self._folder.root / _EMBEDDED
        before = self._collection()
        # Numpy's own threads would take turns with the encoder's, at twice the processor time.
        with (
            threadpool_limits(limits=1, user_api="blas"),
            self._folder.draft(empty=afresh, keep=self._keep) as generation,
        ):
            self._fill(generation, embedded, work, stored, changes, records, afresh=afresh)
        shutil.rmtree(embedded, ignore_errors=True)
        note_changing(self._folder.root, begins=False)
        if self._folder.server and before and before != self._collection():
            self._folder.server.delete(before)
        return Built(work.indexed, work.embedded, work.stopped)

    def _collection(self) -> str | None:
        """The server's collection that the current generation names, if it can be read.

        A rebuild comes here when CURRENT or the generation is damaged, too.
        """
        with suppress(*UNREADABLE):
            for name in self._folder.named()[:1]:
                return collection_of(self._folder.root / name)
        return None

    def _fill(
        self,
        generation: Path,
        embedded: Path,
        work: _Work,
        stored: Sequence[Paper],
        changes: Changes,
        records: Sequence[StoredRecord] | None,
        *,
        afresh: bool,
    ) -> None:
        # Imported here so that a sync without changes loads neither Chroma nor tantivy.
        from rag.index.build.merging import merge_parts
        from rag.index.build.storing import Batch, Before, storing
        from rag.index.vectors.paper_rows import PaperRows

        before = PaperRows.open(generation / PARTS)
        _tidy(embedded, set(work.keys.values()))
        with (
            PartWriter(embedded) as writer,
            storing(
                generation, Before(before, stored, work.drop), writer, self._folder.server
            ) as store,
        ):
            store.put(Batch(changes.relabelled))
            self._store_kept(Part(embedded), work, store)
            self._store_new(work, store)
        new = Part(embedded)
        rows = merge_parts(generation / PARTS, before, work.drop, new, _done(new, work.done))
        papers = [
            work.indexed[paper.paper_id]
            for paper in changes.papers
            if paper.paper_id in work.indexed
        ]
        manifest = Manifest(self._identity, len(papers), *rows.counts())
        last = None if afresh else self._folder.manifest()
        write_contents(generation, manifest, papers, records, last.files if last else None)

    def _store_kept(self, part: Part, work: _Work, store: Store) -> None:
        """Store the papers that a killed build has embedded."""
        from rag.index.build.storing import Batch

        rows = {key: row for row, key in enumerate(_keys_of(part))}
        kept = [paper for paper in work.embed if work.keys[paper.paper_id] in rows]
        work.embed = [paper for paper in work.embed if work.keys[paper.paper_id] not in rows]
        for batch in _batches(kept, _KEPT):
            embedded = [part.embedded(rows[work.keys[paper.paper_id]]) for paper in batch]
            store.put(Batch(batch, embedded, kept=True))
            _note(work, batch, 0)

    def _store_new(self, work: _Work, store: Store) -> None:
        """Embed and store batches until all are done or a stop is requested."""
        from rag.index.build.pipeline import chunked, embedded
        from rag.index.build.storing import Batch

        if not work.embed:
            return
        embedder = self._embedder()
        batches = list(_batches(work.embed, embedder.at_once))
        start = self._total - len(work.embed)
        # While one batch is embedded the next is cut into chunks.
        with ThreadPoolExecutor(1, "paperchat-chunking") as ahead:
            waiting = ahead.submit(chunked, batches[0], embedder)
            for batch, following in zip_longest(batches, batches[1:]):
                if self._stop and self._stop():
                    work.stopped = True
                    break
                nodes = waiting.result()
                if following:
                    waiting = ahead.submit(chunked, following, embedder)
                progress = self._progress_of(start, len(batch))
                try:
                    papers = embedded(nodes, embedder, lambda i: work.keys[i][1], progress)
                except _Stopped:
                    work.stopped = True
                    break
                store.put(Batch(batch, papers))
                _note(work, batch, len(nodes))
                start += len(batch)

    def _progress_of(self, start: int, papers: int) -> Progress:
        """A callback that converts progress of a batch in chunks to that of the build in papers."""

        def report(done: int, chunks: int) -> None:
            if self._progress:
                self._progress(start + papers * done // max(1, chunks), self._total)
            if self._stop and self._stop():
                raise _Stopped

        return report


def _plan(stored: Sequence[Paper], changes: Changes, identity: Identity, *, afresh: bool) -> _Work:
    """What to drop and what to embed, and which papers are in the index already."""
    after = {paper.paper_id: paper for paper in changes.papers}
    embed = [p for p in changes.papers if p.paper_id in changes.to_embed]
    keys = {paper.paper_id: _key(paper, identity) for paper in embed}
    if afresh:
        return _Work([], embed, {}, keys)
    drop = [paper.paper_id for paper in stored if paper.paper_id not in after]
    indexed = {
        paper.paper_id: paper if paper.paper_id in changes.to_embed else after[paper.paper_id]
        for paper in stored
        if paper.paper_id in after
    }
    return _Work(drop, embed, indexed, keys)


def _key(paper: Paper, identity: Identity) -> _Key:
    content = "\n".join([identity.in_words(), paper.title, paper.abstract])
    return number_of(paper.paper_id), number_of(content)


def _keys_of(part: Part) -> Iterator[_Key]:
    columns = (part.papers[name].tolist() for name in ("number", "content"))
    return zip(*columns, strict=True)


def _tidy(embedded: Path, wanted: AbstractSet[_Key]) -> None:
    """Remove what an earlier build has embedded if nothing of it is wanted now."""
    if embedded.exists():
        with PartWriter(embedded):  # drops what was not written whole
            pass
        if wanted.isdisjoint(_keys_of(Part(embedded))):
            shutil.rmtree(embedded)


def _batches(papers: Sequence[Paper], size: int) -> Iterator[Sequence[Paper]]:
    return (papers[start : start + size] for start in range(0, len(papers), size))


def _note(work: _Work, papers: Sequence[Paper], embedded: int) -> None:
    """Note that papers are stored, and how many chunks were embedded for them."""
    work.indexed.update((paper.paper_id, paper) for paper in papers)
    work.done.update(work.keys[paper.paper_id] for paper in papers)
    work.embedded += embedded


def _done(part: Part, keys: Collection[_Key]) -> Mask:
    """Which rows of the part have one of the keys; of equal ones the last."""
    rows = {key: row for row, key in enumerate(_keys_of(part))}
    mask = np.zeros(len(part), dtype=np.bool_)
    mask[[row for key, row in rows.items() if key in keys]] = True
    return mask
