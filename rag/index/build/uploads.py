"""Files and references that come one at a time, as through the window: read under a given name.

A file that is uploaded lies in a temporary folder, so its records are said to come from the name
that its owner gave it.
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
from rag.text.titles import normalise_title
from rag.types import Rejected

# What is called for each record and each refusal, as they are read.
Seen: TypeAlias = Callable[[Record | Rejected], None]
Stored: TypeAlias = Callable[[str], Reading]  # what the index holds of a source

# A file under a known name replaces the known one where it has this share of its titles.
_SAME_FILE = 0.5


def read_upload(
    path: Path, name: str, stored: Stored, seen: Seen, stop: Callable[[], bool]
) -> Reading:
    """Read the file at ``path``, whose records are said to come from ``name``.

    Never raises for what is in the file: a file that cannot be read is one refusal. Once ``stop()``
    is true, the rest is left unread.
    """
    refused = 0

    def note(item: Record | Rejected) -> None:
        nonlocal refused
        refused += isinstance(item, Rejected)
        seen(item)

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
    reference: str, seen: Seen, stop: Callable[[], bool], fetch: Fetch | None = None
) -> Reading:
    """What an online catalogue has for ``reference``; what it had before stays indexed.

    Never raises for what the catalogue does: its failure is one refusal.
    """
    from rag.corpus.catalogues import lookup

    found = []
    try:
        for item in () if stop() else (fetch or lookup.fetch)(reference):
            seen(item)
            found.append(item)
    except PaperchatError as exc:
        seen(Rejected(reference, "the whole answer", f"{exc.what} {exc.remedy}".strip()))
    records = tuple(item for item in found if isinstance(item, Record))
    return Reading(records, partly=frozenset(record.source for record in records))


def _distinct(name: str, found: Reading, stored: Stored) -> Reading:
    """``found``, under another name where a different file has this one.

    Programs export under one name for all: a second such file does not replace the first, unless
    it repeats most of its titles.
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
