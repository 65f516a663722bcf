"""English words in general, with their frequencies: what is one of them is no typing error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from rag.text.near import NearWords

_COMMON = 500  # times in that text; 40,000 words

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
    )
)


@cache
def english_words() -> Mapping[str, int]:
    """160,000 words in small letters and how often each stands in a large body of text.

    From pyspellchecker; reading them takes 0.1 s.
    """
    from spellchecker import SpellChecker

    return dict(SpellChecker(language="en").word_frequency.dictionary)


def is_english(word: str) -> bool:
    """Whether the word is a plain English one, in American or British spelling."""
    words, lower = english_words(), word.lower()
    return lower in words or any(way.sub(form, lower) in words for way, form in _AMERICAN)


def near_english(word: str, errors: int) -> list[str]:
    """The common English words at most so many typing errors away from the word."""
    return [other for other, _ in _common_words().within(word, errors)]


@cache
def _common_words() -> NearWords:
    return NearWords(word for word, count in english_words().items() if count >= _COMMON)
