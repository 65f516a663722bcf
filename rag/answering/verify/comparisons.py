"""Comparisons of two things: whether two texts compare the same ones alike, or otherwise. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answering.verify.clauses import COMMON, words_in
from rag.text.polarity import directions
from rag.text.words import stem

_COMPARISON = re.compile(
    r"\b(?:outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beats?"
    r"|underperform(?:s|ed)?|than)\b",
    re.IGNORECASE,
)
_SIDE_WORDS = 8  # words on each side of a comparison that are compared


def compares_otherwise(claim: str, text: str) -> bool:
    """Whether both compare the same two things, but in opposite ways.

    "A is faster than B" against "B is faster than A", but not against "B is slower than A".
    """
    here, there = _comparison_in(claim), _comparison_in(text)
    if here is None or there is None:
        return False
    first, second = here.left - here.right, here.right - here.left
    straight = len(first & there.left) + len(second & there.right)
    crossed = len(first & there.right) + len(second & there.left)
    both_cross = first & there.right and second & there.left
    if both_cross and (crossed > straight or not second & there.right):
        return here.sign == there.sign
    opposite = here.sign * there.sign < 0
    return opposite and bool(straight > crossed and first & there.left and second & there.right)


def compares(text: str) -> bool:
    """Whether the text says that one thing is more, or better, than another."""
    return _comparison_in(text) is not None


def compares_alike(claim: str, text: str) -> bool:
    """Whether both compare the same two things in the same way."""
    here, there = _comparison_in(claim), _comparison_in(text)
    if here is None or there is None or here.sign != there.sign:
        return False
    first, second = here.left - here.right, here.right - here.left
    crossed = first & (there.right - there.left) or second & (there.left - there.right)
    return bool(first & there.left and second & there.right) and not crossed


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The stems on both sides of a comparison; ``sign`` is 1 (up), -1 (down) or 0 (unknown)."""

    left: set[str]
    right: set[str]
    sign: int


def _comparison_in(text: str) -> _Comparison | None:
    """The first comparison in ``text``."""
    match = _COMPARISON.search(text)
    if match is None:
        return None
    word, before = match.group().lower(), text[: match.start()]
    signs = [found.sign for found in directions(before if word == "than" else match.group())]
    sign = signs[-1] if signs else int(word.startswith("beat"))
    # In "B is slower than A" the word of direction belongs to the comparison, not to a side.
    left = [w for w in words_in(before) if w not in COMMON and not directions(w)][-_SIDE_WORDS:]
    right = [w for w in words_in(text[match.end() :]) if w not in COMMON][:_SIDE_WORDS]
    return _Comparison(set(map(stem, left)), set(map(stem, right)), sign)
