"""The status of index and models, from settings, the manifest and the files' checksums."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from rag.errors import IndexUnavailableError
from rag.index.generations.faults import damaged
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import UNREADABLE, Identity, Manifest, read_manifest
from rag.index.generations.removals import REMOVED
from rag.index.identity import identity_of
from rag.index.shards.layout import shard_roots
from rag.index.vectors.server import chroma_server
from rag.models.choice import choose_model, list_models
from rag.models.embedding.embedders import runtime_of
from rag.settings import Settings
from rag.types import EmbedderStatus, IndexStatus, SystemStatus, WeightsStatus

# Of each file its path, its size in bytes, and when its content and its entry last changed, in
# nanoseconds since 1970.
_Stamp: TypeAlias = tuple[tuple[Path, int, int, int], ...]


def status_of(settings: Settings, *, read: bool = True) -> SystemStatus:
    """What `paperchat status` reports; no engine of the index is opened.

    Every file is read, but by one process only once for as long as it is as it was written.
    Without ``read`` none is, and no damage is found. Raises SettingsError as `choose_model`.
    """
    folder = IndexFolder(settings.index, chroma_server(settings))
    damage = _faults_of(folder) if read else ()
    manifest = None
    with suppress(IndexUnavailableError):  # then ``damage`` says why
        manifest = folder.manifest()
    identity = identity_of(settings.embedder, settings.embedder_revision)
    choice = choose_model(settings)
    local = list_models(settings)[0]
    missing = _missing_index(folder, manifest, identity, damage)
    if not local.on_disk and choice.mode != "openai":
        missing.append("The embedded model is not on disk: run `paperchat model pull`.")
    return SystemStatus(
        version=version("paperchat"),
        index=IndexStatus(
            folder=str(settings.index),
            papers=manifest.papers if manifest else 0,
            chunks=manifest.chunks if manifest else 0,
            current=manifest is not None and manifest.identity == identity,
            damage=tuple(damage),
            unused=tuple(_in_words(generation) for generation in folder.unnamed()),
        ),
        mode=choice.mode,
        model=choice.model,
        why=choice.why,
        embedder=EmbedderStatus(
            identity.embedder, identity.revision, runtime_of(settings.embedder, settings.device)
        ),
        weights=WeightsStatus(local.name, local.on_disk, str(settings.models)),
        missing=tuple(missing),
    )


def _faults_of(folder: IndexFolder) -> Sequence[str]:
    """What is wrong with the index; files that are as they were last time are not read again."""
    return _read(folder.root, _stamp(folder)) if folder.named() else folder.faults()


@lru_cache(maxsize=8)  # indexes: the collections between which one goes to and fro
def _read(root: Path, stamp: _Stamp) -> Sequence[str]:
    """What is wrong with the index in ``root`` while its files have this ``stamp``."""
    return tuple(IndexFolder(root).faults(thorough=True))


def _stamp(folder: IndexFolder) -> _Stamp:
    """Another value when anything was written; what a disk damages by itself leaves it the same."""
    tops = [*folder.generations(), *shard_roots(folder.root)]
    files = [Path(at, name) for top in tops for at, _, names in os.walk(top) for name in names]
    return tuple(sorted(_seen(path) for path in (*files, folder.root / REMOVED)))


def _seen(path: Path) -> tuple[Path, int, int, int]:
    try:
        found = path.stat()
    except OSError:  # it was removed, or cannot be reached: a stamp of its own
        return path, -1, 0, 0
    return path, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _missing_index(
    folder: IndexFolder, manifest: Manifest | None, identity: Identity, damage: Sequence[str]
) -> list[str]:
    if damage:
        return [str(damaged(folder.root, damage))]
    if manifest is None:
        return ["There is no index: run `paperchat ingest`."]
    if manifest.identity != identity:
        return ["Another embedder or chunker made the index: run `paperchat index rebuild`."]
    return []


def _in_words(generation: Path) -> str:
    """A generation that CURRENT does not name, in words."""
    try:
        return f"{generation.name} ({read_manifest(generation).papers} papers)"
    except UNREADABLE:
        return f"{generation.name} (not whole)"
