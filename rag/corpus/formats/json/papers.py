"""Finds the papers in a JSON document, and translates their fields.

The names of fields are in ``columns.toml``. This module handles what names do not show: lists
within objects, papers given in parts, tables written as JSON, and Zotero's conventions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from rag.corpus.formats.fields.column_names import may_mean_field, meaning_of
from rag.corpus.formats.fields.columns import plan_of
from rag.corpus.formats.fields.rows import BELOW_A_PAPER
from rag.corpus.formats.fields.values import is_word_index
from rag.corpus.formats.json.values import LISTS

Object: TypeAlias = Mapping[str, object]

_DEEP = 6
_LOOKED_AT = 50  # items of a list, to see whether it has papers
_MOST_FIELDS = 200  # of an object in a paper; one with more is an index of words or the like
# Parts in which catalogues give a paper, though their names may also mean a field.
_WRAPPERS = (
    "citingPaper citedPaper _source data paper message work csljson info content source item"
    " document article record publication metadata attributes bibjson"
).split()
_PAPERS_HAVE = frozenset(("abstract", "authors", "year", "venue", "doi"))


def papers_in(value: object, depth: int = 0) -> Iterator[object]:
    """The papers in a value, and other items in their lists, which the reader then refuses.

    An object with a title is a paper. In another object, lists of objects with titles are searched,
    those with a usual name first; if there are none, its inner objects and lists are.
    """
    if isinstance(value, list):
        yield from _in_list(value, depth)
        return
    if not isinstance(value, Mapping) or depth >= _DEEP:
        yield value
        return
    if rows := _rows(value):
        yield from rows
        return
    if is_paper(value):
        yield value
        return
    inside = _lists(value) or [inner for inner in value.values() if _holds(inner, depth + 1)]
    if not inside:
        yield value
    for inner in inside:
        yield from papers_in(inner, depth + 1)


def _in_list(items: list[object], depth: int) -> Iterator[object]:
    for item in items:
        deeper = isinstance(item, list) or (isinstance(item, Mapping) and not is_paper(item))
        if deeper and depth < _DEEP and _holds(item, depth + 1):
            yield from papers_in(item, depth + 1)
        else:
            yield item


def is_paper(value: object) -> bool:
    """Whether it is an object with a title, perhaps in one of its parts."""
    if not isinstance(value, Mapping):
        return False
    return _has_title(unwrapped(value)) or _has_title(with_inner(value)[0])


def _has_title(value: Object) -> bool:
    return "title" in value or "title" in plan_of(tuple(value)).fields


def _lists(value: Object) -> list[object]:
    lists = {
        name: inner
        for name, inner in value.items()
        if isinstance(inner, list) and any(map(is_paper, inner[:_LOOKED_AT]))
    }
    usual = next((name for name in LISTS if name in lists), None)
    return [lists[usual]] if usual else list(lists.values())


def _holds(value: object, depth: int) -> bool:
    """Whether it contains papers, at any depth that is searched."""
    if depth >= _DEEP:
        return False
    if isinstance(value, list):
        return any(_holds(item, depth + 1) for item in value[:_LOOKED_AT])
    if not isinstance(value, Mapping):
        return False
    return is_paper(value) or any(_holds(inner, depth + 1) for inner in value.values())


def unwrapped(value: Object) -> Object:
    """The paper: the object itself, or that of its parts which has the title, with the others.

    Catalogues give a paper as {"id": ..., "bibjson": {"title": ...}}. A part whose name is a field,
    such as the journal, is not the paper.
    """
    if _has_title(value):
        return value
    parts = [name for name in _WRAPPERS if _is_part(value.get(name))]
    if not parts:
        # Of objects under names of any kind, such as DOIs, each is a paper.
        titled = (name for name, inner in value.items() if _is_part(inner) and not _field(name))
        parts = list(islice(titled, 2))
        if len(parts) != 1 or not _is_whole(value[parts[0]]):
            return value
    inner = value[parts[0]]
    assert isinstance(inner, Mapping)
    return {**{name: other for name, other in value.items() if name != parts[0]}, **inner}


def _is_part(value: object) -> bool:
    return isinstance(value, Mapping) and ("itemType" in value or _has_title(value))


def _is_whole(value: object) -> bool:
    """Whether a part has more of a paper than a title."""
    fields = plan_of(tuple(value)).fields if isinstance(value, Mapping) else {}
    return not fields.keys().isdisjoint(_PAPERS_HAVE)


def _field(name: str) -> str:
    return meaning_of(name)[0]


def _rows(value: Object) -> list[object]:
    """The rows of a table written as JSON by columns, as pandas does; empty for anything else.

    Either ``columns`` are named beside the rows, or each column is a list or an object by row.
    """
    header = value.get("columns")
    body = value.get("data", value.get("rows"))
    if isinstance(header, list) and isinstance(body, list):
        names = [str(name) for name in header]
        if "title" in plan_of(names).fields:
            return [dict(zip(names, row, strict=False)) for row in body if isinstance(row, list)]
    columns = list(value.values())
    if len(columns) < 2 or "title" not in plan_of(tuple(value)).fields:
        return []
    if all(isinstance(column, list) for column in columns):
        return _zipped(
            value, [range(len(column)) for column in columns if isinstance(column, list)]
        )
    if all(isinstance(column, Mapping) for column in columns):
        return _zipped(value, [list(column) for column in columns if isinstance(column, Mapping)])
    return []


def _zipped(value: Object, keys: Sequence[Sequence[object]]) -> list[object]:
    first = keys[0]
    if len(first) < 2 or any(other != first for other in keys):
        return []
    return [{name: column[key] for name, column in value.items()} for key in first]  # type: ignore[index]


def with_inner(paper: Object) -> tuple[Object, int]:
    """The paper with the fields in its inner objects, by their paths, and how many these are.

    {"source": {"sourceTitle": "Fauna"}} has a venue, "source.sourceTitle".
    """
    if len(paper) > _MOST_FIELDS or not any(map(_has_parts, paper.values())):
        return paper, 0
    inner = dict(_inner_fields(paper, "", 0))
    added = {path: value for path, value in inner.items() if path not in paper}
    return ({**paper, **added}, len(added)) if added else (paper, 0)


def _has_parts(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def _inner_fields(value: Object, path: str, depth: int) -> Iterator[tuple[str, object]]:
    for name, inner in value.items():
        if name.isdecimal():  # the key of one of many
            continue
        if depth and may_mean_field(f"{path}{name}"):
            yield f"{path}{name}", inner
        if depth < _DEEP and _has_parts(inner):
            part = _object_of(inner, f"{path}{name}")
            if part is not None:
                yield from _inner_fields(part, f"{path}{name}.", depth + 1)


def _object_of(value: object, path: str) -> Object | None:
    """An object that may have fields of the paper in it; of a list of journals, the first."""
    if isinstance(value, list):
        value = value[0] if _field(path) == "venue" else None
    if not isinstance(value, Mapping) or len(value) > _MOST_FIELDS:
        return None
    return None if _field(path) == "identifiers" or is_word_index(value) else value


def belongs_to_paper(value: Object) -> bool:
    """Whether it is a file or a note that Zotero attaches to a paper."""
    return value.get("itemType") in BELOW_A_PAPER and bool(value.get("parentItem"))
