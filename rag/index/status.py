"""The status of index and models, from settings, the manifest and file sizes only."""

from __future__ import annotations

from importlib.metadata import version

from rag.index.generations import Identity, IndexFolder, Manifest
from rag.index.identity import identity_of
from rag.models.choice import choose_model, list_models
from rag.models.embedders import runtime_of
from rag.settings import Settings
from rag.types import EmbedderStatus, IndexStatus, SystemStatus, WeightsStatus


def status_of(settings: Settings) -> SystemStatus:
    """What `paperchat status` reports, without opening anything.

    Raises IndexUnavailableError if the index cannot be read, and SettingsError as `choose_model`.
    """
    manifest = IndexFolder(settings.index).manifest()
    identity = identity_of(settings.embedder, settings.embedder_revision)
    choice = choose_model(settings)
    local = list_models(settings)[0]
    missing = _missing_index(manifest, identity)
    if not local.on_disk and choice.mode != "openai":
        missing.append("The embedded model is not on disk: run `paperchat model pull`.")
    return SystemStatus(
        version=version("paperchat"),
        index=IndexStatus(
            folder=str(settings.index),
            papers=manifest.papers if manifest else 0,
            chunks=manifest.chunks if manifest else 0,
            current=manifest is not None and manifest.identity == identity,
        ),
        mode=choice.mode,
        model=choice.model,
        why=choice.why,
        embedder=EmbedderStatus(
            identity.embedder, identity.revision, runtime_of(settings.embedder)
        ),
        weights=WeightsStatus(local.name, local.on_disk, str(settings.models)),
        missing=tuple(missing),
    )


def _missing_index(manifest: Manifest | None, identity: Identity) -> list[str]:
    if manifest is None:
        return ["There is no index: run `paperchat ingest`."]
    if manifest.identity != identity:
        return ["Another embedder or chunker made the index: run `paperchat ingest`."]
    return []
