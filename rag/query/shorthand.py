"""Spells out the words that people clip when they type: "params", "acc", "imgs".

A clipped word is no English, so no typing error of any word: it is looked up. Where papers have the
word itself it stays, as it may be a term of theirs (ACC, a region of the brain).
"""

from __future__ import annotations

import re

from rag.index.library import Library
from rag.query.spelling import Mended
from rag.text.lexicons import table

_MEANT = {word: whole for whole, words in table("shorthand").items() for word in words}
_WORD = re.compile(r"(?<![\w-])[a-z]+(?![\w-])")  # a capital may begin a name


def spell_out(question: str, library: Library) -> Mended:
    """The question with its clipped words in full, and which these were."""
    changes: list[tuple[str, str]] = []

    def whole(match: re.Match[str]) -> str:
        word = match.group()
        meant = _MEANT.get(word)
        if meant is None or any(map(library.lexical.frequency, library.lexical.terms(word))):
            return word
        changes.append((word, meant))
        return meant

    return Mended(_WORD.sub(whole, question), tuple(changes))
