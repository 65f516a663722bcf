"""Builds an index in shards: each shard as any index is built, then a generation of the root."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rag.corpus.plan import Changes, changes_between
from rag.errors import InputError
from rag.index.build.batches import Build, Built, Stop
from rag.index.generations.faults import unwritable
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import (
    LEXICAL,
    UNREADABLE,
    Identity,
    Manifest,
    read_manifest,
    write_contents,
)
from rag.index.generations.records_file import StoredRecord
from rag.index.shards.layout import (
    MOST,
    Member,
    lexical_of,
    make_roots,
    members_of,
    shard_number,
    shard_of,
    shard_roots,
    write_members,
)
from rag.index.vectors.server import not_for_shards
from rag.models.embedding.embedder import Embedder
from rag.types import Paper, Progress

Load: TypeAlias = Callable[[], Embedder]


@dataclass(frozen=True, slots=True)
class Job:
    """What one shard is to have. ``keep`` are generations of it that readers may have open."""

    root: Path
    identity: Identity
    papers: Sequence[Paper]
    keep: Sequence[Path]
    afresh: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a job: how many chunks were embedded, and whether a stop ended it."""

    place: int
    embedded: int
    stopped: bool


# (jobs, embedder, progress in papers, stop) -> what became of each, in any order
Run: TypeAlias = Callable[[Sequence[Job], Load, Progress | None, Stop | None], Iterable[Done]]


def one_by_one(
    jobs: Sequence[Job], embedder: Load, progress: Progress | None, stop: Stop | None
) -> Iterator[Done]:
    """Build the shards in this process, one after the other."""
    counts, before = [to_embed(job) for job in jobs], 0
    for place, (job, count) in enumerate(zip(jobs, counts, strict=True)):

        def report(done: int, _: int, before: int = before) -> None:
            if progress:
                progress(before + done, sum(counts))

        before += count
        yield build_shard(place, job, embedder, report, stop)


def build_shard(
    place: int, job: Job, embedder: Load, progress: Progress | None = None, stop: Stop | None = None
) -> Done:
    """Give a shard the papers that it is to have; what it has already is not embedded again.

    Raises IndexUnavailableError as `sync` does.
    """
    folder = IndexFolder(job.root)
    with folder.writing():
        stored, changes, same = _plan(folder, job)
        if same and list(job.papers) == stored:
            return Done(place, 0, False)
        build = Build(folder, job.identity, embedder, progress, stop, keep=job.keep)
        built = build.run(stored, changes, None, afresh=not same)
    return Done(place, built.embedded, built.stopped)


def to_embed(job: Job) -> int:
    """How many papers of a job have to be embedded."""
    return len(_plan(IndexFolder(job.root), job)[1].to_embed)


def _plan(folder: IndexFolder, job: Job) -> tuple[list[Paper], Changes, bool]:
    """What the shard has, what is to change, and whether what it has can stay."""
    manifest = None if job.afresh or folder.faults() else folder.manifest()
    same = manifest is not None and manifest.identity == job.identity
    stored = folder.stored() if same else []
    return stored, changes_between(stored, job.papers, same_identity=same), same


@dataclass(frozen=True, slots=True)
class Spread:
    """Into how many shards an index goes, and what builds them; None: as many as it has."""

    shards: int | None = None
    run: Run = one_by_one


AS_IT_IS = Spread()


def builder(
    folder: IndexFolder,
    identity: Identity,
    embedder: Load,
    progress: Progress | None = None,
    stop: Stop | None = None,
    spread: Spread = AS_IT_IS,
    *,
    whole: bool = False,
) -> Build | ShardedBuild:
    """What builds the index in ``folder``. ``whole`` is as for `Build`.

    Raises InputError if the index has another number of shards, and IndexUnavailableError if the
    folder cannot be written.
    """
    have = _shards_of(folder)
    wanted = have or 1 if spread.shards is None else spread.shards
    if have and wanted != have:
        shards = "1 shard" if have == 1 else f"{have} shards"
        raise InputError(
            f"The index in {folder.root} has {shards}, not {wanted}.",
            "Leave out the number, or name another folder with --index.",
        )
    if not 1 <= wanted <= MOST:
        raise InputError(f"An index has 1 to {MOST} shards, not {wanted}.", "Name such a number.")
    if wanted == 1 and spread.run is not one_by_one:
        raise InputError(
            f"The index in {folder.root} is not in shards, so no cluster can build it.",
            "Leave out --ray, or ingest into a new folder with --shards N.",
        )
    if wanted == 1:
        return Build(folder, identity, embedder, progress, stop, whole=whole)
    if folder.server is not None:
        raise not_for_shards(folder.root)
    try:
        roots = make_roots(folder.root, wanted)
    except OSError as exc:
        raise unwritable(folder.root, exc) from exc
    return ShardedBuild(folder, roots, identity, embedder, progress, stop, spread.run, whole)


def _shards_of(folder: IndexFolder) -> int:
    """How many shards an index has, even if their folders are lost; 0 if there is no index."""
    counts = [0 if folder.empty else 1]
    counts += [shard_number(root) + 1 for root in shard_roots(folder.root)]
    for name in folder.named():
        with suppress(*UNREADABLE):
            counts.append(len(members_of(folder.root / name)))
    return max(counts)


class ShardedBuild:
    """One change of an index in shards. The caller holds the write lock of the root."""

    def __init__(
        self,
        folder: IndexFolder,
        roots: Sequence[Path],
        identity: Identity,
        embedder: Load,
        progress: Progress | None,
        stop: Stop | None,
        run: Run,
        whole: bool,
    ) -> None:
        """With ``whole`` damaged shards are built anew, or all where none is damaged."""
        self._folder, self._roots, self._identity = folder, roots, identity
        self._embedder, self._progress, self._stop = embedder, progress, stop
        self._run_jobs, self._whole = run, whole

    def run(
        self,
        stored: Sequence[Paper],
        changes: Changes,
        records: Sequence[StoredRecord] | None,
        *,
        afresh: bool,
    ) -> Built:
        """As `Build.run`; each shard is compared with what it should have."""
        jobs = self._jobs(changes.papers)
        done = list(self._run_jobs(jobs, self._embedder, self._progress, self._stop))
        stopped = {item.place for item in done if item.stopped}
        indexed = {
            paper.paper_id: paper
            for place, job in enumerate(jobs)
            for paper in (_stored(job.root) if place in stopped else job.papers)
        }
        papers = [indexed[p.paper_id] for p in changes.papers if p.paper_id in indexed]
        self._finish(papers, records)
        return Built(indexed, sum(item.embedded for item in done), bool(stopped))

    def _jobs(self, papers: Sequence[Paper]) -> list[Job]:
        split: list[list[Paper]] = [[] for _ in self._roots]
        for paper in papers:
            split[shard_of(paper.paper_id, len(self._roots))].append(paper)
        mend = set(self._damaged()) if self._whole else set()
        anew = mend or (set(self._roots) if self._whole else set())
        return [
            Job(root, self._identity, part, self._read_now(place), root in anew)
            for place, (root, part) in enumerate(zip(self._roots, split, strict=True))
        ]

    def _damaged(self) -> Iterator[Path]:
        for root in self._roots:
            folder = IndexFolder(root)
            if folder.empty or folder.faults(thorough=True):
                yield root

    def _read_now(self, place: int) -> list[Path]:
        """The generations of a shard that readers of the root may have open."""
        found = []
        for name in self._folder.named():
            with suppress(*UNREADABLE, IndexError):
                found.append(members_of(self._folder.root / name)[place].generation)
        return found

    def _finish(self, papers: Sequence[Paper], records: Sequence[StoredRecord] | None) -> None:
        """Make a generation of the root with the current generations of all shards."""
        from rag.index.shards.level import Lengths, lengths_of, level, together
        from rag.index.words.lexical import LexicalIndex

        parts = [_current(root) for root in self._roots]
        manifests = [read_manifest(part) for part in parts]
        lengths: list[Lengths] = [lengths_of(LexicalIndex(part / LEXICAL)) for part in parts]
        keep = self._folder.generations() if self._whole else ()
        with self._folder.draft(empty=True, keep=keep) as generation:
            for place, (part, own) in enumerate(zip(parts, lengths, strict=True)):
                level(part / LEXICAL, lexical_of(generation, place), own, together(lengths))
            counts = zip(parts, manifests, lengths, strict=True)
            write_members(
                generation, [Member(part, m.papers, own.documents) for part, m, own in counts]
            )
            chunks = sum(manifest.chunks for manifest in manifests)
            sentences = sum(manifest.sentences for manifest in manifests)
            manifest = Manifest(self._identity, len(papers), chunks, sentences)
            write_contents(generation, manifest, papers, records)


def _current(root: Path) -> Path:
    generation = IndexFolder(root).current()
    assert generation is not None, "every shard was built"
    return generation


def _stored(root: Path) -> list[Paper]:
    return IndexFolder(root).stored()
