"""Reads bibliographies in any format that papers come in, by the keys that manuscripts cite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rag.checking.manuscripts.draft import Reference
from rag.corpus.record import Record
from rag.errors import FileError
from rag.types import Rejected

_ENTRY = re.compile(r"entry (\S.*)")
_REJECTED_KEY = re.compile(r"entry ([^\s:]+)")


def read_bibliography(path: Path) -> tuple[dict[str, Reference], list[str]]:
    """The records of a file by key, and notes on entries that could not be read.

    Raises FileError if there is no such file or no record in it.
    """
    from rag.corpus.files import read_file

    if not path.is_file():
        raise FileError(f"There is no bibliography {path}.", "Check the path.")
    found: dict[str, Reference] = {}
    refused: list[Rejected] = []
    for item in read_file(path):
        if isinstance(item, Rejected):
            refused.append(item)
            continue
        for key in _keys(item):
            found.setdefault(key, Reference(key, item))
    if not found and refused:
        why = refused[0].reason.rstrip(".")
        raise FileError(
            f"{path.name} has no bibliography: {why}.", "docs/formats.md lists the formats."
        )
    for item in refused:
        if named := _REJECTED_KEY.match(item.record):
            problem = f"its entry cannot be read: {item.reason}"
            found.setdefault(named[1], Reference(named[1], problem=problem))
    return found, [f"{path.name}, {item.record}: {item.reason}" for item in refused[:5]]


def _keys(record: Record) -> Iterator[str]:
    """What the record may be cited by: its key in BibTeX, its id in CSL-JSON, its identifiers."""
    if entry := _ENTRY.fullmatch(record.place):
        yield entry[1]
    yield from (value for name, value in record.extra if name in ("id", "citation-key", "citekey"))
    ids = record.identifiers
    yield from filter(None, (ids.doi, ids.arxiv, ids.pmid))
