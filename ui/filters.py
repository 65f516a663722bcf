"""Reads filters from the options of a command or from JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rag.errors import InputError
from rag.text.words import words_of
from rag.types import Filter

_YEARS = re.compile(r"(\d{4})?\s*([-–])?\s*(\d{4})?")
_KINDS = ("venues", "authors", "sources", "tags", "own_tags")
_FLAGS = ("retracted", "starred")
_FORM = (
    'Give any of {"first_year": 2020, "last_year": 2023, "venues": [...], "authors": [...], '
    '"sources": [...], "tags": [...], "retracted": false, "starred": true, "own_tags": [...]}.'
)
_MOST = 100  # names of one kind; both search engines get all of them


def filter_of(
    year: str | None,
    venues: Sequence[str] | None,
    authors: Sequence[str] | None,
    sources: Sequence[str] | None,
    tags: Sequence[str] | None,
    retracted: bool | None = None,
    starred: bool = False,
    own_tags: Sequence[str] | None = None,
) -> Filter:
    """The filter in a command's options. Raises InputError for the first option that is wrong."""
    first, last = _years(year) if year is not None else (None, None)
    return _checked(
        Filter(
            first,
            last,
            tuple(venues or ()),
            tuple(authors or ()),
            tuple(_resolved(source) for source in sources or ()),
            tuple(tags or ()),
            retracted,
            starred,
            tuple(own_tags or ()),
        )
    )


def read_filter(given: object) -> Filter:
    """The filter in parsed JSON, whose keys are the fields of `Filter`; None is no filter.

    Raises InputError for any other value, and for an unknown name.
    """
    if given is None:
        return Filter()
    if not isinstance(given, Mapping):
        raise InputError("The filter is not an object.", _FORM)
    known = ("first_year", "last_year", *_KINDS, *_FLAGS)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InputError(f"A filter has no {unknown[0]!r}.", _FORM)
    first, last = (_year(given, name) for name in ("first_year", "last_year"))
    retracted, starred = (_flag(given, name) for name in _FLAGS)
    venues, authors, sources, tags, own = (_texts(given, kind) for kind in _KINDS)
    return _checked(
        Filter(first, last, venues, authors, sources, tags, retracted, bool(starred), own)
    )


def _years(text: str) -> tuple[int | None, int | None]:
    match = _YEARS.fullmatch(text.strip())
    if match is None or not (match[1] or match[3]) or bool(match[1] and match[3]) > bool(match[2]):
        raise InputError(
            f"{text!r} is not a year or a range of years.",
            "Give --year 2021, 2020-2023, 2020- or -2019.",
        )
    first, last = (int(year) if year else None for year in (match[1], match[3]))
    return (first, last if match[2] else first)


def _year(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise InputError(f"The filter's {name} is not a year.", _FORM)
    return value


def _flag(given: Mapping[str, Any], name: str) -> bool | None:
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise InputError(f"The filter's {name} is neither true nor false.", _FORM)
    return value


def _texts(given: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    value = given.get(kind)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"The filter's {kind} are not a list of texts.", _FORM)
    return tuple(dict.fromkeys(value))


def _checked(wanted: Filter) -> Filter:
    first, last = wanted.first_year, wanted.last_year
    if any(year is not None and not 0 <= year <= 9999 for year in (first, last)):
        raise InputError("A year has four digits.", "Give one such as 2021.")
    if first is not None and last is not None and first > last:
        raise InputError(f"No year is from {first} to {last}.", "Give the earlier one first.")
    for kind in _KINDS:
        values = getattr(wanted, kind)
        if len(values) > _MOST:
            raise InputError(f"{len(values)} {kind} are too many.", f"Give at most {_MOST}.")
        empty = [value for value in values if not words_of(value)]
        if empty:
            raise InputError(f"{empty[0]!r} has no letter or digit.", "Give a name.")
    return wanted


def _resolved(source: str) -> str:
    """An existing path as `ingest` records it, anything else unchanged."""
    archive, mark, member = source.partition("!")
    with suppress(OSError, RuntimeError):  # a name that is too long, the home of nobody
        path = Path(archive).expanduser()
        if path.exists():
            return f"{path.resolve()}{mark}{member}"
    return source
