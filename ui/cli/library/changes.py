"""What changes in files and folders, once it is no longer being written.

Folders are watched by the system, and single files by their size and time, since an editor may put
another file in the place of the one that is watched.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from rag.errors import InputError

STEP = 0.2  # seconds between two looks
SETTLED = 1.0  # seconds in which a file must not change before it is read
Signature: TypeAlias = tuple[int, int] | None  # time and size of a file; None if it is not there


class Settling:
    """Waits until files that have changed are no longer being written."""

    def __init__(self, patience: float = SETTLED) -> None:
        self._patience = patience
        self._pending: dict[Path, Signature] = {}
        self._since = 0.0

    def is_over(self, changed: set[Path]) -> bool:
        """Whether something has changed and stayed as it is now for long enough."""
        now = {path: signature(path) for path in (*self._pending, *changed)}
        if changed or now != self._pending:
            self._pending, self._since = now, time.monotonic()
        if not self._pending or time.monotonic() - self._since < self._patience:
            return False
        self._pending = {}
        return True


def signature(path: Path) -> Signature:
    """When the file was changed and how large it is, None if it is not there."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def changes_in(paths: Sequence[str], besides: Sequence[Path] = ()) -> Iterator[set[Path]]:
    """What has changed since the last look, five times a second. Raises InputError."""
    folders = [Path(path).resolve() for path in paths if Path(path).is_dir()]
    files = {Path(path).absolute(): signature(Path(path)) for path in paths}
    files = {path: seen for path, seen in files.items() if not path.is_dir()}
    skipped = [path.resolve() for path in besides]
    for inside in _in_folders(folders) if folders else _ticks():
        changed = {path for path in inside if _matters(path, folders, skipped)}
        for path, seen in files.items():
            if (now := signature(path)) != seen:
                files[path] = now
                changed.add(path)
        yield changed


def _ticks() -> Generator[set[Path], None, None]:
    while True:
        time.sleep(STEP)
        yield set()


def _in_folders(folders: Sequence[Path]) -> Iterator[set[Path]]:
    """What changes in the folders, also once one of them has gone and another is in its place."""
    while True:
        known = {folder: _identity(folder) for folder in folders}
        there = [folder for folder in folders if known[folder] is not None]
        with closing(_watched(there) if there else _ticks()) as looks:
            for changed in looks:
                yield changed
                if any(_identity(folder) != which for folder, which in known.items()):
                    break
        yield {folder for folder, which in known.items() if _identity(folder) != which}


def _watched(folders: Sequence[Path]) -> Generator[set[Path], None, None]:
    from watchfiles import watch

    step = int(STEP * 1000)
    try:
        for found in watch(
            *folders, watch_filter=None, debounce=step, rust_timeout=step, yield_on_timeout=True
        ):
            yield {Path(path) for _, path in found}
    except FileNotFoundError:
        return  # gone since it was looked for
    except OSError as exc:
        raise InputError(
            f"A folder cannot be watched: {exc}.", "Set WATCHFILES_FORCE_POLLING=1 to look by time."
        ) from exc


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder stands here; the system watches that one, and not its name."""
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _matters(path: Path, folders: Sequence[Path], skipped: Sequence[Path]) -> bool:
    """Whether it may be a file with papers: nothing hidden, and not the index itself."""
    if any(path.is_relative_to(folder) for folder in skipped):
        return False
    roots = [folder for folder in folders if path.is_relative_to(folder)]
    return any(
        not any(part.startswith(".") for part in path.relative_to(root).parts) for root in roots
    )
