"""Bring the index in line with what was read."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

from rag.corpus.dedupe.merge import Merging, known_ids, merge
from rag.corpus.plan import Changes, Kept, compare, replace_records
from rag.corpus.reading import Reading
from rag.errors import IndexUnavailableError
from rag.index.build.batches import Build, Built, Stop
from rag.index.generations import Identity, IndexFolder
from rag.index.records_file import Filed
from rag.models.embedder import Embedder
from rag.types import Ledger, Merged, Paper, Progress


def sync(
    folder: IndexFolder,
    identity: Identity,
    reading: Reading,
    embedder: Callable[[], Embedder],
    progress: Progress | None = None,
    *,
    prune: bool = False,
    stop: Stop | None = None,
) -> Ledger:
    """Add, replace and remove what differs; where nothing differs, nothing is loaded or written.

    ``embedder`` is called only when there is something to embed; ``progress`` gets (papers
    embedded, papers to embed). Where ``stop`` turns true, what was embedded so far is indexed and
    the next sync goes on from there. With ``prune`` sources that are gone from the disk lose their
    papers. Raises IndexUnavailableError where the folder cannot be written or another process is
    building in it.
    """
    started = time.perf_counter()
    with folder.writing():
        manifest = folder.manifest()
        same_identity = manifest is not None and manifest.identity == identity
        old, removed, stored = folder.records(), folder.removed(), folder.stored()
        indexed = [paper for paper in stored if paper.paper_id not in removed]
        kept = replace_records([item.record for item in old], reading, prune=prune)
        merging = _as_before(old, indexed, removed, kept) or merge(
            kept.records, known_ids((item.record, item.paper_id) for item in old)
        )
        target = [paper for paper in merging.papers if paper.paper_id not in removed]
        filed = [Filed(*pair) for pair in zip(kept.records, merging.paper_ids, strict=True)]
        changes = compare(indexed, target, same_identity=same_identity)
        built = Built({paper.paper_id: paper for paper in indexed}, 0, False)
        if not same_identity or target != indexed or filed != old:
            build = Build(folder, identity, embedder, progress, stop)
            built = build.run(stored, changes, filed, afresh=not same_identity)
            manifest = folder.manifest()
    if manifest is None:
        raise IndexUnavailableError(f"Nothing was indexed in {folder.root}.", "Run it again.")
    gone = _absorbed(old, merging, kept, changes)
    fresh = {i for i, new in zip(merging.paper_ids, kept.fresh, strict=True) if new and i}
    return Ledger(
        added=_done(changes.added, built),
        updated=_done((*changes.updated, *changes.relabelled), built),
        unchanged=len(fresh - changes.touched - removed.keys()),
        removed=len(changes.removed) - gone,
        rejected=(*reading.rejected, *(r for i, r in merging.rejected.items() if kept.fresh[i])),
        papers=manifest.papers,
        chunks=manifest.chunks,
        embedded=built.embedded,
        seconds=round(time.perf_counter() - started, 3),
        merged=_merged(merging, kept),
        kept_out=len(fresh & removed.keys()),
        without_abstract=sum(not paper.abstract for paper in built.papers.values()),
        missing=kept.missing,
        stopped=built.stopped,
    )


def index_papers(
    folder: IndexFolder,
    identity: Identity,
    papers: Sequence[Paper],
    embedder: Callable[[], Embedder],
    progress: Progress | None = None,
) -> None:
    """Index papers as they are, nothing merged, in place of those with their ids; others stay.

    Raises IndexUnavailableError as `sync` does.
    """
    with folder.writing():
        manifest = folder.manifest()
        same_identity = manifest is not None and manifest.identity == identity
        stored = folder.stored()
        target = list({paper.paper_id: paper for paper in [*stored, *papers]}.values())
        changes = compare(stored, target, same_identity=same_identity)
        if not same_identity or target != stored:
            build = Build(folder, identity, embedder, progress)
            build.run(stored, changes, None, afresh=not same_identity)


def _as_before(
    old: Sequence[Filed], indexed: Sequence[Paper], removed: Collection[str], kept: Kept
) -> Merging | None:
    """What merging came to the last time, where it is sure to come to that again."""
    ids = tuple(item.paper_id for item in old)
    # A refusal has to be told again, and a build that was stopped holds less than was merged.
    if None in ids or {*ids} - {*removed} != {paper.paper_id for paper in indexed}:
        return None
    if kept.records != tuple(item.record for item in old):
        return None
    return Merging(tuple(indexed), ids, {})


def _done(papers: Sequence[Paper], built: Built) -> int:
    """How many of these were indexed before it ended."""
    return sum(built.papers.get(paper.paper_id) == paper for paper in papers)


def _absorbed(old: Sequence[Filed], merging: Merging, kept: Kept, changes: Changes) -> int:
    """How many papers are gone because their records are part of another paper now."""
    now = dict(zip(kept.records, merging.paper_ids, strict=True))
    gone = set(changes.removed)
    return len({f.paper_id for f in old if f.paper_id in gone and now.get(f.record) is not None})


def _merged(merging: Merging, kept: Kept) -> tuple[Merged, ...]:
    """Of the records that were read those whose paper another record had begun."""
    seen: set[str] = set()
    merged = []
    for record, paper_id, fresh in zip(kept.records, merging.paper_ids, kept.fresh, strict=True):
        if paper_id in seen and fresh:
            merged.append(Merged(paper_id, record.source, record.title))
        if paper_id is not None:
            seen.add(paper_id)
    return tuple(merged)
