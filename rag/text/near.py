"""Words that are a few typing errors away from another, and how likely those errors are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

_VOWELS = frozenset("aeiouy")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACES = {key: (x + y / 2, y) for y, row in enumerate(_ROWS) for x, key in enumerate(row)}
# What an error costs: the less, the more often people make it.
_SWAPPED, _DOUBLED, _VOWEL, _MISSING, _ADDED, _BESIDE, _OTHER = 0.5, 0.6, 0.8, 0.8, 1.0, 1.0, 1.4
_ELSEWHERE = 0.6  # more at the first letter, which people seldom mistype
_AT_END = 0.3  # more at the last one, where words differ by their endings


class NearWords:
    """Words to look up by their distance: letters left out, added, replaced, or a pair swapped."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in words:
            self._by_length[len(word)].append(word)

    def within(self, word: str, errors: int) -> list[str]:
        """The words at most so many errors away, in no particular order."""
        found: list[str] = []
        for length in range(len(word) - errors, len(word) + errors + 1):
            others = self._by_length.get(length, ())
            hits = process.extract(
                word, others, scorer=OSA.distance, score_cutoff=errors, limit=None
            )
            found += [other for other, _, _ in hits]
        return found


def cost_of(typed: str, meant: str) -> float:
    """The cost of the errors by which ``typed`` was written for ``meant``: about 1 for each."""
    table = [[0.0] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    for i in range(len(typed) + 1):
        for j in range(len(meant) + 1):
            ways = []
            if i:
                ways.append(table[i - 1][j] + _extra(typed, i - 1, _ADDED) + _edge(i, j, meant))
            if j:
                ways.append(table[i][j - 1] + _extra(meant, j - 1, _MISSING) + _edge(i, j, meant))
            if i and j:
                same = typed[i - 1] == meant[j - 1]
                step = 0.0 if same else _replaced(typed[i - 1], meant[j - 1]) + _edge(i, j, meant)
                ways.append(table[i - 1][j - 1] + step)
            if i > 1 and j > 1 and typed[i - 2 : i] == meant[j - 1] + meant[j - 2]:
                ways.append(table[i - 2][j - 2] + _SWAPPED)
            table[i][j] = min(ways, default=0.0)
    return table[-1][-1]


def _extra(word: str, at: int, cost: float) -> float:
    """The cost of the letter at ``at`` that the other word lacks; little if it is doubled."""
    return _DOUBLED if at and word[at] == word[at - 1] else cost


def _edge(i: int, j: int, meant: str) -> float:
    if min(i, j) == 0 or max(i, j) == 1:
        return _ELSEWHERE
    return _AT_END if j >= len(meant) else 0.0


def _replaced(typed: str, meant: str) -> float:
    if typed in _VOWELS and meant in _VOWELS:
        return _VOWEL
    if typed in _PLACES and meant in _PLACES:
        (x, y), (u, v) = _PLACES[typed], _PLACES[meant]
        if abs(x - u) <= 1 and abs(y - v) <= 1:
            return _BESIDE
    return _OTHER
