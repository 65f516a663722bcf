"""Markup and letters of other scripts in a claim that its quotes lack. Pure.

A model is asked for plain sentences. A tag, a link, an image, a heading or code in a claim shows
that a text other than the question gave it orders, unless the quotes have the same.
"""

from __future__ import annotations

import re
import unicodedata

_MARKUP = re.compile(
    r"</?[A-Za-z!][^<>]*>?|&#?\w+;|!?\[[^\]]*\]\s?[(\[:]|```|~~~|^\s*(?:#{1,6}\s|>|\|)|\n",
    re.MULTILINE,
)
_NOT_ASCII = re.compile(r"[^\W\d_\x00-\x7f]")
# Scripts that are usual in English papers, by the first word of a character's Unicode name.
_USUAL_SCRIPTS = frozenset(
    "LATIN GREEK MATHEMATICAL DOUBLE-STRUCK BLACK-LETTER SCRIPT MODIFIER SUPERSCRIPT SUBSCRIPT "
    "MICRO".split()
)


def missing_markup(claim: str, text: str) -> tuple[str, ...]:
    """The markup of ``claim`` that ``text`` lacks, and the scripts (CYRILLIC, CJK ...)."""
    missing = [mark for mark in _MARKUP.findall(claim) if mark not in text]
    missing += sorted(_scripts(claim) - _scripts(text))
    return tuple(dict.fromkeys(missing))


def _scripts(text: str) -> set[str]:
    names = {unicodedata.name(letter, "UNKNOWN") for letter in set(_NOT_ASCII.findall(text))}
    return {name.split()[0] for name in names} - _USUAL_SCRIPTS
