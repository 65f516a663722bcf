"""Rebuild: makes the index anew from what it has itself, without the files that were ingested."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from rag.corpus.dedupe.merge import merge
from rag.corpus.dedupe.paper_ids import known_ids
from rag.corpus.plan import changes_between
from rag.errors import IndexUnavailableError
from rag.index.build.sharded import builder
from rag.index.generations.checksums import FileSum, fault_of
from rag.index.generations.faults import missing, unwritable
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import (
    PAPERS,
    RECORDS,
    UNREADABLE,
    Identity,
    faults_of,
    papers_in,
    read_manifest,
    records_in,
)
from rag.index.generations.records_file import StoredRecord
from rag.index.generations.removals import Removal, removal_faults, write_removals
from rag.models.embedding.embedder import Embedder
from rag.types import Origin, Paper, Progress, Rebuilt

T = TypeVar("T")

_NO_RECORDS = (
    "The records cannot be read: a paper that was merged from several counts as one record until "
    "its files are ingested again."
)


@dataclass(frozen=True, slots=True)
class _Contents:
    """What can be read of a generation: its papers, its records, or both; and what is lost."""

    papers: list[Paper] | None
    records: list[StoredRecord] | None
    loss: str = ""


def rebuild(
    folder: IndexFolder,
    identity: Identity,
    embedder: Callable[[], Embedder],
    progress: Progress | None = None,
) -> Rebuilt:
    """Index the papers of the current generation anew.

    If CURRENT names none, the newest generation counts as current; if neither its papers nor its
    records can be read, the next older one does. Nothing is removed. Raises IndexUnavailableError
    if no generation can be read or the folder cannot be written.
    """
    started = time.perf_counter()
    with folder.writing():
        if folder.empty:
            raise missing(folder.root)
        generation, found, losses = _source(folder)
        losses += [found.loss] if found.loss else []
        losses += _mend_removed(folder, generation, found)
        origin = _renew(folder, identity, embedder, progress, generation, found)
        manifest = folder.manifest()
    assert manifest is not None, "something is current now"
    seconds = round(time.perf_counter() - started, 3)
    return Rebuilt(
        manifest.papers, manifest.chunks, origin, generation.name, tuple(losses), seconds
    )


def _source(folder: IndexFolder) -> tuple[Path, _Contents, list[str]]:
    """The newest generation that can be read, what it has, and what is lost with newer ones."""
    named = folder.named()
    first = [folder.root / name for name in named[:1]]
    others = [path for path in folder.generations() if path not in first]
    losses: list[str] = []
    for generation in [*first, *others]:
        found = _contents(generation)
        if found is not None:
            return generation, found, losses
        losses.append(
            f"Neither papers nor records of generation {generation.name} can be read, so what it "
            "added is lost; ingest its sources again."
        )
    raise IndexUnavailableError(
        f"No generation of the index in {folder.root} has papers or records that can be read.",
        "Ingest the sources again into a new folder: `paperchat ingest FILE --index DIR`.",
    )


def _contents(generation: Path) -> _Contents | None:
    try:
        manifest = read_manifest(generation)
    except UNREADABLE:
        manifest = None
    sums = manifest.files if manifest else {}
    papers = _whole(generation / PAPERS, sums, papers_in)
    if papers is not None and manifest is not None and len(papers) != manifest.papers:
        papers = None  # manifests without checksums leave this to be found
    has_records = RECORDS in sums or (generation / RECORDS).exists()
    records = _whole(generation / RECORDS, sums, records_in) if has_records else None
    if papers is None and records is None:
        return None
    return _Contents(papers, records, _NO_RECORDS if has_records and records is None else "")


def _whole(
    file: Path, sums: Mapping[str, FileSum], read: Callable[[Path], list[T]]
) -> list[T] | None:
    """What ``read`` finds in the file of a generation, or None if it is damaged."""
    expected = sums.get(file.name)
    if expected is not None and fault_of(file, expected):
        return None
    try:
        items = read(file.parent)
    except UNREADABLE:
        return None
    return items if items or expected is not None else None


def _mend_removed(folder: IndexFolder, generation: Path, found: _Contents) -> list[str]:
    """Make sure that removed.json can be read; returns what is lost.

    A paper that was removed before the last build has records, and is not among the papers.
    """
    if not removal_faults(folder.root, generation):
        return []
    titles = {}
    if found.papers is not None:
        titles = {i.paper_id: i.record.title for i in found.records or () if i.paper_id}
        for paper in found.papers:
            titles.pop(paper.paper_id, None)
    try:
        write_removals(folder.root, [Removal(i, title, "") for i, title in titles.items()])
    except OSError as exc:
        raise unwritable(folder.root, exc) from exc
    return [
        "The list of the papers that were removed by hand was damaged: those that were removed "
        "since the last ingest are back."
    ]


def _renew(
    folder: IndexFolder,
    identity: Identity,
    embedder: Callable[[], Embedder],
    progress: Progress | None,
    generation: Path,
    found: _Contents,
) -> Origin:
    """Make the generation current again if it is whole, or else one with its contents."""
    if [generation.name] != folder.named()[:1] and _is_whole(generation, identity):
        try:
            _hide_in(folder, generation)
            folder.point_at(generation.name)
        except OSError as exc:
            raise unwritable(folder.root, exc) from exc
        return "generation"
    removed, records = folder.removed(), found.records
    if found.papers is not None:
        papers = found.papers
    else:
        papers, records = _merged(records or [])
    target = [paper for paper in papers if paper.paper_id not in removed]
    build = builder(folder, identity, embedder, progress, whole=True)
    build.run([], changes_between([], target, same_identity=False), records, afresh=True)
    return "papers" if found.papers is not None else "records"


def _hide_in(folder: IndexFolder, generation: Path) -> None:
    """Note which papers of a generation the removals made in another one hide. Raises OSError."""
    stored = {paper.paper_id for paper in papers_in(generation)}
    removed = folder.removed().values()
    write_removals(
        folder.root,
        [replace(r, generation=generation.name if r.paper_id in stored else "") for r in removed],
    )


def _is_whole(generation: Path, identity: Identity) -> bool:
    whole = not faults_of(generation, thorough=True)
    return whole and read_manifest(generation).identity == identity


def _merged(stored: Sequence[StoredRecord]) -> tuple[list[Paper], list[StoredRecord]]:
    """The papers of records, with the ids that they had, and the records with those ids."""
    records = [item.record for item in stored]
    merged = merge(records, known_ids((item.record, item.paper_id) for item in stored))
    return list(merged.papers), [
        StoredRecord(*pair) for pair in zip(records, merged.paper_ids, strict=True)
    ]
