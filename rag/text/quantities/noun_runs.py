"""Reads a sentence as words around its numbers, with the phrases that could name something. Pure.

A run is as many words as stand together without a function word, a leading verb or a mark: "top-1
accuracy", "ImageNet". Two runs may make a longer phrase: "number of parameters", "MedQA and
MedMCQA", "View-of-Delft (VoD) dataset".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.text.lexicons import lexicon
from rag.text.quantities.number_phrases import ENDS, LEADING

_WORD = re.compile(r"[^\W_]+(?:[-.,@:/+_][^\W_]+)*|[^\s\w]|_")
_STOPS = (ENDS | lexicon("adverbs", "articles", "quantifiers")) - {"top", "most"} | {
    "a", "all", "an", "both", "its", "our", "per", "such", "the", "their", "up", "while",
}  # fmt: skip
_GLUE = frozenset("@$^_{}\\+-/&'’")  # within a phrase, where no space is before: $F_1$
_JOINTS = frozenset(("of", "of the", "and", "in the", "with", "for"))
NUMBER, EDGE = "<num>", "<e>"  # forms of a measured number, and of what is beyond the sentence


@dataclass(frozen=True, slots=True)
class Run:
    """A phrase by its words, from ``first`` up to ``last`` without it."""

    first: int
    last: int
    joined: bool = False


@dataclass(frozen=True, slots=True)
class NumberedSentence:
    """A sentence's words, and its phrases.

    offsets: where each word is in ``text``.
    forms: each word in small letters; a number's digits are replaced.
    number_of: for each word which of the numbers it is a part of, or -1.
    inside: whether a bracket is open at each word.
    places: for each number the place of its first word and that after its last.
    """

    text: str
    offsets: tuple[tuple[int, int], ...]
    forms: tuple[str, ...]
    number_of: tuple[int, ...]
    inside: tuple[bool, ...]
    places: tuple[tuple[int, int], ...]
    runs: tuple[Run, ...]

    def form(self, at: int) -> str:
        """The form of the word at a place, also beyond the sentence."""
        return self.forms[at] if 0 <= at < len(self.forms) else EDGE

    def words(self, run: Run) -> str:
        """A phrase as it is written."""
        return self.text[self.offsets[run.first][0] : self.offsets[run.last - 1][1]]

    def shape(self, at: int) -> str:
        """How a word is written: n number, p mark, U capitals, m mixed, c capital first, l."""
        start, end = self.offsets[at]
        word = self.text[start:end]
        if not word[0].isalnum() or word[0].isdigit():
            return "n" if word[0].isdigit() else "p"
        if len(word) > 1 and word.isupper():
            return "U"
        if any(letter.isupper() or letter.isdigit() for letter in word[1:]):
            return "m"
        return "c" if word[0].isupper() else "l"


def numbered(text: str, numbers: Sequence[tuple[int, int]]) -> NumberedSentence:
    """A sentence with the offsets of the numbers that are looked at, in order."""
    offsets = tuple(match.span() for match in _WORD.finditer(text))
    owner = tuple(
        next((k for k, (a, b) in enumerate(numbers) if a <= start and end <= b), -1)
        for start, end in offsets
    )
    words = [text[start:end] for start, end in offsets]
    forms = tuple(
        NUMBER if of >= 0 else "<n>" if word[0].isdigit() else word.lower()
        for word, of in zip(words, owner, strict=True)
    )
    depth, inside = 0, []
    for word in words:
        depth += word == "("
        inside.append(depth > 0)
        depth = max(0, depth - (word == ")"))
    runs = _runs(text, offsets, owner)
    return NumberedSentence(
        text,
        offsets,
        forms,
        owner,
        tuple(inside),
        tuple(_place(offsets, owner, k, start) for k, (start, _) in enumerate(numbers)),
        (*runs, *_joined(text, offsets, runs)),
    )


def _place(
    offsets: Sequence[tuple[int, int]], owner: Sequence[int], number: int, start: int
) -> tuple[int, int]:
    """The words of a number; where it is a part of one ("450-chain"), that word."""
    own = [at for at, of in enumerate(owner) if of == number]
    own = own or [next(at for at, (_, end) in enumerate(offsets) if end > start)]
    return own[0], own[-1] + 1


def _runs(text: str, offsets: Sequence[tuple[int, int]], owner: Sequence[int]) -> list[Run]:
    runs: list[Run] = []
    own: list[int] = []

    def close() -> None:
        while (
            own
            and not text[offsets[own[-1]][0]].isalnum()
            and text[offsets[own[-1]][0]] not in "$}"
        ):
            own.pop()
        if own:
            runs.append(Run(own[0], own[-1] + 1))
        own.clear()

    for at, (start, end) in enumerate(offsets):
        word = text[start:end]
        if owner[at] >= 0 or _ends(word):
            close()
        elif word[0].isalnum() or (own and word in _GLUE and offsets[at - 1][1] == start):
            own.append(at)
        else:
            close()
            if word == "$":  # a formula begins
                own.append(at)
    close()
    return runs


def _ends(word: str) -> bool:
    small = word.lower()
    return small in _STOPS or small.endswith("ly") or LEADING.fullmatch(word) is not None


def _joined(text: str, offsets: Sequence[tuple[int, int]], runs: Sequence[Run]) -> list[Run]:
    after = {run.first: run for run in runs}
    found = []
    for one, other in pairwise(runs):
        end = offsets[other.last - 1][1]
        between = text[offsets[one.last - 1][1] : offsets[other.first][0]].strip().lower()
        if between in _JOINTS:
            found.append(Run(one.first, other.last, joined=True))
        elif between == "(" and text[end : end + 1] == ")" and other.last + 1 in after:
            found.append(Run(one.first, after[other.last + 1].last, joined=True))
    return found
