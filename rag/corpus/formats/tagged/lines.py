"""Splits text with one tagged field per line: RIS, Web of Science, MEDLINE and EndNote's %-tags.

Records are parsed line by line. (rispy and nbib need a whole file in memory,
lose records that are not closed, and nbib stops at the first malformed line.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.corpus.formats.source import Source
from rag.types import Rejected

RECORD_LIMIT = 4 * 1024 * 1024  # characters
TOO_LONG = f"it is longer than {RECORD_LIMIT:,} characters"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a format writes its records.

    ``tag`` has two groups, the tag, in capitals or not, and the value. The tag ``starts`` begins a
    record, even if the last one has not ended; the tag ``ends`` closes it or, with ``blank_ends``,
    a blank line does. Fields just before a start, after an end, may belong to it (`_joined`).
    Tags in ``outside`` belong to no record. Fields without a start make a record only if one of
    ``worth`` is among them.
    """

    tag: re.Pattern[str]
    starts: str
    ends: str = ""
    blank_ends: bool = False
    outside: frozenset[str] = frozenset()
    worth: frozenset[str] = frozenset()


@dataclass(slots=True)
class Fields:
    """One record: the values of each tag, and the line where it begins.

    A continuation line is one more value of its field: more text of an abstract, or another author
    or keyword.
    """

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)
    size: int = 0

    def add(self, tag: str, value: str) -> None:
        """Add one more value of a tag."""
        self.size += len(value) + len(tag)
        if self.size <= RECORD_LIMIT:
            self.values.setdefault(tag, []).append(value)

    def all(self, *tags: str) -> list[str]:
        """The values of these tags, in the order of the tags."""
        return [value for tag in tags for value in self.values.get(tag, ()) if value]

    def text(self, *tags: str) -> str:
        """The values of the first of these tags that has any, joined."""
        return next((text for tag in tags if (text := " ".join(self.all(tag)))), "")

    def others(self, used: frozenset[str]) -> Iterator[tuple[str, list[str]]]:
        """The fields whose tags are not in ``used``, as (tag, values)."""
        return ((tag, values) for tag, values in self.values.items() if tag not in used)

    def rest(self, used: frozenset[str]) -> Iterator[tuple[str, str]]:
        """The fields whose tags are not in ``used``, as (tag, text)."""
        return ((tag, " ".join(values)) for tag, values in self.others(used))


def fields_of(source: Source, layout: Layout) -> Iterator[Fields | Rejected]:
    """The records of a source; one that is too long is refused, and the rest is read."""
    record: Fields | None = None
    early: Fields | None = None  # fields just before the start of ``record``
    last = tag = ""
    for number, line in source.lines():
        if line is None:
            record = record or Fields(number)
            record.size = RECORD_LIMIT + 1
            continue
        found, before = layout.tag.match(line), tag
        tag, value = (found[1].upper(), (found[2] or "").strip()) if found else ("", line.strip())
        closes = tag == layout.ends if tag else layout.blank_ends and not value
        if record and before and layout.ends and tag == layout.starts not in record.values:
            early, record = record, None
        elif closes or tag == layout.starts or tag in layout.outside:
            for finished in _joined(early, record, layout):
                yield from _finished(finished, layout, source.name)
            early, record, last = None, None, ""
        if closes or tag in layout.outside or not (tag or last):
            continue
        record = record or Fields(number)
        last = tag or last
        if tag or value:
            record.add(last, value)
    for finished in _joined(early, record, layout):
        yield from _finished(finished, layout, source.name)


def _joined(early: Fields | None, record: Fields | None, layout: Layout) -> list[Fields | None]:
    """The record with the fields before its start, or both if each has a title of its own."""
    if early is None or record is None:
        return [early, record]
    if not (layout.worth.isdisjoint(early.values) or layout.worth.isdisjoint(record.values)):
        return [early, record]
    values = {tag: [*early.values.get(tag, ()), *record.values.get(tag, ())]
              for tag in (*early.values, *record.values)}  # fmt: skip
    return [Fields(early.line, values, early.size + record.size)]


def _finished(record: Fields | None, layout: Layout, name: str) -> Iterator[Fields | Rejected]:
    if record is None:
        return
    if record.size > RECORD_LIMIT:
        yield Rejected(name, f"line {record.line}", TOO_LONG)
    elif layout.starts in record.values or not layout.worth.isdisjoint(record.values):
        yield record


def split(values: Sequence[str], separator: str = ";") -> list[str]:
    """The values, split at ``separator``, such as several keywords on one line."""
    return [part.strip() for value in values for part in value.split(separator)]


def first_with(values: Mapping[str, list[str]], tags: Sequence[str], mark: str) -> str:
    """The first value of these tags that contains ``mark``, or empty."""
    found = (value for tag in tags for value in values.get(tag, ()) if mark in value.lower())
    return next(found, "")
