"""Finds words of direction: more or less, better or worse, causes or prevents.

The lists have antonyms of general scientific English. A negation reverses a word's direction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.lexicons import lexicon

_SIGNS = dict.fromkeys(lexicon("antonyms_up"), 1) | dict.fromkeys(lexicon("antonyms_down"), -1)
NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|without|cannot|fail(?:s|ed)? to|little)\b|n['’]t\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+")
_REACH = 30  # characters; a negation this close before a word applies to it


@dataclass(frozen=True, slots=True)
class Direction:
    """A word of direction: its offsets; ``sign`` is 1 (up) or -1 (down), after negation."""

    start: int
    end: int
    sign: int


def directions(text: str) -> tuple[Direction, ...]:
    """The words of direction in ``text``, in order."""
    found = []
    for match in _WORD.finditer(text):
        sign = _SIGNS.get(match.group().lower())
        if sign is not None:
            start = match.start()
            denied = NEGATION.search(text, max(0, start - _REACH), start)
            found.append(Direction(start, match.end(), -sign if denied else sign))
    return tuple(found)
