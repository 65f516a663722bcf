"""Named collections: folders inside one folder, each with an index and its evaluation.

<home>/NAME/index/      see generations.py
<home>/NAME/report/     the last evaluation of it
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CollectionError, IndexUnavailableError
from rag.index.generations.faults import unwritable
from rag.index.generations.generations import IndexFolder
from rag.settings import is_name

INDEX = "index"


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection on disk: ``size`` in bytes, ``changed`` in seconds since 1970.

    ``problem`` says why it cannot be opened, and is empty if it can.
    """

    name: str
    folder: Path
    papers: int
    chunks: int
    size: int
    changed: float | None
    problem: str = ""


def list_collections(home: Path) -> list[Collection]:
    """All collections, by name."""
    return [_describe(home, name) for name in indexes(home)]


def indexes(home: Path) -> dict[str, Path]:
    """The index folder of every collection, by name, without opening them."""
    if not home.is_dir():
        return {}
    names = sorted(path.name for path in home.iterdir() if path.is_dir() and is_name(path.name))
    return {name: home / name / INDEX for name in names}


def find_collection(home: Path, name: str) -> Collection:
    """The collection of this name. Raises CollectionError if there is none."""
    if not is_name(name) or not (home / name).is_dir():
        raise CollectionError(
            f"There is no collection {name!r}.", "`paperchat index list` shows what there is."
        )
    return _describe(home, name)


def remove_collection(home: Path, name: str) -> None:
    """Delete a collection and everything in it.

    Raises CollectionError if there is none, and IndexUnavailableError while it is being built.
    """
    folder = find_collection(home, name).folder
    index = IndexFolder(folder / INDEX)
    with index.writing():
        pass
    try:
        shutil.rmtree(folder)
    except OSError as exc:
        raise unwritable(index.root, exc) from exc


def rename_collection(home: Path, name: str, new: str) -> None:
    """Give a collection another name.

    Raises CollectionError if there is none, or if the new name is taken or invalid, and
    IndexUnavailableError while it is being built.
    """
    folder = find_collection(home, name).folder
    if not is_name(new):
        raise CollectionError(
            f"A collection cannot be called {new!r}.",
            "Use letters, digits, dots, dashes and underscores, 64 at most.",
        )
    if (home / new).exists() and not (home / new).samefile(folder):
        raise CollectionError(f"There is a collection {new!r} already.", "Choose another name.")
    index = IndexFolder(folder / INDEX)
    with index.writing():
        pass
    try:
        folder.rename(home / new)
    except OSError as exc:
        raise unwritable(index.root, exc) from exc


def count_papers(index: Path) -> int:
    """How many papers an index has; 0 if there is no index or it cannot be read."""
    try:
        manifest = IndexFolder(index).manifest()
    except IndexUnavailableError:  # opening it says why
        return 0
    return manifest.papers if manifest else 0


def _bytes_in(folder: Path) -> int:
    """The bytes of all files; one that several generations have counts once."""
    sizes = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # a build may just have removed it
                file = Path(place, name).stat()
                sizes[file.st_dev, file.st_ino] = file.st_size
    return sum(sizes.values())


def _describe(home: Path, name: str) -> Collection:
    folder = home / name
    index = IndexFolder(folder / INDEX)
    size = _bytes_in(folder)
    try:
        manifest, changed = index.manifest(), index.changed()
    except IndexUnavailableError as exc:
        return Collection(name, folder, 0, 0, size, None, exc.what)
    if manifest is None:
        return Collection(name, folder, 0, 0, size, changed)
    return Collection(name, folder, manifest.papers, manifest.chunks, size, changed)
