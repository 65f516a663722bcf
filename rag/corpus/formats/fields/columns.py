"""Maps the columns of a table, or the fields of a JSON object, to a paper's fields.

A field may have several columns, best first; if the first is empty, the next is used. Other
columns become extra fields. The names that are known stand in ``columns.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.corpus.formats.fields.column_names import FIELDS as _FIELDS
from rag.corpus.formats.fields.column_names import is_known, meaning_beside, meaning_of, plain
from rag.errors import InputError

_INNER = ("identifiers", "id")  # read, but not fields that a user can name
FIELDS = tuple(name for name in _FIELDS if name not in _INNER)
_NAMES_SHOWN = 12
_NAME_SHOWN = 40  # characters
_DIGITS = re.compile(r"\d+")
_REMEDY = f"Fields are: {', '.join(FIELDS)}."


def is_column(text: str) -> bool:
    """Whether the text is nothing but the name of a column that is known."""
    return len(text) <= _NAME_SHOWN and is_known(text)


@dataclass(frozen=True, slots=True)
class Plan:
    """The meaning of a row's values: ``fields`` has the indexes of each field's values, best first.

    ``extra`` are the indexes of values that belong to no field. The values from ``own`` on stand
    inside other values and never become extra. ``people`` are the indexes of the columns of
    authors, best first; columns that are numbered ("Author 1", "Author 2") go together.
    """

    names: tuple[str, ...]
    fields: Mapping[str, tuple[int, ...]]
    extra: tuple[int, ...]
    own: int
    people: tuple[tuple[int, ...], ...]

    def without_title(self) -> str:
        """The reason for refusing a table, or an object, in which nothing is a title."""
        names = self.names[: self.own]
        seen = ", ".join(name[:_NAME_SHOWN] or "(no name)" for name in names[:_NAMES_SHOWN])
        if not seen:
            return "it is empty"
        more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        return (
            f"none of its columns is known to be the title; they are: {seen}{more}; "
            "say which one is, as in --column title=NAME"
        )


def plan_of(
    names: Sequence[str], columns: Mapping[str, str] | None = None, *, nested: int = 0
) -> Plan:
    """The plan for columns of these ``names``; ``columns`` (column to field) overrides the guesses.

    The last ``nested`` names are paths into the values of others. Raises InputError where
    ``columns`` names an unknown field.
    """
    return _plan(tuple(names), tuple((columns or {}).items()), nested)


@lru_cache(maxsize=1024)
def _plan(names: tuple[str, ...], columns: tuple[tuple[str, str], ...], nested: int) -> Plan:
    given = {plain(column): _field(name) for column, name in columns}
    plains = [plain(name) for name in names]
    found: dict[str, list[tuple[int, int]]] = {}
    extra = []
    own = len(names) - nested
    for place, (name, key) in enumerate(zip(names, plains, strict=True)):
        field, rank = (given[key], -1) if key in given else meaning_beside(name, names)
        if field in ("", "id") and place < own:
            extra.append(place)
        if field:
            found.setdefault(field, []).append((rank, place))
    fields = {field: tuple(place for _, place in sorted(found[field])) for field in found}
    return Plan(names, fields, tuple(extra), own, _people(names, fields.get("authors", ())))


def _people(names: Sequence[str], places: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    together: dict[str, list[int]] = {}
    for place in places:
        together.setdefault(_DIGITS.sub("#", names[place]), []).append(place)
    return tuple(tuple(sorted(group)) for group in together.values())


def _field(name: str) -> str:
    field, _ = meaning_of(name)
    if not field or field in _INNER:
        raise InputError(f"There is no field {name!r} that a column could be.", _REMEDY)
    return field
