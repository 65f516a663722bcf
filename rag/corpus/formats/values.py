"""Converts values of cells and JSON to the texts of a record.

Programs write the same value in many ways: a date as a number, a text or parts; tags as a list or
as one text. Nothing here raises; an unknown form gives an empty result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from rag.corpus.formats.placeholders import is_nothing, no_abstract

Value: TypeAlias = object

# "Abstract" as a heading at the beginning, as publishers' catalogues have it.
_HEADING = re.compile(
    r"^\s*(?:<[\w:]+>\s*)*abstract\s*(?:(?:</[\w:]+>\s*)+|[:.]\s+)", re.IGNORECASE
)
# A list in one cell, as Python or JSON writes it.
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_ESCAPED = re.compile(r"\\(.)")
MOST = 10_000  # values of one list; papers of large collaborations have some 5,000 authors
_TEXT_KEYS = ("text", "name", "display_name", "displayName", "title", "value", "#text", "en")
# URLs may be separated by a blank, a bar or a semicolon.
_URL = re.compile(r"https?://\S+?(?=[;|,]*(?:\s|$)|[;|]+\s*https?://)")
_ARXIV_CATEGORIES = re.compile(r"[a-z][a-z-]+(?:\.[A-Za-z-]+)?(?: [a-z][a-z-]+(?:\.[A-Za-z-]+)?)+")
_COMMA = re.compile(r",(?![^()]*\))")  # not within "cyst (diagnosis, surgery)"
_TAG_KEYS = ("tag", "display_name", "name", "keyword", "term", "category", "value", "text")


def text_of(value: Value) -> str:
    """The value as one text: the first one of a list, the name of an object."""
    if isinstance(value, str):
        stripped = value.strip()
        return "" if is_nothing(stripped) else stripped
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return next((text for text in map(text_of, value[:MOST]) if text), "")
    if isinstance(value, Mapping):
        return _text_of_object(value)
    return ""


def _number(value: float) -> str:
    """The number as a person writes it: 2014.0, a year in a spreadsheet, is 2014."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value != value else str(value)  # NaN is empty


def _text_of_object(value: Mapping[str, Value]) -> str:
    for key in _TEXT_KEYS:
        if isinstance(value.get(key), str):
            return text_of(value[key])
    inner = value.get("source")  # OpenAlex: the place of publication within a location
    return _text_of_object(inner) if isinstance(inner, Mapping) else ""


def abstract_of(value: Value) -> str:
    """The abstract, with parts joined and an inverted index put in order; "none given" is empty."""
    if isinstance(value, str):
        text = _HEADING.sub("", value.strip())
        return "" if no_abstract(text) else text
    if isinstance(value, list | tuple):
        return " ".join(text for text in map(text_of, value[:MOST]) if text)
    if isinstance(value, Mapping) and all(isinstance(at, list) for at in value.values()):
        words = [(at, word) for word, places in value.items() for at in _numbers(places)]
        return " ".join(word for _, word in sorted(words))
    return text_of(value)


def _numbers(values: Value) -> list[int]:
    return [at for at in values if isinstance(at, int)] if isinstance(values, list) else []


def date_of(value: Value) -> str:
    """A text with the year in it, from a text, a number, date-parts or a list of versions."""
    if isinstance(value, list | tuple):
        return date_of(value[0]) if value else ""
    if isinstance(value, Mapping):
        parts = value.get("date-parts")
        if isinstance(parts, list):
            return date_of(parts)
        for key in ("raw", "literal", "created", "date-time", "year"):
            if value.get(key):
                return text_of(value[key])
        return ""
    return text_of(value)


def urls_of(value: Value) -> list[str]:
    """The http(s) URLs in a value."""
    if isinstance(value, str):
        one = value.startswith("http") and " " not in value and value.count("http") == 1
        return [value] if one else _URL.findall(value)
    if isinstance(value, list | tuple):
        return [url for item in value[:MOST] if isinstance(item, str) for url in urls_of(item)]
    return []


def tags_of(value: Value) -> list[str]:
    """Keywords, from a list, or from a text with semicolons, bars, or only commas."""
    if isinstance(value, str):
        parts = listed(value)
        return _stripped(_split_tags(value) if parts is None else parts)
    if isinstance(value, Mapping):
        return [text for text in (text_of(_named(value, _TAG_KEYS)),) if text]
    if isinstance(value, list | tuple):
        return _stripped(
            item if isinstance(item, str) else next(iter(tags_of(item)), "")
            for item in value[:MOST]
        )
    return []


def _stripped(parts: Iterable[str]) -> list[str]:
    return [part for part in map(str.strip, parts) if not is_nothing(part)]


def _named(value: Mapping[str, Value], keys: Sequence[str]) -> Value:
    return next((value[key] for key in keys if isinstance(value.get(key), str)), "")


def _split_tags(text: str) -> list[str]:
    for mark in (";", "|", "\n"):
        if mark in text:
            return text.split(mark)
    if "," in text:
        return _COMMA.split(text)
    return text.split() if _ARXIV_CATEGORIES.fullmatch(text) else [text]


def listed(text: str) -> list[str] | None:
    """The texts of a list written into one cell ("['a', 'b']"); None for other text."""
    text = text.strip()
    if not (text.startswith(("['", '["')) and text.endswith("]")):
        return None
    return [_ESCAPED.sub(r"\1", single or double) for single, double in _QUOTED.findall(text)]


def extra_of(value: Value) -> str:
    """The text of an extra field if a person can read it: texts, numbers, lists of these."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        if all(isinstance(item, str | int) for item in value[:100]):
            return "; ".join(str(item) for item in value[:100])
        return ""
    return text_of(value) if isinstance(value, int | float | date) else ""
