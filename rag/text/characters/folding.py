"""Text folded to what the eye reads, with the way back: the same for all spellings of a passage.

Case, spaces, hyphens and dashes, quotation marks, accents, ligatures and marks between words do not
count, nor whether a formula is TeX or characters: "$\\alpha$-helices", "α‑Helices" and "alpha
helices" are the same. Digits keep their decimal points, so that 1.5 is not 15.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate

from rag.text.characters.greek import greek_by_name
from rag.text.characters.tex import tex_to_text

# A formula, a macro with its arguments, a word, a number with its points.
_UNIT = re.compile(
    r"\$\$?[^$]{1,300}\$\$?|\\[a-zA-Z]+\*?\s?(?:\{[^{}]*\})*|\\[^a-zA-Z\s]"
    r"|\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]|_"
)
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text: its words joined by nothing, and where each comes from.

    ``ends`` are the offsets in ``text`` after each word, ``spans`` those words' offsets in the
    text that was folded.
    """

    text: str
    ends: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def words(self) -> list[str]:
        """The words."""
        return [self.text[a:b] for a, b in zip((0, *self.ends), self.ends, strict=False)]

    def find(self, part: str, start: int = 0) -> tuple[int, int] | None:
        """Where ``part`` stands from ``start`` on, in whole words, as offsets in ``text``."""
        begins = {0, *self.ends}
        at = self.text.find(part, start)
        while at >= 0:
            if at in begins and at + len(part) in begins:
                return at, at + len(part)
            at = self.text.find(part, at + 1)
        return None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the text that was folded of ``text[start:end]``."""
        first = bisect_right(self.ends, start)
        last = bisect_right(self.ends, end - 1)
        return self.spans[first][0], self.spans[last][1]


def folded(text: str) -> Folded:
    """The folded text."""
    words, spans = [], []
    for unit in _UNIT.finditer(text):
        word = _fold(unit.group())
        if word:
            words.append(word)
            spans.append(unit.span())
    return Folded("".join(words), tuple(accumulate(map(len, words))), tuple(spans))


def _fold(unit: str) -> str:
    if unit[0] in "\\$":
        with suppress(ValueError):  # it is no TeX
            unit = tex_to_text(unit)
    plain = unicodedata.normalize("NFKD", greek_by_name(unit)).casefold()
    plain = _GROUPED.sub("", plain)
    number = plain[:1].isdigit()
    return "".join(c for c in plain if c.isalnum() or (c == "." and number)).strip(".")
