"""The identity of an index: its embedder, the embedder's revision, and the chunker."""

from __future__ import annotations

from rag.index.build.chunks import CHUNKER
from rag.index.generations.manifest import Identity
from rag.models.embedding.embedders import identify_embedder


def identity_of(embedder: str | None, revision: str | None) -> Identity:
    """The identity for the embedder of the settings. Raises ModelUnavailableError."""
    name, revision = identify_embedder(embedder, revision)
    return Identity(name, revision, CHUNKER)
