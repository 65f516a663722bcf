"""Words without their endings: stems to compare by, singulars to show."""

from __future__ import annotations

from functools import lru_cache

import snowballstemmer

_STEMMER = snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word's stem by the Snowball stemmer for English: "segmenting" and "segment" agree.

    ``word`` is in lower case. A stem is for comparing, and often no word itself.
    """
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
