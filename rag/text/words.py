"""Normalises words: without case and accents, in the singular, or as stems."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import snowballstemmer

# Letters that plain keyboards replace and that Unicode does not decompose.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"}
)
_APOSTROPHES = str.maketrans("", "", "'’‘`ʼ")
_STEMMER = snowballstemmer.stemmer("english")
_STEMMER_LOCK = Lock()  # the stemmer stores the current word


def fold(text: str) -> str:
    """The text without case, accents and typographic variants of letters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))
    return bare.casefold().translate(PLAIN_LETTERS)


def words_of(text: str) -> list[str]:
    """The folded words of the text; an apostrophe does not end a word."""
    return re.findall(r"\w+", fold(text.translate(_APOSTROPHES)))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word in lower case: "segmenting" and "segments" both give "segment".

    By the Snowball stemmer for English (Porter 2001, snowballstem.org). A stem is for comparing;
    often it is not a word.
    """
    with _STEMMER_LOCK:
        return str(_STEMMER.stemWord(word))


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """The singular of an English plural, or the word itself; capitals stay as they are."""
    lower = word.lower()
    if word.endswith("s") and len(word) > 2 and word[:-1].isupper():
        return word[:-1]  # GPUs
    if len(word) < 4 or lower[-1] != "s" or lower.endswith(("ss", "us", "is", "ics", "ias")):
        return word
    if lower == "species" or "-of-" in lower:
        return word
    if lower.endswith(("theses", "yses")):
        return word[:-2] + "is"  # hypotheses, analyses
    if lower.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if lower.endswith(("sses", "shes", "ches", "xes")) else word[:-1]
