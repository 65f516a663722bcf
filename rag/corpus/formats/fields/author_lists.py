"""Splits lists of authors, as in tables and JSON, into names.

A name stays as it is in the list: `rag.text.names.people` puts it into order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.corpus.formats.fields.placeholders import is_nothing
from rag.corpus.formats.fields.values import MOST, Value, listed, text_of
from rag.text.names.people import name_from

_GIVEN = (
    "given firstName first_name firstname forename foreName first givenName given-names given-name"
    " given_name forenames ForeName FirstName initials"
).split()
_FAMILY = (
    "family lastName last_name lastname surname last familyName family-name keyname LastName"
).split()
_WHOLE = (
    "literal name display_name displayName fullName full_name raw text creator creatorName authname"
    " authName collective_name CollectiveName value $ #text wosStandard"
).split()
_INSIDE = ("author", "name", "Person", "persName")  # where an authorship has its author
_ROLES = "creatorType role @contrib-type @role contributorType @contributor_role".split()
_LISTS = ("value", "author", "authors", "name", "creator")  # where an object has all authors
_AND = re.compile(r"(?:,\s*|\s+)(?:and|&|und)\s+")
_OTHERS = re.compile(
    r"[,;]?\s*(?:\b\d+ more\b|\bet\s+al\b\.?|\band others\b\.?|\.\.\.|等)\s*$", re.IGNORECASE
)
_BLANKS = re.compile(r"\s+")
# A person's number, as Scopus and OpenCitations write it.
_NUMBER = re.compile(r"\s*(?:\(\d+\)|\[\w+:[^\]]*\])")
_NAMESAKE = re.compile(r"\s\d{4}$")  # and as DBLP does
_SHORTENED = re.compile(r".{0,60}[^\W\d_]{2} (?:[A-ZÀ-Þ]\.?){1,3}")  # "Smith AB"
_INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.?[\s-]?){1,4}")


def names_of(value: Value) -> list[str]:
    """The authors, in order, of one text or a list of texts, objects or [family, given] pairs."""
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, Mapping):
        inner = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
        return names_of(inner) if inner else [name for name in (_of_object(value),) if name]
    if not isinstance(value, list | tuple):
        return []
    if len(value) == 1 and isinstance(value[0], str):
        return _of_text(value[0])
    return [name for name in map(_of_item, _authors_among(value[:MOST])) if name]


def names_in_one(text: str) -> list[str]:
    """The names in a field for one name: "Smith AB, Jones C" and "Smith, A., Doe, J." are two."""
    parts = _parts(text, ",")
    is_list = len(parts) > 1 and all(map(_SHORTENED.fullmatch, parts))
    is_paired = (
        len(parts) > 2 and len(parts) % 2 == 0 and all(map(_INITIALS.fullmatch, parts[1::2]))
    )
    return _by_commas(text) if is_list or is_paired else [text]


def _authors_among(items: Sequence[Value]) -> Sequence[Value]:
    """All but editors and the like; these, too, if there are no others."""
    return [item for item in items if _may_be_author(item)] or items


def _may_be_author(item: Value) -> bool:
    if not isinstance(item, Mapping):
        return True
    role = next((text for name in _ROLES if (text := text_of(item.get(name)))), "author")
    return role.casefold() in ("author", "aut", "creator")


def _of_item(item: Value) -> str:
    if isinstance(item, str):
        return "" if is_nothing(item) else item
    if isinstance(item, Mapping):
        return _of_object(item)
    if isinstance(item, list | tuple):  # [family, given, suffix, affiliation ...] as arXiv has it
        family, given, suffix = [*map(text_of, item[:3]), "", "", ""][:3]
        return name_from(given, family, suffix=suffix)
    return ""


def _of_object(item: Mapping[str, Value]) -> str:
    if isinstance(parts := item.get("namePart"), list):  # MODS
        typed = [part for part in parts if isinstance(part, Mapping)]
        item = {text_of(part.get("@type")): text_of(part) for part in typed}
    family = _first(item, _FAMILY)
    if family:
        particle = _first(item, ("non-dropping-particle", "dropping-particle"))
        middle = item.get("middle")  # CORD-19: a list
        more = map(text_of, middle) if isinstance(middle, list) else ()
        given = " ".join(filter(None, (_first(item, _GIVEN), *more)))
        return name_from(given, family, particle, _first(item, ("suffix",)))
    for name in _INSIDE:
        inner = item.get(name)
        if isinstance(inner, Mapping):
            return _of_object(inner)
    return _NAMESAKE.sub("", _first(item, _WHOLE)) or _first(item, _GIVEN)


def _first(item: Mapping[str, Value], keys: Sequence[str]) -> str:
    return next((text for text in (text_of(item.get(key)) for key in keys) if text), "")


def _of_text(text: str) -> list[str]:
    """Split at semicolons, else at bars, else at lines, else at "and" and some commas."""
    parts = listed(text)
    if parts is not None:
        return [part.strip() for part in parts if part.strip()]
    text = _NUMBER.sub("", _OTHERS.sub("", _squeezed(text)))
    for mark in (";", "|", "\n"):
        if mark in text:
            return _parts(text, mark)
    between = [part for part in _AND.split(text) if part]
    if len(between) > 1 and all(part.count(",") == 1 for part in between):
        return [part.strip() for part in between]  # as in BibTeX: "Smith, John and Doe, Jane"
    return [name for part in between for name in _by_commas(part)]


def _squeezed(text: str) -> str:
    """Runs of blanks as one blank: patterns would try each blank of a run, which is slow."""
    return _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", text.strip())


def _parts(text: str, mark: str) -> list[str]:
    return [part for part in map(str.strip, text.split(mark)) if not is_nothing(part)]


def _by_commas(text: str) -> list[str]:
    """ "Liu R., Adler D.G." are two; "Smith, J., Doe, A." are two; "Smith, John" is one."""
    parts = _parts(text, ",")
    given = parts[1::2]
    if len(parts) % 2 or not parts:
        return parts
    if all(_INITIALS.fullmatch(part) for part in given):
        return _paired(parts)
    if all(" " in part for part in parts):
        return parts
    return _paired(parts) if len(parts) == 2 or not any(" " in part for part in parts) else parts


def _paired(parts: list[str]) -> list[str]:
    return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
