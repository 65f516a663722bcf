"""What is installed, indexed and on disk, as values. The field names are those of `--json`."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types.answers import Mode


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """``current``: there is an index, and this embedder and chunker made it."""

    folder: str
    papers: int
    chunks: int
    current: bool


@dataclass(frozen=True, slots=True)
class EmbedderStatus:
    """The embedder that the settings name."""

    name: str
    revision: str


@dataclass(frozen=True, slots=True)
class WeightsStatus:
    """The embedded language model's file: whether one of the right size is in ``folder``."""

    name: str
    on_disk: bool
    folder: str


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """All of it; ``missing`` has a sentence for each thing that is not there, with its remedy."""

    version: str
    index: IndexStatus
    mode: Mode
    model: str
    why: str
    embedder: EmbedderStatus
    weights: WeightsStatus
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One language model that can be embedded. ``bytes`` is its size, ``file`` where it belongs."""

    name: str
    bytes: int
    sha256: str
    licence: str
    on_disk: bool
    file: str
