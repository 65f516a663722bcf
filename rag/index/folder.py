"""The index on disk: whole generations, of which one is current.

    <root>/CURRENT              the name of the current generation, replaced in one step
    <root>/write.lock           held by the one process that builds
    <root>/00000007/            manifest.json, papers.jsonl, dense/ (Chroma), lexical/ (tantivy),
                                tokens.sqlite

A change copies the current generation, alters the copy and then points CURRENT at it. A process
killed at any moment therefore leaves the old index or the new one. The generation before the
current one is kept, because another process may still be reading it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import IndexUnavailableError
from rag.types import Identifiers, Paper

DENSE, LEXICAL, TOKENS = "dense", "lexical", "tokens.sqlite"
_MANIFEST, _PAPERS, _CURRENT, _LOCK = "manifest.json", "papers.jsonl", "CURRENT", "write.lock"
_LISTS = ("urls", "authors", "tags", "other_sources")
# 2: the lexical index holds the pieces of words. 3: word-pieces are kept. 4: both engines hold
# what filters look at.
_LAYOUT = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """What made the vectors. Two indexes with different identities never share a generation."""

    embedder: str
    revision: str
    chunker: str
    layout: int = _LAYOUT


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds."""

    identity: Identity
    papers: int
    chunks: int
    sentences: int


class IndexFolder:
    """The generations under one folder. Reading it imports neither Chroma nor tantivy."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path | None:
        """The folder of the current generation, or None where nothing was ever indexed."""
        try:
            name = (self.root / _CURRENT).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as exc:
            raise self.broken(str(exc)) from exc
        return self.root / name

    def require(self, identity: Identity) -> Path:
        """The current generation's folder.

        Raises IndexUnavailableError where nothing was indexed or another embedder made it.
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
        """The current generation's manifest, or None where nothing was ever indexed."""
        generation = self.current()
        if generation is None:
            return None
        try:
            raw = json.loads((generation / _MANIFEST).read_text(encoding="utf-8"))
            return Manifest(**{**raw, "identity": Identity(**raw["identity"])})
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise self.broken(str(exc)) from exc

    def papers(self) -> list[Paper]:
        """The indexed papers, in the order of their sources; empty where nothing was indexed."""
        generation = self.current()
        if generation is None:
            return []
        try:
            lines = (generation / _PAPERS).read_text(encoding="utf-8").splitlines()
            return [_paper(line) for line in lines]
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise self.broken(str(exc)) from exc

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to build. Raises IndexUnavailableError where another process holds it."""
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
    def draft(self, *, empty: bool) -> Iterator[Path]:
        """A folder to build the next generation in, a copy of the current one unless ``empty``.

        It becomes current when the block ends, and is thrown away when the block raises. The
        caller holds `writing`.
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
            if old not in (draft, current):
                shutil.rmtree(old, ignore_errors=True)

    def unwritable(self, exc: OSError) -> IndexUnavailableError:
        """The error for a folder that cannot be written."""
        return IndexUnavailableError(
            f"The index folder {self.root} cannot be written: {exc.strerror or exc}.",
            "Make it writable, or name another one with --index or PAPERCHAT_INDEX; "
            "what was indexed before is untouched.",
        )

    def _point_at(self, generation: Path) -> None:
        fresh = self.root / f"{_CURRENT}.new"
        with fresh.open("w", encoding="ascii") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.root / _CURRENT)

    def _generations(self) -> list[Path]:
        return [p for p in self.root.iterdir() if p.is_dir() and p.name.isdigit()]

    def broken(self, why: str) -> IndexUnavailableError:
        """The error for an index that is there and cannot be opened."""
        return IndexUnavailableError(
            f"The index in {self.root} cannot be read: {why}.",
            f"Remove that folder and run `paperchat ingest --index {self.root}`.",
        )


def write_contents(generation: Path, manifest: Manifest, papers: Sequence[Paper]) -> None:
    """Write what a generation says of itself; the last thing that a build does."""
    lines = [json.dumps(asdict(paper), ensure_ascii=False) for paper in papers]
    (generation / _PAPERS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (generation / _MANIFEST).write_text(json.dumps(asdict(manifest)), encoding="utf-8")


def _in_words(identity: Identity) -> str:
    return f"{identity.embedder} ({identity.chunker}, layout {identity.layout})"


def _paper(line: str) -> Paper:
    """A paper as `write_contents` wrote it; what an older index does not say is left out."""
    raw = json.loads(line)
    lists = {name: tuple(raw[name]) for name in _LISTS if name in raw}
    extra = tuple((name, value) for name, value in raw.get("extra", ()))
    named = Identifiers(**raw.get("identifiers", {}))
    return Paper(**{**raw, **lists, "extra": extra, "identifiers": named})
