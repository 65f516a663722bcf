"""Sync: adds, replaces and removes papers so that the index matches what was read."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

from rag.collector import paused_collector
from rag.corpus.dedupe.compared import NOTHING, Fingerprints, load_compared
from rag.corpus.dedupe.merge import MergedRecords, merge, shared_identifiers
from rag.corpus.dedupe.paper_ids import KnownIds
from rag.corpus.plan import AllRecords, Changes, changes_between, replace_records
from rag.corpus.reading import Reading
from rag.errors import IndexUnavailableError
from rag.index.build.batches import Built, Stop
from rag.index.build.sharded import AS_IT_IS, Spread, builder
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import Identity
from rag.index.generations.records_file import StoredRecord
from rag.index.vectors.server import in_place
from rag.models.embedding.embedder import Embedder
from rag.types import KeptApart, Ledger, Merged, Paper, Progress

_COMPARED = "compared.safetensors"  # beside the generations; see `rag.corpus.dedupe.compared`


def sync(
    folder: IndexFolder,
    identity: Identity,
    reading: Reading,
    embedder: Callable[[], Embedder],
    progress: Progress | None = None,
    *,
    prune: bool = False,
    stop: Stop | None = None,
    spread: Spread = AS_IT_IS,
) -> Ledger:
    """Add, replace and remove papers. If nothing differs, nothing is loaded or written.

    ``embedder`` is called only if there is something to embed; ``progress`` gets (papers
    embedded, papers to embed). When ``stop`` returns true, the papers embedded so far are indexed,
    and the next sync continues from there. With ``prune`` the papers of sources whose files no
    longer exist are removed. ``spread`` says into how many shards a new index goes, and what builds
    them. Raises InputError for another number than the index has, and IndexUnavailableError if the
    folder cannot be written or another process is building in it.
    """
    started = time.perf_counter()
    with folder.writing():
        folder.check()
        build = builder(folder, identity, embedder, progress, stop, spread)
        manifest = folder.manifest()
        same_identity = manifest is not None and manifest.identity == identity
        with paused_collector():
            old, removed, stored = folder.records(), folder.removed(), folder.stored()
            indexed = [paper for paper in stored if paper.paper_id not in removed]
            current = replace_records([item.record for item in old], reading, prune=prune)
            merged = _as_before(old, indexed, removed, current)
            if merged is None:
                merged = _merged_with(folder, old, current)
            target = [paper for paper in merged.papers if paper.paper_id not in removed]
            records = [
                StoredRecord(*pair) for pair in zip(current.records, merged.paper_ids, strict=True)
            ]
            changes = changes_between(indexed, target, same_identity=same_identity)
        built = Built({paper.paper_id: paper for paper in indexed}, 0, False)
        placed = in_place(folder.server, folder.current())
        if not (same_identity and placed) or target != indexed or records != old:
            built = build.run(stored, changes, records, afresh=not same_identity)
            manifest = folder.manifest()
        if merged.compared is not NOTHING:
            with suppress(OSError):  # the next merge only takes longer without it
                merged.compared.save(folder.root / _COMPARED)
    if manifest is None:
        raise IndexUnavailableError(f"Nothing was indexed in {folder.root}.", "Run it again.")
    gone = _absorbed(old, merged, current, changes)
    read = {i for i, new in zip(merged.paper_ids, current.is_new, strict=True) if new and i}
    return Ledger(
        added=_done(changes.added, built),
        updated=_done((*changes.updated, *changes.relabelled), built),
        unchanged=len(read - changes.touched - removed.keys()),
        removed=len(changes.removed) - gone,
        rejected=reading.rejected,
        papers=manifest.papers,
        chunks=manifest.chunks,
        embedded=built.embedded,
        seconds=round(time.perf_counter() - started, 3),
        merged=_merged(merged, current),
        kept_out=len(read & removed.keys()),
        without_abstract=sum(not paper.abstract for paper in built.papers.values()),
        missing=current.missing,
        remarks=reading.remarks,
        stopped=built.stopped,
        kept_apart=_kept_apart(merged, current),
    )


def index_papers(
    folder: IndexFolder,
    identity: Identity,
    papers: Sequence[Paper],
    embedder: Callable[[], Embedder],
    progress: Progress | None = None,
) -> None:
    """Index papers as they are, without merging; papers with the same ids are replaced.

    Raises IndexUnavailableError as `sync` does.
    """
    with folder.writing():
        folder.check()
        manifest = folder.manifest()
        same_identity = manifest is not None and manifest.identity == identity
        stored = folder.stored()
        target = list({paper.paper_id: paper for paper in [*stored, *papers]}.values())
        changes = changes_between(stored, target, same_identity=same_identity)
        placed = in_place(folder.server, folder.current())
        if not (same_identity and placed) or target != stored:
            build = builder(folder, identity, embedder, progress)
            build.run(stored, changes, None, afresh=not same_identity)


def _merged_with(
    folder: IndexFolder, old: Sequence[StoredRecord], current: AllRecords
) -> MergedRecords:
    """All records merged; only what is new is compared."""
    prints, before = Fingerprints(), load_compared(folder.root / _COMPARED)
    known = KnownIds(((item.record, item.paper_id) for item in old), prints, before)
    return merge(current.records, known, before, prints)


def _as_before(
    old: Sequence[StoredRecord],
    indexed: Sequence[Paper],
    removed: Collection[str],
    current: AllRecords,
) -> MergedRecords | None:
    """The last result of merging, if merging would certainly give the same again; else None."""
    ids = tuple(item.paper_id for item in old)
    # An older index has rejected what is a paper of its own now; a stopped build has fewer papers.
    if None in ids or {*ids} - {*removed} != {paper.paper_id for paper in indexed}:
        return None
    if current.records != tuple(item.record for item in old):
        return None
    return MergedRecords(tuple(indexed), tuple(filter(None, ids)))


def _done(papers: Sequence[Paper], built: Built) -> int:
    """How many of these papers are in the index now."""
    return sum(built.papers.get(paper.paper_id) == paper for paper in papers)


def _absorbed(
    old: Sequence[StoredRecord], merged: MergedRecords, current: AllRecords, changes: Changes
) -> int:
    """How many papers are gone because their records now belong to another paper."""
    now = dict(zip(current.records, merged.paper_ids, strict=True))
    gone = set(changes.removed)
    return len({f.paper_id for f in old if f.paper_id in gone and now.get(f.record) is not None})


def _merged(merged: MergedRecords, current: AllRecords) -> tuple[Merged, ...]:
    """The records read this time that were merged into the paper of an earlier record."""
    seen: set[str] = set()
    found = []
    for record, paper_id, new in zip(
        current.records, merged.paper_ids, current.is_new, strict=True
    ):
        if paper_id in seen and new:
            found.append(Merged(paper_id, record.source, record.title))
        if paper_id is not None:
            seen.add(paper_id)
    return tuple(found)


def _kept_apart(merged: MergedRecords, current: AllRecords) -> tuple[KeptApart, ...]:
    """The papers read this time that have an identifier of another paper."""
    records, found = current.records, []
    for i, (key, j) in shared_identifiers(records, merged.paper_ids).items():
        if current.is_new[i] or current.is_new[j]:
            one, other = records[i], records[j]
            reason = (
                f"{key} is also the identifier of {other.title[:80]!r} ({other.source}, "
                f"{other.place}), but titles or abstracts differ"
            )
            found.append(KeptApart(merged.paper_ids[i], one.source, one.title, reason))
    return tuple(found)
