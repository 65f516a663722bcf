"""The status of index and models, from settings, the manifest and the files' checksums."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from rag.errors import IndexUnavailableError
from rag.index.generations.faults import damaged
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import UNREADABLE, Identity, Manifest, read_manifest
from rag.index.identity import identity_of
from rag.index.vectors.server import chroma_server
from rag.models.choice import choose_model, list_models
from rag.models.embedding.embedders import runtime_of
from rag.settings import Settings
from rag.types import EmbedderStatus, IndexStatus, SystemStatus, WeightsStatus


def status_of(settings: Settings) -> SystemStatus:
    """What `paperchat status` reports; every file of the index is read, and none opened.

    Raises SettingsError as `choose_model`.
    """
    folder = IndexFolder(settings.index, chroma_server(settings))
    damage = folder.faults(thorough=True)
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
