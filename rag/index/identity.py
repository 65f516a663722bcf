"""The identity of an index: its embedder, the embedder's revision, and the chunker."""

from __future__ import annotations

from rag.index.build.chunks import CHUNKER
from rag.index.generations import Identity
from rag.models.packaged import MINILM_REVISION, PACKAGED_NAME


def identity_of(embedder: str | None, revision: str | None) -> Identity:
    """The identity for an embedder: None is the packaged MiniLM, else a folder or hub name."""
    if embedder is None:
        return Identity(PACKAGED_NAME, MINILM_REVISION, CHUNKER)
    return Identity(embedder, revision or "main", CHUNKER)
