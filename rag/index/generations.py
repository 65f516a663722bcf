"""The index on disk: whole generations, of which one is current.

    <root>/CURRENT              the name of the current generation, replaced in one step
    <root>/write.lock           held by the one process that builds
    <root>/removed.json         the papers that were taken out by hand, replaced in one step
    <root>/00000007/            manifest.json, papers.jsonl, records.jsonl, dense/ (Chroma),
                                lexical/ (tantivy), tokens.sqlite

papers.jsonl has the papers that the records in records.jsonl were merged into. A change copies
the current generation, alters the copy and then points CURRENT at it, so that a process killed at
any moment leaves either the old index or the new one. The previous generation stays, because
another process may still be reading it. Removing a paper copies nothing: readers hide the papers
in removed.json, and the next build drops them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from rag.corpus.paths import is_there
from rag.errors import IndexUnavailableError
from rag.index.records_file import (
    StoredRecord,
    find_papers,
    paper_lines,
    paper_of,
    record_from_paper,
    record_lines,
    record_of,
)
from rag.types import Paper

DENSE, LEXICAL, TOKENS = "dense", "lexical", "tokens.sqlite"
_MANIFEST, _PAPERS, _RECORDS = "manifest.json", "papers.jsonl", "records.jsonl"
_CURRENT, _LOCK, _REMOVED = "CURRENT", "write.lock", "removed.json"
# 2: char n-grams in the lexical index. 3: tokens. 4: metadata for filters in both engines. 5: no
# copies of llama-index's nodes. 6: sentences and their roles beside the tokens.
_LAYOUT = 6


@dataclass(frozen=True, slots=True)
class Identity:
    """The embedder and chunker of the vectors. A generation has vectors of one identity only."""

    embedder: str
    revision: str
    chunker: str
    layout: int = _LAYOUT


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a generation.

    The counts of chunks and sentences include papers that were removed after it was built.
    """

    identity: Identity
    papers: int
    chunks: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Removal:
    """A paper that was removed by hand, and the generation that was current then."""

    paper_id: str
    title: str
    generation: str


class IndexFolder:
    """The generations under one folder. Reading it imports neither Chroma nor tantivy."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path | None:
        """The folder of the current generation, or None if nothing has been indexed."""
        try:
            name = (self.root / _CURRENT).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as exc:
            raise self.broken(str(exc)) from exc
        return self.root / name

    def require(self, identity: Identity) -> Path:
        """The current generation's folder.

        Raises IndexUnavailableError if nothing was indexed, or if it has another identity.
        """
        generation, manifest = self.current(), self.manifest()
        if generation is None or manifest is None:
            raise IndexUnavailableError(
                f"There is no index in {self.root}.", "Run `paperchat ingest` to build it."
            )
        if manifest.identity != identity:
            have, want = manifest.identity, identity
            raise IndexUnavailableError(
                f"The index in {self.root} was made with {_in_words(have)}, "
                f"this program asks for {_in_words(want)}.",
                "Run `paperchat ingest` to build it anew.",
            )
        return generation

    def manifest(self) -> Manifest | None:
        """The current generation's manifest, or None if nothing has been indexed."""
        generation = self.current()
        if generation is None:
            return None
        try:
            raw = json.loads((generation / _MANIFEST).read_text(encoding="utf-8"))
            manifest = Manifest(**{**raw, "identity": Identity(**raw["identity"])})
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise self.broken(str(exc)) from exc
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
            return [paper_of(line) for line in _lines(generation / _PAPERS)]
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise self.broken(str(exc)) from exc

    def find(self, paper_ids: Sequence[str]) -> dict[str, Paper]:
        """The papers with these ids, without parsing the others."""
        generation, removed = self.current(), self.removed()
        if generation is None:
            return {}
        try:
            lines = (generation / _PAPERS).read_text(encoding="utf-8")
            return find_papers(lines, [i for i in paper_ids if i not in removed])
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise self.broken(str(exc)) from exc

    def records(self) -> list[StoredRecord]:
        """Every record of the papers; a paper without one is its own record."""
        generation = self.current()
        if generation is None:
            return []
        if not (generation / _RECORDS).exists():
            return [record_from_paper(paper) for paper in self.stored()]
        try:
            return [record_of(line) for line in _lines(generation / _RECORDS)]
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise self.broken(str(exc)) from exc

    def lost_sources(self) -> list[str]:
        """The files that papers came from and that no longer exist."""
        sources = dict.fromkeys(item.record.source.partition("!")[0] for item in self.records())
        return [source for source in sources if not is_there(source)]

    def changed(self) -> float | None:
        """When the index last changed, in seconds since 1970; None if nothing was indexed."""
        files = [self.root / name for name in (_CURRENT, _REMOVED)]
        return max((file.stat().st_mtime for file in files if file.exists()), default=None)

    def removed(self) -> dict[str, Removal]:
        """The papers that were removed by hand and stay out, by id."""
        try:
            raw = json.loads((self.root / _REMOVED).read_text(encoding="utf-8"))
            return {item["paper_id"]: Removal(**item) for item in raw}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise self.broken(str(exc)) from exc

    def write_removed(self, removed: Mapping[str, Removal]) -> None:
        """Replace the removed papers; the caller holds `writing`."""
        text = json.dumps([asdict(item) for item in removed.values()], ensure_ascii=False)
        try:
            _replace(self.root / _REMOVED, text)
        except OSError as exc:
            raise self.unwritable(exc) from exc

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
            raise self.unwritable(exc) from exc
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def draft(self, *, empty: bool, keep: Path | None = None) -> Iterator[Path]:
        """A folder to build the next generation in, a copy of the current one unless ``empty``.

        It becomes current when the block ends, and is deleted if the block raises. Of the older
        generations the last one and ``keep`` stay. The caller holds `writing`.
        """
        current = self.current()
        number = 1 + max((int(path.name) for path in self._generations()), default=0)
        draft = self.root / f"{number:08d}"
        try:
            if current is None or empty:
                draft.mkdir()
            else:
                shutil.copytree(current, draft)
            yield draft
            self._point_at(draft)
        except OSError as exc:
            shutil.rmtree(draft, ignore_errors=True)
            raise self.unwritable(exc) from exc
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        for old in self._generations():
            if old not in (draft, current, keep):
                shutil.rmtree(old, ignore_errors=True)

    def unwritable(self, exc: OSError) -> IndexUnavailableError:
        """The error for a folder that cannot be written."""
        return IndexUnavailableError(
            f"The index folder {self.root} cannot be written: {exc.strerror or exc}.",
            "Make it writable, or name another one with --index or PAPERCHAT_INDEX; "
            "what was indexed before is untouched.",
        )

    def _point_at(self, generation: Path) -> None:
        _replace(self.root / _CURRENT, generation.name)

    def _generations(self) -> list[Path]:
        return [p for p in self.root.iterdir() if p.is_dir() and p.name.isdigit()]

    def broken(self, why: str) -> IndexUnavailableError:
        """The error for an index that exists but cannot be opened."""
        return IndexUnavailableError(
            f"The index in {self.root} cannot be read: {why}.",
            f"Remove that folder and run `paperchat ingest --index {self.root}`.",
        )


def write_contents(
    generation: Path,
    manifest: Manifest,
    papers: Sequence[Paper],
    records: Sequence[StoredRecord] | None = None,
) -> None:
    """Write a generation's manifest, papers and records; the last step of a build.

    Without ``records`` every paper is its own record.
    """
    (generation / _PAPERS).write_text(paper_lines(papers), encoding="utf-8")
    if records is None:
        (generation / _RECORDS).unlink(missing_ok=True)
    else:
        (generation / _RECORDS).write_text(record_lines(records), encoding="utf-8")
    (generation / _MANIFEST).write_text(json.dumps(asdict(manifest)), encoding="utf-8")


def _in_words(identity: Identity) -> str:
    made_by = f"{identity.embedder} {identity.revision}"
    return f"{made_by} ({identity.chunker}, layout {identity.layout})"


def _lines(file: Path) -> list[str]:
    # Not `splitlines`, which also splits at characters that a JSON string may contain.
    return [line for line in file.read_text(encoding="utf-8").split("\n") if line]


def _replace(file: Path, text: str) -> None:
    """Write a small file atomically: a reader sees either the old text or the new."""
    new = file.with_name(f"{file.name}.new")
    with new.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)
