"""Reads prose that cites numbered sentences: "It has 3 layers [1]." Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from rag.text.sentences.sentences import split_sentences

# Models write [1], [1, 2], [1-3], [Source 1], [^1] and 【1†source】; at the end of a sentence also
# (1) and, after a word, a superscript. Numbers begin with 1, and a year is none of them.
_NUMBERS = (
    r"(?:(?:sources?|sentences?|refs?|quellen?)\.?\s{0,3})?\^?[1-9]\d{0,2}"
    r"(?:\s{0,3}(?:[,;&–-]|and)\s{0,3}\^?[1-9]\d{0,2}){0,19}"
)
_MARKER = re.compile(rf"\s{{0,3}}(?:\[{_NUMBERS}\]|【{_NUMBERS}[^】\n]{{0,30}}】)", re.IGNORECASE)
_AT_END = re.compile(
    rf"(?:\s{{0,3}}\({_NUMBERS}\)|(?<=[^\W\d_])[⁰¹²³⁴-⁹]{{1,3}})(?=\W{{0,3}}$)", re.IGNORECASE
)
_AFTER_STOP = re.compile(rf"([.!?。！？])((?:{_MARKER.pattern})+)", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s*[–-]\s*\^?(\d+)|(\d+)")
_PREPOSITIONS = "according to|as|and|both|by|from|in|of|see|than|unlike|while|with"
_IS_WORD = re.compile(  # "as [2] says", "[2] says"
    rf"\b(?i:{_PREPOSITIONS})(?:{_MARKER.pattern})|^\s*(?:{_MARKER.pattern})\s+[a-z]"
)
_LONGEST_RANGE = 20
_QUANTITY = re.compile(r"(?<![\d.])(\d{1,9}(?:\.\d{1,9})?)[^\d.,;:!?]{0,30}$")
_BULLET = re.compile(r"^\s{0,9}(?:[-*•+>]|\d{1,2}[.)]|#{1,6})\s+")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# Markup of stress and code that holds something and is not within a word.
_STRESS = re.compile(
    r"\*\*(?=\S)(?P<strong>[^\n]{1,400}?)(?<=\S)\*\*"
    r"|(?<![\w*\\])\*(?=[^\s*])(?P<stressed>[^*\n]{1,400}?)(?<=\S)\*(?![\w*])"
    r"|(?<!\w)_(?=[^\s_])(?P<under>[^_\n]{1,400}?)(?<=\S)_(?!\w)"
    r"|`(?P<code>[^`\n]{1,400})`"
)


def without_markup(text: str, sources: Collection[int]) -> str:
    """A sentence without marks of stress and code, and without markers of its ``sources`` alone.

    Other brackets are intervals: "12 days [9-15]".
    """

    def other(found: re.Match[str]) -> str:
        return "" if set(_numbers(found[0])).issubset(sources) else found[0]

    text = _MARKER.sub(other, text).strip()
    for _ in range(2):  # ***both***
        text = _STRESS.sub(lambda found: next(filter(None, found.groups())), text)
    return text


def cited_sentences(prose: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each sentence that cites, without its markers, and the numbers that it cites.

    A line with a brace is no prose but JSON that cannot be read.
    """
    for line in prose.splitlines():
        if "{" in line or "}" in line:
            continue
        # A marker behind the full stop belongs to the sentence before it.
        moved = _AFTER_STOP.sub(r"\2\1", _BULLET.sub("", line))
        for span in split_sentences(moved):
            text = span.text.strip()
            if _IS_WORD.search(text):
                continue  # without its marker it would be no sentence
            found = [marker[0] for marker in _MARKER.finditer(text) if not _is_interval(marker)]
            if not found:  # else a number in parentheses is one of the text
                found = _AT_END.findall(text)
                text = _AT_END.sub("", text)
            numbers = tuple(dict.fromkeys(n for marker in found for n in _numbers(marker)))
            text = without_markup(text, numbers)
            if numbers and any(map(str.isalpha, text)):
                yield text, numbers


def _is_interval(marker: re.Match[str]) -> bool:
    """Whether it is a range around the quantity before it: "12 days [9-15]"."""
    value, bounds = _QUANTITY.search(marker.string[: marker.start()]), _RANGE.findall(marker[0])
    if value is None or len(bounds) != 1 or not bounds[0][0]:
        return False
    return int(bounds[0][0]) <= float(value[1]) <= int(bounds[0][1])


def _numbers(marker: str) -> Iterator[int]:
    for first, last, alone in _RANGE.findall(marker.translate(_SUPERSCRIPTS)):
        if alone:
            yield int(alone)
        else:
            yield from range(int(first), min(int(last), int(first) + _LONGEST_RANGE) + 1)
