"""Reads a text as a file of a given name."""

from __future__ import annotations

from rag.corpus.formats.detect import read_source
from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.types import Rejected


def read(name: str, text: str) -> list[Record | Rejected]:
    return list(read_source(Source.of_bytes(name, text.encode())))


def one(name: str, text: str) -> Record:
    (record,) = read(name, text)
    assert isinstance(record, Record)
    return record


def titles(name: str, text: str) -> list[str]:
    """The titles of the records, and the reasons of the refusals, in order."""
    return [r.reason if isinstance(r, Rejected) else r.title for r in read(name, text)]
