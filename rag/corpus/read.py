"""One file to records, by the reader of its format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from rag.corpus.listing import read_listing
from rag.corpus.record import Record
from rag.types import Rejected


def read_file(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[Record | Rejected]:
    """The records of a saved listing page. Raises InputError as `read_listing` does."""
    for paper in read_listing(path):
        yield Record(paper.title, paper.abstract, paper.source, f"paper {paper.order + 1}")
