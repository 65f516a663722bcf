"""Readers of JSON Lines, and of JSON documents that contain papers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import jiter

from rag.corpus.formats.fields.columns import plan_of
from rag.corpus.formats.fields.rows import row_record
from rag.corpus.formats.json.papers import belongs_to_paper, papers_in, unwrapped, with_inner
from rag.corpus.formats.json.values import Broken, read_elements
from rag.corpus.formats.refusals import summarised
from rag.corpus.formats.source import LINE_LIMIT, Source
from rag.corpus.record import Record
from rag.types import Rejected

_LINES_NAMES = (".jsonl", ".ndjson", ".jsonlines", ".ldjson")


def is_json_lines(head: str, name: str) -> bool:
    """Whether most lines are one object each, unlike those of a JSON document with line breaks."""
    if not head.lstrip().startswith("{"):
        return False
    lines = [line.strip() for line in head.split("\n") if line.strip()]
    whole = lines[:-1] or lines  # the last one may be cut off
    objects = sum(line.startswith("{") and line.endswith("}") for line in whole)
    if len(lines) == 1:
        return name.lower().endswith(_LINES_NAMES)
    return objects > len(whole) / 2 and lines[-1].startswith("{")


def is_json(head: str, name: str) -> bool:
    """Whether it begins as a JSON object, or as a list of objects."""
    start = head.lstrip()
    if name.lower().endswith(".json") and start[:1] in ("{", "["):
        return True
    return start[:1] in ("{", "[") and start[1:].lstrip()[:1] in ('"', "}", "{", "]")


def read_json_lines(
    source: Source, columns: Mapping[str, str] | None = None
) -> Iterator[Record | Rejected]:
    """The papers of a file with a JSON object on each line; ``columns`` maps names to fields.

    Raises as `Source.lines` does, and InputError for an unknown field.
    """
    return summarised(_of_lines(source, columns or {}), source.name)


def read_json(
    source: Source, columns: Mapping[str, str] | None = None
) -> Iterator[Record | Rejected]:
    """The papers of a JSON document: of a list, of an object with a list in it, or one paper.

    If the text stops being JSON, everything before is read. Raises as `Source.text` does, and
    InputError for an unknown field.
    """
    return summarised(_of_document(source, columns or {}), source.name)


def _of_lines(source: Source, columns: Mapping[str, str]) -> Iterator[Record | Rejected]:
    for number, line in source.lines():
        place = f"line {number}"
        if line is None:
            yield Rejected(source.name, place, f"it has more than {LINE_LIMIT:,} characters")
        elif not line.isspace() and line:
            value = _parsed(line)
            if isinstance(value, _NotJson):
                yield Rejected(source.name, place, value.why, breaks_off=value.is_cut)
            else:
                for paper in (value,) if _has_title(value) else papers_in(value):
                    yield from read_object(paper, source=source.name, place=place, columns=columns)


class _NotJson:
    """Why a line is not JSON; ``is_cut`` if it ends too early, as in a truncated file."""

    def __init__(self, why: str, *, is_cut: bool = False) -> None:
        self.why, self.is_cut = why, is_cut


def _parsed(line: str) -> object:
    """The value on a line, by jiter, which is fast, or else by Python's own parser.

    The latter accepts half of a surrogate pair and a line break inside a string, and says what is
    wrong.
    """
    try:
        return jiter.from_json(line.encode(), cache_mode="keys")
    except ValueError:  # includes errors of encoding as UTF-8
        pass
    try:
        return json.loads(line, strict=False)
    except json.JSONDecodeError as exc:
        why = f"it is not JSON: {exc.msg[:1].lower()}{exc.msg[1:]} at {exc.pos + 1}"
        is_cut = exc.msg.startswith("Unterminated") or exc.pos >= len(line.rstrip())
        return _NotJson(why, is_cut=is_cut)
    except RecursionError:
        return _NotJson("it is nested too deeply")
    except ValueError:
        return _NotJson("a number is too long")


def _of_document(source: Source, columns: Mapping[str, str]) -> Iterator[Record | Rejected]:
    number = 0
    with source.text() as text:
        for element in read_elements(text):
            if isinstance(element, Broken):
                why = f"{element.why}; what follows was not read"
                place = f"item {number + 1}, line {element.line}"
                yield Rejected(source.name, place, why, breaks_off=True)
                return
            for paper in papers_in(element.value):
                number += 1
                place = f"item {number}, line {element.line}"
                yield from read_object(paper, source=source.name, place=place, columns=columns)


def _has_title(value: object) -> bool:
    """Whether it is an object with a title: the usual case, by a single look-up."""
    return isinstance(value, dict) and "title" in value


def read_object(
    value: object, *, source: str, place: str, columns: Mapping[str, str] | None = None
) -> Iterator[Record | Rejected]:
    """The record of one value, or its refusal; nothing for an attachment of another record.

    Raises InputError where ``columns`` names an unknown field.
    """
    if not isinstance(value, Mapping):
        yield Rejected(source, place, f"it is {_kind(value)}, not an object with a title")
        return
    paper = unwrapped(value)
    if belongs_to_paper(paper):
        return
    paper, nested = with_inner(paper)
    plan = plan_of(tuple(paper), columns, nested=nested)
    yield row_record(plan, tuple(paper.values()), source=source, place=place)


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
