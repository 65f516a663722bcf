"""Which words are plain English, and which of them everybody uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from rag.text.near import NearWords

_EVERYDAY = 3_000  # times in that text
_VERY_COMMON = 20_000  # the same; of rarer words many a typing error is made: "par" and "meters"
_COMMON = 500  # the same; 26,000 words

_OF_VERBS = 0.03  # how often "showing" at least stands for each "show"; "noising" is rarer

_PART = 3  # letters of a word within a word
_PREFIX = re.compile(
    r"(?:a|anti|auto|bi|co|de|hyper|inter|meta|micro|mis|multi|non|over|pre|pseudo|quasi|re|semi|"
    rf"sub|super|trans|tri|un|under)(?=\w{{{_PART + 1}}})"
)

# The list is American. A British word is known if its American form is.
_AMERICAN = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"our(?=s?$|ed$|ing$|al|able|ful|ite|less|hood)", "or"),
        (r"is(?=(?:e|es|ed|er|ers|ing|ation|ations|able)$)", "iz"),
        (r"ys(?=(?:e|es|ed|er|ers|ing)$)", "yz"),
        (r"re(?=s?$)", "er"),
        (r"ll(?=(?:ed|er|ers|ing)$)", "l"),
        (r"ogue(?=s?$)", "og"),
        (r"[ao]e", "e"),
        (r"c(?=es?$)", "s"),
        (r"mme(?=s?$)", "m"),
    )
)

# The other way round; of what these make, only words that a library has count.
_BRITISH = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"or(?=s?$|ed$|ing$|al|able|ful|ite|less|hood)", "our"),
        (r"iz(?=(?:e|es|ed|er|ers|ing|ation|ations|able)$)", "is"),
        (r"yz(?=(?:e|es|ed|er|ers|ing)$)", "ys"),
        (r"er(?=s?$)", "re"),
        (r"l(?=(?:ed|er|ers|ing)$)", "ll"),
        (r"og(?=s?$)", "ogue"),
        (r"(?<![ao])e", "ae"),
        (r"(?<![ao])e", "oe"),
        (r"s(?=es?$)", "c"),
    )
)


@cache
def english_words() -> Mapping[str, int]:
    """160,000 words in small letters and how often each stands in a large body of text.

    From pyspellchecker; reading them takes 0.1 s.
    """
    from spellchecker import SpellChecker

    found = SpellChecker(language="en").word_frequency.dictionary
    return {word: count for word, count in found.items() if word.isalpha()}


def is_everyday(word: str) -> bool:
    """Whether the word, in any case, is one of the 10,000 most common in English."""
    return english_words().get(word.lower(), 0) >= _EVERYDAY


def may_be_verb(word: str) -> bool:
    """Whether the word in its plain form is also a verb: "report", but not "noise" or "trees".

    A verb's form with "-ing" is about as common as the verb; to nouns it hardly exists.
    """
    words = english_words()

    def share(plain: str) -> float:
        stem = plain.removesuffix("e")
        forms = {f"{plain}ing", f"{stem}ing", f"{plain}{plain[-1:]}ing"}
        return max(words.get(form, 0) for form in forms) / words.get(plain, 1)

    lower = word.lower()
    ways = (lower, *(way.sub(form, lower) for way, form in _AMERICAN))
    return any(plain in words and share(plain) >= _OF_VERBS for plain in ways)


def respellings(word: str) -> Iterator[str]:
    """What the word may be in British or American spelling, each change at one place."""
    lower = word.lower()
    for way, form in (*_AMERICAN, *_BRITISH):
        for place in way.finditer(lower):
            yield f"{lower[: place.start()]}{form}{lower[place.end() :]}"


def is_english(word: str) -> bool:
    """Whether the word is a plain English one, in American or British spelling.

    So is one with a common prefix ("multipole") or of two very common words ("backend").
    """
    lower = word.lower()
    if _listed(lower):
        return True
    prefix = _PREFIX.match(lower)
    if prefix and _listed(lower[prefix.end() :]):
        return True
    places = range(_PART, len(lower) - _PART + 1)
    return any(_is_common(lower[:at]) and _is_common(lower[at:]) for at in places)


def _is_common(word: str) -> bool:
    return english_words().get(word, 0) >= _VERY_COMMON


def _listed(word: str) -> bool:
    words = english_words()
    return word in words or any(way.sub(form, word) in words for way, form in _AMERICAN)


def near_english(word: str, errors: int) -> list[str]:
    """The common English words at most so many typing errors away from the word."""
    return _common_words().within(word, errors)


@cache
def _common_words() -> NearWords:
    return NearWords(word for word, count in english_words().items() if count >= _COMMON)
