"""Papers and records to lines of JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from rag.corpus.formats.status import split_mark
from rag.corpus.record import Record
from rag.text.titles import unmarked
from rag.types import Identifiers, Paper

_LISTS = ("urls", "authors", "tags", "other_sources")
_PAPER = tuple(field.name for field in fields(Paper))
_RECORD = tuple(field.name for field in fields(Record) if field.compare)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with the id of its paper, or None if the record was rejected."""

    record: Record
    paper_id: str | None


def paper_lines(papers: Sequence[Paper]) -> str:
    """The papers as text, one line each."""
    return "".join(f"{_line(paper, _PAPER)}\n" for paper in papers)


def record_lines(stored: Sequence[StoredRecord]) -> str:
    """The records as text, one line each: the paper's id, then the record."""
    return "".join(
        f"{json.dumps(item.paper_id)}\t{_line(item.record, _RECORD)}\n" for item in stored
    )


def paper_of(line: str) -> Paper:
    """The paper of a line. Fields that an older index lacks get their defaults."""
    return Paper(**_values(line))


def find_papers(lines: str, paper_ids: Sequence[str]) -> dict[str, Paper]:
    """Those of ``paper_ids`` that have a line, by id; other lines are not parsed."""
    text, found = f"\n{lines}", {}
    for paper_id in paper_ids:
        start = text.find(f'\n{{"paper_id": {json.dumps(paper_id, ensure_ascii=False)}, ')
        if start >= 0:
            found[paper_id] = paper_of(text[start + 1 : text.index("\n", start + 1)])
    return found


def record_of(line: str) -> StoredRecord:
    """The record of a line. An older index has the status in the title alone."""
    paper_id, _, text = line.partition("\t")
    values = _values(text)
    if "status" not in values:
        values["title"], values["status"] = split_mark(values["title"])
    return StoredRecord(Record(**values), json.loads(paper_id))


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


def _line(value: Paper | Record, names: Sequence[str]) -> str:
    # `asdict` of the whole also copies every list, which takes four times as long.
    raw = {name: getattr(value, name) for name in names}
    raw["identifiers"] = asdict(value.identifiers)
    return json.dumps(raw, ensure_ascii=False)


def _values(line: str) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(line)
    for name in _LISTS:
        if name in raw:
            raw[name] = tuple(raw[name])
    raw["extra"] = tuple((name, value) for name, value in raw.get("extra", ()))
    raw["identifiers"] = Identifiers(**raw.get("identifiers", {}))
    return raw
