"""The status of the installation, the index and the models. Field names are those of `--json`."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types.models import Mode


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The index. ``current``: it exists, and this embedder and chunker made it.

    ``damage`` has a clause for each file that is not as it was written. ``unused`` are the
    generations that it does not need, which nobody removes by himself.
    """

    folder: str
    papers: int
    chunks: int
    current: bool
    damage: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmbedderStatus:
    """The embedder that the settings name; ``runtime`` says what runs it, and why."""

    name: str
    revision: str
    runtime: str


@dataclass(frozen=True, slots=True)
class WeightsStatus:
    """The embedded language model's file: whether one of the right size is in ``folder``."""

    name: str
    on_disk: bool
    folder: str


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """The whole status. ``missing`` has one sentence, with a remedy, for each missing part."""

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
    """One language model that can be embedded: ``bytes`` is its size, ``file`` its path."""

    name: str
    bytes: int
    sha256: str
    licence: str
    on_disk: bool
    file: str
