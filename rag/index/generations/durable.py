"""Files that are on the disk, and not only in memory, before anything names them."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def replace_file(file: Path, text: str) -> None:
    """Write a small file in one step: a reader sees either the old text or the new.

    Raises OSError.
    """
    new = file.with_name(f"{file.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        _to_disk(new)
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _to_disk(file.parent)


def flush(folder: Path) -> None:
    """Have a folder and everything in it written to the disk. Raises OSError."""
    for path in (*folder.rglob("*"), folder, folder.parent):
        _to_disk(path)


def _to_disk(path: Path) -> None:
    windows = os.name == "nt"
    if windows and path.is_dir():
        return  # Windows opens no folder, and flushes only what may be written
    handle = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def link_file(file: Path, target: Path) -> None:
    """Give a file that is never written again a second name; copies it where that is impossible.

    Raises OSError.
    """
    try:
        os.link(file, target)
    except OSError:  # file systems without links, or with only so many
        shutil.copyfile(file, target)


def writable(folder: Path) -> Path:
    """The folder itself, or a copy that lives as long as the process.

    The engines take locks in their folders even to read, so an index on a read-only disk is read
    from a copy.
    """
    if os.access(folder, os.W_OK):
        return folder
    place = Path(tempfile.mkdtemp(prefix="paperchat-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    copy = Path(shutil.copytree(folder, place / folder.name, copy_function=shutil.copyfile))
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o700)
    return copy
