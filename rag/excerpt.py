"""A few words cut out of a sentence, verbatim, around the place that tells. Pure."""

from __future__ import annotations

import re

MOST_WORDS = 20
_FEWEST = 6  # a clause that is shorter says too little
_WORD = re.compile(r"\S+")
# A place where a sentence may be cut: after punctuation, or before a word that opens a clause.
_BREAK = re.compile(
    r"(?<=[,;:])\s+|\s+(?=\()|\s+--+\s+"
    r"|\s+(?=(?:that|which|where|while|whereas|because|since|and|but|by|via|using|to|for|with|on"
    r"|in|from|when|than)\s)"
)
_STRONG = re.compile(r"(?<=[,;:])\s+|\s+--+\s+")
_LOOSE = re.compile(
    r"(?:\s+(?:a|an|the|of|in|on|to|for|with|and|or|by|that|which|from|as|at|its|their|our|is|are"
    r"|was|were|be|than|into|this|these|we))+$",
    re.IGNORECASE,
)


def excerpt(sentence: str, place: int, most: int = MOST_WORDS) -> str:
    """At most ``most`` words of ``sentence`` in a row: the clause around the offset ``place``.

    The whole sentence where it is short enough.
    """
    words = [match.span() for match in _WORD.finditer(sentence)]
    if len(words) <= most:
        return sentence.strip()
    at = next((i for i, (_, end) in enumerate(words) if end > place), len(words) - 1)
    starts = {0, *_places(_STRONG, sentence, words)}
    first = max(i for i in starts if i <= at)
    if len(words) - first < _FEWEST:  # nothing but the sentence's tail would be left
        first = max(0, len(words) - most)
    if at - first >= most:  # the clause is so long that its start and the place do not fit
        nearer = [i for i in _places(_BREAK, sentence, words) if at - most // 2 <= i <= at]
        first = nearer[0] if nearer else max(0, at - most // 2)
    end = min(len(words), first + most)
    if end < len(words):
        cuts = [i for i in _places(_BREAK, sentence, words) if i <= end and i > at]
        end = max((i for i in cuts if i - first >= _FEWEST), default=end)
    cut = sentence[words[first][0] : words[end - 1][1]]
    return cut if end == len(words) else _LOOSE.sub("", cut.rstrip(" ,;:-(")).rstrip(" ,;:-(")


def _places(pattern: re.Pattern[str], sentence: str, words: list[tuple[int, int]]) -> list[int]:
    """The numbers of the words before which the pattern allows a cut, in order."""
    ends = {match.end() for match in pattern.finditer(sentence)}
    return [i for i, (start, _) in enumerate(words) if start in ends]
