"""Reads files, folders and references into records, with what was refused."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.corpus.catalogues.references import parse_reference
from rag.corpus.files import read_file
from rag.corpus.paths import escaped, is_there
from rag.corpus.record import Record
from rag.corpus.zotero.references import is_zotero
from rag.errors import FileError
from rag.types import Rejected, Remark

ReadFile = Callable[[Path, Mapping[str, str] | None], Iterator[Record | Rejected]]

# (files, columns) -> the items of each file, in the order of the files
ReadAll = Callable[
    [Sequence[Path], Mapping[str, str] | None], Iterable[Iterator[Record | Rejected]]
]
Fetch = Callable[[str], Iterator[Record | Rejected]]
ReadLibrary = Callable[[str], "Reading"]  # what a reference to Zotero names

# Suffixes of other files in folders with papers. Any further file that cannot be read is reported.
_OTHER_SUFFIXES = frozenset(
    ".png .jpg .jpeg .gif .svg .webp .bmp .tif .tiff .ico .eps .ps .mp3 .mp4 .mov .avi .wav .css "
    ".js .py .pyc .ipynb .sh .c .h .cpp .java .r .rs .go .toml .yaml .yml .ini .cfg .lock .log .md "
    ".rst .sty .cls .bst .aux .bbl .blg .dvi .synctex .sqlite .db .exe .dll .so .bak .tmp".split()
)
_OTHER_NAMES = frozenset("readme license licence copying notice changelog makefile thumbs".split())


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading: records in order, refusals, and sources.

    ``read`` are the sources that were read completely and ``partly`` those that were not: resolved
    paths of files, or ``arxiv:QUERY`` and the like. ``covered`` are the given paths.
    """

    records: tuple[Record, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    covered: tuple[Path, ...] = ()
    read: frozenset[str] = frozenset()
    partly: frozenset[str] = frozenset()

    def covers(self, source: str) -> bool:
        """Whether ``source`` was read completely."""
        return _among(source, self.read) and not self.in_part(source)

    def in_part(self, source: str) -> bool:
        """Whether ``source`` was read, but not to its end."""
        return _among(source, self.partly)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was remarked of the records, once for each source, with the first such record."""
        places: dict[tuple[str, str], list[str]] = {}
        for record in self.records:
            if record.remark:
                places.setdefault((record.source, record.remark), []).append(record.place)
        return tuple(
            Remark(source, at[0] if len(at) == 1 else f"{at[0]} and {len(at) - 1:,} more", text)
            for (source, text), at in places.items()
        )

    def __add__(self, other: Reading) -> Reading:
        return Reading(
            self.records + other.records,
            self.rejected + other.rejected,
            self.covered + other.covered,
            self.read | other.read,
            self.partly | other.partly,
        )


@dataclass(slots=True)
class _Collected:
    records: list[Record] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    partly: set[str] = field(default_factory=set)


def read_given(
    given: Sequence[str],
    columns: Mapping[str, str] | None = None,
    *,
    gone: Callable[[], Collection[str]] = tuple,
    fetch: Fetch | None = None,
    read_all: ReadAll | None = None,
    read_library: ReadLibrary | None = None,
) -> Reading:
    """Read files and folders, as `read_paths` does, and references to online catalogues.

    ``fetch`` looks references up, by default in the online catalogues, and ``read_library`` those
    to Zotero.
    """
    references = [text for text in given if is_reference(text)]
    files = [Path(text) for text in given if not is_reference(text)]
    reading = read_paths(files, columns, gone=gone, read_all=read_all) if files else Reading()
    if read_library is not None:
        for text in filter(is_zotero, references):
            reading += read_library(text)
        references = [text for text in references if not is_zotero(text)]
    if references:
        from rag.corpus.catalogues import lookup

        reading += read_references(references, fetch or lookup.fetch)
    return reading


def read_paths(
    paths: Sequence[Path],
    columns: Mapping[str, str] | None = None,
    read: ReadFile = read_file,
    *,
    gone: Callable[[], Collection[str]] = tuple,
    read_all: ReadAll | None = None,
) -> Reading:
    """Read the given files, and every file in the given folders.

    A file that cannot be read is refused, and the others are read. Raises FileError if nothing
    could be read (with the first refusal), if a path does not exist, and for a folder without any
    file that may have papers. A missing path is accepted if one of the ``gone`` files was there:
    files of indexed papers that no longer exist. ``read_all`` replaces ``read``.
    """
    found = _Collected()
    files = list(_files(paths, found.rejected, gone))
    each = read_all(files, columns) if read_all else (read(file, columns) for file in files)
    for file, items in zip(files, each, strict=True):
        _collect(file, items, found)
    if not found.records and found.rejected:
        first = found.rejected[0]
        then = "," if first.reason.startswith("line ") else ":"
        what = f"{first.source}{then} {first.reason.removesuffix('.')}."
        raise FileError(what, "No paper was read; what was indexed before is untouched.")
    return Reading(
        tuple(found.records),
        tuple(found.rejected),
        tuple(path.resolve() for path in paths),
        frozenset(found.read),
        frozenset(found.partly),
    )


def is_reference(text: str) -> bool:
    """Whether ``text`` names papers in a catalogue, as arxiv:2401.01234, rather than a path."""
    named = is_zotero(text) or parse_reference(text) is not None
    return named and not is_there(text)


def read_references(references: Sequence[str], fetch: Fetch) -> Reading:
    """The catalogues' records for these references. Raises InputError as ``fetch`` does.

    Papers that a query found earlier stay, even if it does not find them any more.
    """
    items = [item for reference in references for item in fetch(reference)]
    records = tuple(item for item in items if isinstance(item, Record))
    return Reading(
        records,
        tuple(item for item in items if isinstance(item, Rejected)),
        partly=frozenset(record.source for record in records),
    )


def _collect(file: Path, items: Iterable[Record | Rejected], found: _Collected) -> None:
    """Collect one file's records and refusals. A file without any record counts as incomplete."""
    before = len(found.records)
    for item in items:
        if isinstance(item, Record):
            found.records.append(item)
            continue
        found.rejected.append(item)
        if item.breaks_off:  # the indexed papers of this file stay
            found.partly.add(item.source)
    if len(found.records) == before:
        found.partly.add(str(file))
    if str(file) not in found.partly:
        found.read.add(str(file))


def _files(
    paths: Sequence[Path], rejected: list[Rejected], gone: Callable[[], Collection[str]]
) -> Iterator[Path]:
    """The files to read, resolved, each once."""
    seen: set[Path] = set()
    for path in paths:
        resolved = path.resolve()
        there = is_there(str(resolved))
        if there and resolved.is_dir():
            inside = list(_walk(resolved, rejected))
            if not inside and not _any_under(resolved, gone()):
                raise FileError(
                    f"The folder {path} holds no file with papers.",
                    "Name a folder with .bib, .ris, .csv, .jsonl or other such files.",
                )
            files = inside
        elif there:
            files = [resolved]
        elif _any_under(resolved, gone()):
            files = []
        else:
            raise FileError(f"There is no file {path}.", "Check the path.")
        for file in files:
            if file not in seen:
                seen.add(file)
                yield file


def _walk(folder: Path, rejected: list[Rejected]) -> Iterator[Path]:
    """The files under ``folder`` that may have papers, by name; no hidden files, no indexes.

    A folder that has a file named `.noindex` is skipped with all that is in it.
    """

    def refuse(exc: OSError) -> None:
        why = f"it cannot be read: {exc.strerror}"
        rejected.append(Rejected(escaped(str(exc.filename)), "the whole folder", why))

    for at, folders, names in os.walk(folder, onerror=refuse):
        if {"CURRENT", "write.lock"} <= set(names) or ".noindex" in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(at, name)
            if not name.startswith(".") and not _other(file) and file.is_file():
                yield file


def _any_under(path: Path, files: Collection[str]) -> bool:
    return any(Path(file).is_relative_to(path) for file in files)


def _other(file: Path) -> bool:
    stem = file.name.partition(".")[0].lower()
    return stem in _OTHER_NAMES or file.suffix.lower() in _OTHER_SUFFIXES


def _among(source: str, files: frozenset[str]) -> bool:
    """Whether ``source`` is one of ``files``, or lies in an archive that is."""
    if source in files:
        return True
    outer, mark, _ = source.rpartition("!")
    while mark:
        if outer in files:
            return True
        outer, mark, _ = outer.rpartition("!")
    return False
