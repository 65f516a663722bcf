"""Word lists as data: one text file per list; its first lines say what the list is for.

A file has words separated by white space, or one entry per line; lines that begin with "#" are
comments. A module that needs a stop list joins lists and subtracts the words that it must keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILES = {path.stem: path for path in Path(__file__).parent.glob("*/*.txt")}
_FUNCTION_WORDS = (
    "adverbs",
    "articles",
    "auxiliaries",
    "conjunctions",
    "indefinite_pronouns",
    "interrogatives",
    "modals",
    "prepositions",
    "pronouns",
    "quantifiers",
)


@cache
def lines(name: str) -> tuple[str, ...]:
    """The entries of the list ``name``, one per line of its file, in order."""
    text = _FILES[name].read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def lexicon(*names: str) -> frozenset[str]:
    """The words of all lists in ``names``."""
    return frozenset(word for name in names for line in lines(name) for word in line.split())


def function_words() -> frozenset[str]:
    """The words of English grammar: articles, pronouns, prepositions, auxiliaries and the like."""
    return lexicon(*_FUNCTION_WORDS)


@cache
def table(name: str) -> Mapping[str, tuple[str, ...]]:
    """The list ``name`` with lines "key: words", as the words by key; a key may have more lines."""
    found: dict[str, tuple[str, ...]] = {}
    for key, _, words in (line.partition(":") for line in lines(name)):
        found[key] = (*found.get(key, ()), *words.split())
    return MappingProxyType(found)
