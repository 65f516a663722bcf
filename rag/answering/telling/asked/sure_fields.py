"""Whether a question asks for a field that hardly any abstract is about: authors, DOI, journal."""

from __future__ import annotations

import re

from rag.answering.telling.asked.fields import is_one_of
from rag.text.english import is_english
from rag.text.lexicons import lexicon
from rag.text.words import fold, words_of

_SHORTEST = 5  # a word as short as this is not mended
_SURE = lexicon("sure_fields")
_ENDS_NOUN = re.compile(
    r"\W*$|\s*[,.;:?!()–-]|\s+(?:of|for|on|in|and|or|is|are|was|were|please|pls|names?|list|info)\b",
    re.I,
)
# Before it only its own question word may stand: "what temperature did the authors use" has other.
_NEAR_WORDS = 3
_ACTING = frozenset(("among", "do", "does", "did", "have", "has", "had"))
_PLACED = re.compile(
    r"\bby whom\b"
    r"|\b(?:when|where)\s+(?:(?:was|were|is|are|has|have|did|get)\b[^.?!;]*)?\b(?:published|printed)\b",
    re.IGNORECASE,
)
_OWN = ("who", "whose", "what", "which", "in", "under")


def asks_sure_field(text: str) -> bool:
    """Whether a text asks for a field that hardly any abstract is about: "doi of", "authors?".

    "Do the authors use ..." asks for nothing of the record.
    """
    if _PLACED.search(text):
        return True
    asking = lexicon("interrogatives", "auxiliaries", "modals")
    for match in _sure(text):
        before = words_of(text[: match.start()])
        if asking.isdisjoint(before[:-_NEAR_WORDS]) and _ACTING.isdisjoint(before):
            opening = [word for word in before if word in asking]
            if not opening or opening[0] in _OWN or before[-2:] == ["how", "many"]:
                return True
    return False


def _sure(text: str) -> list[re.Match[str]]:
    """Where a text names such a field as what is asked for, and not as what does something."""
    found = []
    for match in re.finditer(r"[\w-]+", text):
        word, after = fold(match.group()).replace("-", ""), text[match.end() :]
        known = word in _SURE or (
            len(word) > _SHORTEST and not is_english(word) and is_one_of(word, list(_SURE))
        )
        if known and _ENDS_NOUN.match(after):
            found.append(match)
    return found
