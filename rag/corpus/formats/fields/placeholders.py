"""Recognises texts that say that there is nothing, such as "n/a" or "[No abstract available]".

Such a text is made of a few words only, which are lists in `rag.text.lexicons`. A list of phrases
would always lack the next one, or the next language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from rag.text.lexicons import lexicon
from rag.text.words import fold

_LONGEST = 300  # characters; a longer text has something to say
_MARKS = "-–—_.?/()[]{}'\""  # the only ones in a value that is none
_SHORT = 60  # characters of a title
_VALUE = 30  # characters of a text that a program wrote
_WORD = re.compile(r"[nN]/[aA]|[^\W_]+(?:['’][^\W_]+)?")
# Chinese, Japanese and, as `fold` writes it, Korean: letters whose words are not always separated.
_UNSPACED = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff]+")
# What spreadsheets show for a formula that failed, and what MySQL writes.
_FAILED = frozenset(r"\n #n/a #value! #ref! #name? #null! #div/0! #num! #error!".split())
_RIGHT = r"(?:©|\(c\)\s*(?=\d{4})|\bcopyright\b(?=\W*(?:©|\(c\)|\d{4}|by\b)))"
_RIGHTS = re.compile(rf"{_RIGHT}.*", re.IGNORECASE | re.DOTALL)
_SENTENCE = r"(?:[^.]|\.(?=\S| on behalf\b))*+\.?"  # "B.V." and "by/4.0/" do not end it
_BEGINNINGS = frozenset(word[0] for word in lexicon("empty_values"))
_ONLY_RIGHTS = re.compile(
    rf"{_RIGHT}{_SENTENCE}"
    r"(?:\s*(?:all rights reserved\.?"
    rf"|(?:published by|licensee|this is an open access article)\b{_SENTENCE}))*",
    re.IGNORECASE,
)
_NOT_AVAILABLE = frozenset(("not", "available"))
_OTHERS = frozenset(("et", "al", "and", "others", "et al"))
_REGISTERED = re.compile(r"[A-Z]{3,}\d[\d-]{5,}")  # the number of a trial: "NCT01234567"
_INITIALED = re.compile(r"\W*(?:[A-Z]\W+\w{2,}|\w{2,}\W+[A-Z])\W*")  # "Not A", "Mangler, A."


def is_nothing(value: str) -> bool:
    """Whether a value of any field is empty or a program's word for that: "-", "n/a", "None"."""
    if len(value) > _VALUE or (value[:1].isalpha() and value[0].casefold() not in _BEGINNINGS):
        return False  # nearly every value
    value = value.strip().casefold()
    if not value.strip(_MARKS) or value in _FAILED:
        return True
    words = _WORD.findall(value.replace(".", ""))
    return len(set(words)) == 1 and words[0] in lexicon("empty_values")


def no_abstract(text: str) -> bool:
    """Whether an abstract only says that there is none, or who has the rights, or both."""
    if len(text) > _LONGEST:
        return False
    if _ONLY_RIGHTS.fullmatch(text):
        return True
    left = _RIGHTS.sub("", text).strip()
    words = _words(left)
    told = len(words) > 1 or left == text  # one word before "©" says nothing
    return is_nothing(left or text) or text.isdecimal() or (told and _denies(words))


def no_title(title: str) -> bool:
    """Whether a title is none: a program's word for that, "[No title available]" or, as PubMed has
    it, "[Not Available]."
    """
    if len(title) > _SHORT:
        return False
    words = _words(title)
    if is_nothing(title) or words == _NOT_AVAILABLE:
        return True
    return _denies(words) and not words.isdisjoint(_all("title_words"))


def first_title(titles: Iterable[str]) -> str:
    """The first of the titles that is one; the first text if none is."""
    texts = [title for title in titles if title]
    return next((title for title in texts if not no_title(title)), "".join(texts[:1]))


@lru_cache(maxsize=4096)
def no_name(name: str) -> bool:
    """Whether an author or a venue is none: "Anonymous", "[No author name available]", "et al."

    People are called Na, Nan, No, Not or Null, too: such a word with an initial, or with another
    name, is a person; alone it is what a program writes for nothing.
    """
    if is_nothing(name) or not any(map(str.isalpha, name)) or _REGISTERED.fullmatch(name):
        return True
    words = _words(name)
    if not words or _INITIALED.fullmatch(name):
        return False
    if words <= _OTHERS:
        return True
    return not words.isdisjoint(_all("unknown_words")) or (
        _denies(words) and not words.isdisjoint(_all("field_words", "title_words"))
    )


def _denies(words: frozenset[str]) -> bool:
    return not words.isdisjoint(_all("negations", "unknown_words", "empty_values"))


def _words(text: str) -> frozenset[str]:
    """The words of a text if it is short and all of them are of the lists; else none."""
    if len(text) > _LONGEST:
        return frozenset()
    known, words = _known(), set()
    for found in _WORD.finditer(text):
        word = found[0].casefold() if found[0].isascii() else fold(found[0])
        if _UNSPACED.fullmatch(word):
            parts = _unspaced().findall(word)
            if "".join(parts) != word:
                return frozenset()
            words.update(parts)
        elif word in known:
            words.add(word)
        else:
            return frozenset()
    return frozenset(words)


@cache
def _all(*names: str) -> frozenset[str]:
    return frozenset(map(fold, lexicon(*names)))


def _known() -> frozenset[str]:
    return _all(
        "empty_values", "negations", "unknown_words", "field_words", "title_words",
        "placeholder_fillers",
    )  # fmt: skip


@cache
def _unspaced() -> re.Pattern[str]:
    parts = sorted(filter(_UNSPACED.fullmatch, _known()), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, parts)))
