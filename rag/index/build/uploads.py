"""Reads uploaded files and references one at a time, as the window receives them.

An uploaded file is in a temporary folder, so the source of its records is the name that its owner
gave it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from rag.corpus.files import read_file
from rag.corpus.reading import Fetch, Reading, read_paths
from rag.corpus.record import Record
from rag.errors import InputError, PaperchatError
from rag.index.build.stopping import until
from rag.text.names.titles import normalise_title
from rag.types import Rejected

# Called with each record and each refusal as soon as it is read.
OnItem: TypeAlias = Callable[[Record | Rejected], None]
StoredReading: TypeAlias = Callable[[str], Reading]  # what the index has from a source

# A file replaces an indexed one of the same name if it has this share of its titles.
_SAME_FILE = 0.5


def read_upload(
    path: Path, name: str, stored: StoredReading, on_item: OnItem, stop: Callable[[], bool]
) -> Reading:
    """Read the file at ``path``, with ``name`` as the source of its records.

    Never raises because of the file's contents: an unreadable file is one refusal. Once ``stop()``
    is true, the rest is not read.
    """
    refused = 0

    def note(item: Record | Rejected) -> None:
        nonlocal refused
        refused += isinstance(item, Rejected)
        on_item(item)

    def reader(file: Path, columns: Mapping[str, str] | None) -> Iterator[Record | Rejected]:
        for item in read_file(file, columns):
            if stop():
                return
            named = replace(item, source=item.source.replace(str(path), name, 1))
            note(named)
            yield named

    try:
        found = read_paths([path], read=reader)
    except InputError as exc:
        if not refused:  # else its records said why
            note(Rejected(name, "the whole file", exc.what))
        found = Reading()
    whole = bool(found.read)
    found = _distinct(name, found, stored)
    sources = frozenset(record.source.partition("!")[0] for record in found.records)
    nothing = frozenset[str]()
    read, partly = (sources, nothing) if whole else (nothing, sources)
    return Reading(found.records, read=read, partly=partly)


def read_online(
    reference: str, on_item: OnItem, stop: Callable[[], bool], fetch: Fetch | None = None
) -> Reading:
    """The records of an online catalogue for ``reference``; earlier ones of it stay indexed.

    Never raises because of the catalogue: its failure is one refusal. Once ``stop()`` is true, no
    answer is waited for.
    """
    from rag.corpus.catalogues import lookup

    found = []
    try:
        for item in until(stop, lambda: (fetch or lookup.fetch)(reference)):
            on_item(item)
            found.append(item)
    except PaperchatError as exc:
        on_item(Rejected(reference, "", f"{exc.what} {exc.remedy}".strip()))
    records = tuple(item for item in found if isinstance(item, Record))
    return Reading(records, partly=frozenset(record.source for record in records))


def read_by(
    reference: str, read: Callable[[], Reading], on_item: OnItem, stop: Callable[[], bool]
) -> Reading:
    """What ``read`` gives; that it fails is one refusal, and nothing is read then.

    Nor once ``stop()`` is true, however long ``read`` would wait for an answer.
    """
    try:
        return next(until(stop, lambda: iter([read()])), Reading())
    except PaperchatError as exc:
        on_item(Rejected(reference, "", f"{exc.what} {exc.remedy}".strip()))
        return Reading()


def _distinct(name: str, found: Reading, stored: StoredReading) -> Reading:
    """``found``, under another name if a different file already has this one.

    Programs give all exports the same name, so a second file replaces the first only if it repeats
    most of its titles.
    """
    new = {normalise_title(record.title) for record in found.records}
    for free in _names(name):
        old = {normalise_title(record.title) for record in stored(free).records}
        if len(old & new) >= _SAME_FILE * len(old):
            break
    records = tuple(replace(r, source=r.source.replace(name, free, 1)) for r in found.records)
    return replace(found, records=records)


def _names(name: str) -> Iterator[str]:
    """``name``, then "NAME (2)", "NAME (3)" ..., with the number before the suffix."""
    path, number = PurePosixPath(name), 1
    while True:
        yield name if number == 1 else str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        number += 1
