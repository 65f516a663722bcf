"""Papers and records to lines of JSON, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from sys import intern
from typing import Any

import orjson

from rag.collector import paused_collector
from rag.corpus.formats.fields.status import split_mark
from rag.corpus.record import Record
from rag.text.names.titles import unmarked
from rag.types import Identifiers, Paper

_LISTS = ("urls", "authors", "tags", "other_sources")
_COMMON = ("source", "venue", "status")
_NEWLINE = orjson.OPT_APPEND_NEWLINE
_ID_AT = len('{"paper_id":')
_PAPER = tuple(field.name for field in fields(Paper))
_RECORD = tuple(field.name for field in fields(Record) if field.compare)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with the id of its paper, or None if the record was rejected."""

    record: Record
    paper_id: str | None


def paper_lines(papers: Iterable[Paper]) -> Iterator[bytes]:
    """The papers as lines of JSON."""
    of_paper = attrgetter(*_PAPER)
    for paper in papers:
        yield _line(paper, _PAPER, of_paper)


def record_lines(stored: Iterable[StoredRecord]) -> Iterator[bytes]:
    """The records as lines: the paper's id, then the record."""
    of_record = attrgetter(*_RECORD)
    for item in stored:
        yield orjson.dumps(item.paper_id) + b"\t" + _line(item.record, _RECORD, of_record)


def paper_of(line: bytes) -> Paper:
    """The paper of a line. Fields that an older index lacks get their defaults."""
    return Paper(**_values(line))


def read_papers(file: Path) -> list[Paper]:
    """The papers of a file of lines. Raises one of `rag.index.generations.manifest.UNREADABLE`."""
    with file.open("rb") as lines, paused_collector():
        return [paper_of(line) for line in lines if line != b"\n"]


def read_records(file: Path) -> list[StoredRecord]:
    """The records of a file of lines. Raises one of `rag.index.generations.manifest.UNREADABLE`."""
    with file.open("rb") as lines, paused_collector():
        return [record_of(line) for line in lines if line != b"\n"]


def find_papers(file: Path, paper_ids: Collection[str]) -> dict[str, Paper]:
    """Those of ``paper_ids`` that have a line, in their order; other lines are not parsed.

    Raises one of `rag.index.generations.manifest.UNREADABLE`.
    """
    wanted = {orjson.dumps(paper_id) for paper_id in paper_ids}
    with file.open("rb") as lines:
        found = [paper_of(line) for line in lines if _quoted(line) in wanted]
    by_id = {paper.paper_id: paper for paper in found}
    return {paper_id: by_id[paper_id] for paper_id in paper_ids if paper_id in by_id}


def record_of(line: bytes) -> StoredRecord:
    """The record of a line. An older index has the status in the title alone."""
    paper_id, _, text = line.partition(b"\t")
    values = _values(text)
    if "status" not in values:
        values["title"], values["status"] = split_mark(values["title"])
    return StoredRecord(Record(**values), orjson.loads(paper_id))


def record_from_paper(paper: Paper) -> StoredRecord:
    """A record made of a paper that was indexed without one."""
    record = Record(
        title=unmarked(paper.title),
        abstract=paper.abstract,
        source=paper.source,
        place=f"paper {paper.order + 1}",
        authors=paper.authors,
        year=paper.year,
        venue=paper.venue,
        identifiers=paper.identifiers,
        urls=paper.urls,
        tags=paper.tags,
        extra=paper.extra,
        status=paper.status,
    )
    return StoredRecord(record, paper.paper_id)


def _line(value: Paper | Record, names: Sequence[str], fields_of: attrgetter[Any]) -> bytes:
    return orjson.dumps(dict(zip(names, fields_of(value), strict=True)), option=_NEWLINE)


def _quoted(line: bytes) -> bytes:
    """The paper's id in its line as JSON has it; older lines have spaces between their parts."""
    return line[_ID_AT : line.find(b'"title"')].strip(b" ,")


def _values(line: bytes) -> dict[str, Any]:
    raw: dict[str, Any] = orjson.loads(line)
    for name in _LISTS:
        if name in raw:
            # What many papers have in common is in memory once.
            raw[name] = tuple(map(intern, raw[name]))
    for name in _COMMON:
        if name in raw:
            raw[name] = intern(raw[name])
    raw["extra"] = tuple((intern(name), value) for name, value in raw.get("extra", ()))
    raw["identifiers"] = Identifiers(**raw.get("identifiers", {}))
    return raw
