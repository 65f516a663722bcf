"""The index on disk: whole generations, of which one is current.

    <root>/CURRENT              the name of the current generation, then those that it replaced and
                                that may go with the next build; replaced in one step
    <root>/write.lock           held by the one process that builds
    <root>/removed.json         the papers that were taken out by hand, replaced in one step
    <root>/00000007/            manifest.json, papers.jsonl, records.jsonl, dense/ (Chroma),
                                lexical/ (tantivy), parts/ (vectors, tokens); never written again
    <root>/00000008.draft/      what a build is making; embedded.part/ has what it embedded so far
    <root>/compared.safetensors what merging found, which saves the next merge time
    <root>/chroma.changing      see `rag.index.vectors.server`

papers.jsonl has the papers that the records in records.jsonl were merged into. A change copies
the current generation, alters the copy, has it written to the disk and then points CURRENT at it,
so that a process killed at any moment leaves either the old index or the new one. The previous
generation stays, because another process may still be reading it. A generation that CURRENT does
not name is nobody's to remove. Removing a paper copies nothing: readers hide the papers in
removed.json, and the next build drops them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from filelock import FileLock, Timeout

from rag.corpus.paths import is_there
from rag.errors import IndexUnavailableError
from rag.index.generations.durable import flush, replace_file
from rag.index.generations.faults import damaged, missing, remedy, unwritable
from rag.index.generations.manifest import (
    PAPERS,
    UNREADABLE,
    Identity,
    Manifest,
    copy_generation,
    faults_of,
    papers_in,
    read_manifest,
    records_in,
)
from rag.index.generations.records_file import StoredRecord, find_papers
from rag.index.generations.removals import (
    REMOVED,
    Removal,
    read_removals,
    removal_faults,
    write_removals,
)
from rag.index.vectors.server import ChromaServer
from rag.types import Paper

_CURRENT, _LOCK, _DRAFT = "CURRENT", "write.lock", ".draft"
State: TypeAlias = tuple[tuple[str, ...], int]
_NAME = re.compile(r"[0-9]{8}")


class IndexFolder:
    """The generations under one folder. Reading it imports neither Chroma nor tantivy.

    Methods raise IndexUnavailableError for an index that is damaged.
    """

    def __init__(self, root: Path, server: ChromaServer | None = None) -> None:
        """With a ``server`` that has the chunks, and searches them."""
        self.root, self.server = root, server

    @property
    def empty(self) -> bool:
        """Whether nothing was ever indexed here."""
        return not self.generations() and not (self.root / _CURRENT).exists()

    def current(self) -> Path | None:
        """The folder of the current generation, or None if nothing has been indexed."""
        if names := self.named():
            return self.root / names[0]
        if not self.generations():
            return None
        raise damaged(self.root, [self._lost()])

    def generations(self) -> list[Path]:
        """The folders of all generations, the newest first, whether CURRENT names them or not."""
        try:
            found = [path for path in self.root.iterdir() if _NAME.fullmatch(path.name)]
        except FileNotFoundError:
            return []
        except OSError as exc:
            raise damaged(self.root, [f"it cannot be listed ({exc.strerror})"]) from exc
        return sorted((path for path in found if path.is_dir()), reverse=True)

    def unnamed(self) -> list[Path]:
        """The generations that CURRENT does not name, the newest first."""
        return [path for path in self.generations() if path.name not in self.named()]

    def faults(self, *, thorough: bool = False) -> list[str]:
        """What is wrong with the index, a clause each; empty if it is whole or there is none."""
        names = self.named()
        if not names:
            return [self._lost()] if self.generations() else []
        generation = self.root / names[0]
        return faults_of(generation, thorough=thorough) + removal_faults(self.root, generation)

    def check(self, *, thorough: bool = False) -> None:
        """Raise IndexUnavailableError if something is wrong with the index; see `faults_of`."""
        if faults := self.faults(thorough=thorough):
            raise damaged(self.root, faults)

    def require(self, identity: Identity) -> Path:
        """The current generation's folder, checked.

        Raises IndexUnavailableError if nothing was indexed, or if it is damaged or has another
        identity.
        """
        while True:
            generation = self.current()
            if generation is None:
                raise missing(self.root)
            faults = self.faults()
            if generation == self.current():  # else another process has just replaced it
                break
        if faults:
            raise damaged(self.root, faults)
        have = read_manifest(generation).identity
        if have != identity:
            raise IndexUnavailableError(
                f"The index in {self.root} was made with {have.in_words()}, "
                f"this program asks for {identity.in_words()}.",
                f"{remedy(self.root)} to build it anew.",
            )
        return generation

    def manifest(self) -> Manifest | None:
        """The current generation's manifest, or None if nothing has been indexed."""
        generation = self.current()
        if generation is None:
            return None
        try:
            manifest = read_manifest(generation)
        except UNREADABLE as exc:
            raise damaged(self.root, faults_of(generation)) from exc
        hidden = sum(item.generation == generation.name for item in self.removed().values())
        return replace(manifest, papers=manifest.papers - hidden)

    def papers(self) -> list[Paper]:
        """The indexed papers, in the order of their sources; empty if nothing was indexed."""
        removed = self.removed()
        return [paper for paper in self.stored() if paper.paper_id not in removed]

    def stored(self) -> list[Paper]:
        """All papers of the current generation: `papers`, and those removed since it was built."""
        generation = self.current()
        if generation is None:
            return []
        try:
            return papers_in(generation)
        except UNREADABLE as exc:
            raise damaged(self.root, [f"{PAPERS} is not as it was written"]) from exc

    def find(self, paper_ids: Sequence[str]) -> dict[str, Paper]:
        """The papers with these ids, without parsing the others."""
        generation, removed = self.current(), self.removed()
        if generation is None:
            return {}
        wanted = [paper_id for paper_id in paper_ids if paper_id not in removed]
        try:
            return find_papers(generation / PAPERS, wanted)
        except UNREADABLE as exc:
            raise damaged(self.root, [f"{PAPERS} is not as it was written"]) from exc

    def records(self) -> list[StoredRecord]:
        """Every record of the papers; a paper without one is its own record."""
        generation = self.current()
        if generation is None:
            return []
        try:
            return records_in(generation)
        except UNREADABLE as exc:
            raise damaged(self.root, ["records.jsonl is not as it was written"]) from exc

    def sources(self) -> list[str]:
        """The files and references that papers came from."""
        return list(dict.fromkeys(item.record.source.partition("!")[0] for item in self.records()))

    def lost_sources(self) -> list[str]:
        """The files that papers came from and that no longer exist."""
        return [source for source in self.sources() if not is_there(source)]

    def state(self) -> State:
        """Another value after each change of the index; read in microseconds."""
        removed = self.root / REMOVED
        written = removed.stat().st_mtime_ns if removed.exists() else 0
        return tuple(self.named()[:1]), written

    def changed(self) -> float | None:
        """When the index last changed, in seconds since 1970; None if nothing was indexed."""
        files = [self.root / name for name in (_CURRENT, REMOVED)]
        return max((file.stat().st_mtime for file in files if file.exists()), default=None)

    def removed(self) -> dict[str, Removal]:
        """The papers that were removed by hand and stay out, by id."""
        try:
            return read_removals(self.root)
        except FileNotFoundError:
            return {}
        except UNREADABLE as exc:
            raise damaged(self.root, [f"{REMOVED} is not as it was written"]) from exc

    def write_removed(self, removed: Mapping[str, Removal]) -> None:
        """Replace the removed papers; the caller holds `writing`."""
        try:
            write_removals(self.root, removed.values())
        except OSError as exc:
            raise unwritable(self.root, exc) from exc

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock for building. Raises IndexUnavailableError if another process holds it."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / _LOCK)
            lock.acquire(timeout=0)
        except Timeout as exc:
            raise IndexUnavailableError(
                f"Another process is building the index in {self.root}.",
                "Wait until it is done, then run this again.",
            ) from exc
        except OSError as exc:
            raise unwritable(self.root, exc) from exc
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def draft(self, *, empty: bool, keep: Collection[Path | None] = ()) -> Iterator[Path]:
        """A folder to build the next generation in, a copy of the current one unless ``empty``.

        It becomes current when the block ends, and is deleted if the block raises. Of the older
        generations that CURRENT names the last one and those in ``keep`` stay. The caller holds
        `writing`.
        """
        if not empty:
            self.check(thorough=True)  # a copy would get checksums of its own
        named = self.named()
        made = self.root / f"{1 + max([int(p.name) for p in self.generations()], default=0):08d}"
        draft = made.with_name(f"{made.name}{_DRAFT}")
        try:
            for left in self.root.glob(f"*{_DRAFT}"):  # by a build that was killed
                shutil.rmtree(left)
            if named and not empty:
                copy_generation(self.root / named[0], draft)
            else:
                draft.mkdir()
            yield draft
            flush(draft)
            draft.rename(made)
            # One whose removal is broken off is still named, and goes with the next build.
            self.point_at(made.name, *(name for name in named if (self.root / name).exists()))
        except BaseException as exc:
            for path in (draft, made):
                if path.name not in self.named():
                    shutil.rmtree(path, ignore_errors=True)
            if isinstance(exc, OSError):
                raise unwritable(self.root, exc) from exc
            raise
        for name in named[1:]:
            if self.root / name not in keep:
                shutil.rmtree(self.root / name, ignore_errors=True)

    def point_at(self, *names: str) -> None:
        """Make the first generation current; the others are those that it replaced.

        The caller holds `writing`. Raises OSError.
        """
        if not (self.root / REMOVED).exists():
            write_removals(self.root, ())  # from now on its absence is a fault
        replace_file(self.root / _CURRENT, "\n".join(names))

    def named(self) -> list[str]:
        """The generations that CURRENT names, the current one first; none if it is damaged."""
        try:
            names = (self.root / _CURRENT).read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            names = []
        return names if all(map(_NAME.fullmatch, names)) else []

    def _lost(self) -> str:
        """The clause for generations of which CURRENT names none."""
        how = "names no generation" if (self.root / _CURRENT).exists() else "is missing"
        for generation in self.generations():
            if not faults_of(generation):
                papers = read_manifest(generation).papers
                return (
                    f"{_CURRENT} {how}; the newest whole generation, {generation.name}, "
                    f"has {papers} papers"
                )
        return f"{_CURRENT} {how}, and no generation is whole"
