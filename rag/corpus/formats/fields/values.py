"""Converts values of cells and JSON to the texts of a record.

Programs write the same value in many ways: a date as a number, a text or parts; tags as a list or
as one text. Nothing here raises; an unknown form gives an empty result.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TypeAlias, TypeGuard

from rag.corpus.formats.fields.normalise import year_of
from rag.corpus.formats.fields.placeholders import is_nothing, no_abstract

Value: TypeAlias = object

# A list in one cell, as Python or JSON writes it.
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_ESCAPED = re.compile(r"\\(.)")
# What an object says of a text that is one of several versions, or one of several parts.
_LANGUAGE_NAMES = ("lang", "language", "@lang")
_KIND_NAMES = ("descriptionType", "@descriptionType", "@abstract-type")
_VERSION_NAMES = (*_LANGUAGE_NAMES, *_KIND_NAMES, "source")
_LABEL_NAMES = ("label", "section", "heading", "@Label", "@label", "sec")
_LITERALS = ("[{", "['", '["', "{'", '{"', 'c("')
_LITERAL = 100_000  # characters; a longer one is left as a text
MOST = 10_000  # values of one list; papers of large collaborations have some 5,000 authors
_DEEP = 5  # objects in objects
# Under which names an object has its text, best first.
_TEXT_KEYS = (
    "text name display_name displayName title value #text $ _ content description p full_name"
    " fullName creator subject keyword term mesh_heading descriptorName @value raw label en"
).split()
_NO_TEXTS = frozenset("id @id type @type url uri lang language source".split())
# URLs may be separated by a blank, a bar or a semicolon.
_URL = re.compile(r"https?://\S+?(?=[;|,]*(?:\s|$)|[;|]+\s*https?://)")
_DATES = 20  # of which the first with a year counts
_DATE_KEYS = (
    "date-parts raw literal created date-time year Year value date text #text @value @when $ start"
).split()
# Dates as seconds or milliseconds since 1970; such numbers are above any that is a date itself.
_SECONDS, _MILLISECONDS = 1e9, 1e11
_YEAR_SECONDS = 365.2425 * 24 * 3600
_ARXIV = (
    r"(?:[a-z][a-z-]+\.(?:[A-Z]{2}|[a-z-]{5,})|(?:astro|math|quant)-ph|cond-mat|gr-qc"
    r"|hep-(?:ex|lat|ph|th)|nucl-(?:ex|th))"
)
_ARXIV_CATEGORIES = re.compile(rf"{_ARXIV}(?: {_ARXIV})+")
_COMMA = re.compile(r",(?![^()]*\))")  # not within "cyst (diagnosis, surgery)"
_TAG_KEYS = ("tag", "display_name", "name", "keyword", "term", "category", "value", "text")


def text_of(value: Value, depth: int = 0) -> str:
    """The value as one text: the first one of a list, the name of an object."""
    if isinstance(value, str):
        stripped = _unquoted(value.strip())
        return "" if is_nothing(stripped) else stripped
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, date):
        return value.isoformat()
    if depth > _DEEP:
        return ""
    if isinstance(value, list | tuple):
        return next((text for item in value[:MOST] if (text := text_of(item, depth + 1))), "")
    if isinstance(value, Mapping):
        return _text_of_object(value, depth)
    return ""


def _unquoted(text: str) -> str:
    """The text without the marks by which Excel leaves it as it is: ="0123"."""
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text


def _number(value: float) -> str:
    """The number as a person writes it: 2014.0, a year in a spreadsheet, is 2014."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value != value else str(value)  # NaN is empty


def _text_of_object(value: Mapping[str, Value], depth: int) -> str:
    for key in _TEXT_KEYS:
        inner = value.get(key)
        if inner is not None and (text := text_of(inner, depth + 1)):
            return text
    if isinstance(inner := value.get("source"), Mapping):  # OpenAlex: within a location
        return _text_of_object(inner, depth + 1)
    texts = [text for key, text in value.items() if key not in _NO_TEXTS and isinstance(text, str)]
    is_text = len(texts) == 1 and any(map(str.isalpha, texts[0]))
    return text_of(texts[0]) if is_text else ""


def title_of(value: Value) -> str:
    """The title; of several, the first that is not called a subtitle, a translation or another."""
    if isinstance(value, list | tuple):
        kinds = [_kind_of_title(item) for item in value]
        best = min(kinds, default="")
        return text_of(
            next((it for it, kind in zip(value, kinds, strict=True) if kind == best), "")
        )
    inner = value.get("title") if isinstance(value, Mapping) else None
    return title_of(inner) if isinstance(inner, list) else text_of(value)


def _kind_of_title(value: Value) -> str:
    """What an object says of a title in it; "" if it says nothing, or that it is the main one."""
    if not isinstance(value, Mapping):
        return ""
    names = ("titleType", "@titleType", "type", "@type")
    kind = next((text for name in names if (text := text_of(value.get(name)))), "")
    return "" if kind.casefold() in ("item", "main", "title", "main title") else kind


def abstract_of(value: Value, depth: int = 0) -> str:
    """The abstract, with parts joined and an inverted index put in order; "none given" is empty."""
    if isinstance(value, str):
        text = value.strip()
        return "" if no_abstract(text) else text
    if isinstance(value, list | tuple):
        parts = [item for item in value[:MOST] if isinstance(item, Mapping)]
        if any(name in part for part in parts for name in _VERSION_NAMES):
            versions = map(_version, value[:MOST])
            return text_of(min(versions, key=lambda version: version[0])[1])
        return " ".join(text for text in map(_part, value[:MOST]) if text)
    if is_word_index(value):
        words = [(at, word) for word, places in value.items() for at in places]
        return " ".join(word for _, word in sorted(words))
    if isinstance(value, Mapping):
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        if len(lists) == 1 and depth <= _DEEP:  # the parts of the abstract
            return abstract_of(lists[0], depth + 1)
    text = text_of(value)
    return abstract_of(text) if text else ""


def is_word_index(value: Value) -> TypeGuard[Mapping[str, list[int]]]:
    """Whether it is an inverted index: each word of a text with its places."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(
            isinstance(at, list) and all(isinstance(n, int) for n in at) for at in value.values()
        )
    )


def _version(part: Value) -> tuple[int, Value]:
    """One of several abstracts of a paper, with its rank: English first, other texts last."""
    if not isinstance(part, Mapping):  # JATS: only the others say what they are
        return 0, part
    language = next((text_of(part.get(name)) for name in _LANGUAGE_NAMES if part.get(name)), "en")
    rank = 0 if language.casefold().startswith("en") else 1
    kind = next((text_of(part[name]) for name in _KIND_NAMES if name in part), "")
    return (rank, part) if not kind or kind.casefold() == "abstract" else (2, "")


def _part(value: Value) -> str:
    """A part of an abstract, after its label."""
    text = text_of(value)
    if not isinstance(value, Mapping):
        return text
    label = next((text_of(value.get(name)) for name in _LABEL_NAMES if value.get(name)), "")
    plain = not text or not label or label == text or label.casefold() == "abstract"
    return text if plain else f"{label.rstrip(':')}: {text}"


def year_in(value: Value) -> str:
    """The year in a text, a number, date-parts, or a list of versions; empty if there is none."""
    year = year_of(date_of(value))
    return str(year) if year else ""


def date_of(value: Value, depth: int = 0) -> str:
    """The date as a text; of several, the first that has a year."""
    if depth > _DEEP:
        return ""
    if isinstance(value, list | tuple):
        dates = (date_of(item, depth + 1) for item in value[:_DATES])
        return next((text for text in dates if year_of(text)), "")
    if isinstance(value, Mapping):
        names = list(value) if len(value) == 1 else _DATE_KEYS
        dates = (date_of(value[name], depth + 1) for name in names if value.get(name))
        return next((text for text in dates if year_of(text)), "")
    if isinstance(value, int | float) and value >= _SECONDS:
        seconds = value / 1000 if value >= _MILLISECONDS else value
        return str(1970 + int(seconds // _YEAR_SECONDS))
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
        return [text for text in (text_of(_named(value, _TAG_KEYS)) or text_of(value),) if text]
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


def parsed(value: Value) -> Value:
    """The list or object that a program printed into a cell, as Python, JSON or R writes it."""
    if not isinstance(value, str) or not value.startswith(_LITERALS) or len(value) > _LITERAL:
        return value
    text = value.strip()
    if (texts := listed(text)) is not None:
        return texts
    for read in (json.loads, ast.literal_eval):
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
            found: Value = read(text)
            return found
    return value


def listed(text: str) -> list[str] | None:
    """The texts of a list written into one cell ("['a', 'b']"); None for other text."""
    text = text.strip()
    if not (text.startswith(("['", '["', 'c("')) and text.endswith(("]", ")"))):
        return None
    return [_ESCAPED.sub(r"\1", single or double) for single, double in _QUOTED.findall(text)]


def extra_of(value: Value) -> str:
    """The text of an extra field if a person can read it: texts, numbers, lists of these."""
    if isinstance(value, str):
        return _unquoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        if all(isinstance(item, str | int) for item in value[:100]):
            return "; ".join(str(item) for item in value[:100])
        return ""
    return text_of(value) if isinstance(value, int | float | date) else ""
