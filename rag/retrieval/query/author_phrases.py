"""Where people's names stand in a question. Pure."""

from __future__ import annotations

import re

from rag.text.lexicons import function_words, lexicon
from rag.text.person_names import PARTICLES

_MOST_IN_NAME = 4  # words
# What authors do in a paper, as a pattern.
SAY = rf"(?:{'|'.join(sorted(lexicon('saying_verbs')))})\b"
_NAMES_TOO = lexicon("names_too")
# What ends a name that is written in small letters, or begins a question with a capital.
_NO_NAME = (
    function_words() | lexicon("asking_words", "paper_words", "saying_verbs", "name_enders")
) - _NAMES_TOO
WORD = re.compile(r"[^\W\d_][\w'’.-]*")


def names_after(text: str, start: int) -> int | None:
    """Where the name, or several joined by "and", that begins at ``start`` ends."""
    end = _name_after(text, start)
    while end is not None:
        joint = re.match(r"\s*(?:,|&|,?\s*\b(?:and|or)\b)\s*", text[end:])
        following = _name_after(text, end + joint.end()) if joint else None
        if joint is None or following is None or not text[end + joint.end()].isupper():
            break
        end = following
    return end


def _name_after(text: str, start: int) -> int | None:
    capital, end = text[start : start + 1].isupper(), start
    for count, token in enumerate(WORD.finditer(text, start)):
        if text[end : token.start()].strip() or not in_name(token[0], capital):
            break
        if count == _MOST_IN_NAME:
            return None  # nobody is called so
        end = token.end()
    name = text[start:end].rstrip()
    if re.search(r"['’]s?$", name) or not name:
        return None
    return end


def name_before(text: str, end: int) -> int | None:
    """Where the name that ends at ``end`` begins."""
    start = end
    tokens = list(WORD.finditer(text, 0, end))[-_MOST_IN_NAME:]
    capital = bool(tokens) and tokens[-1][0][0].isupper()
    for token in reversed(tokens):
        if text[token.end() : start].strip() or not in_name(token[0], capital):
            break
        start = token.start()
    return start if start < end else None


def in_name(word: str, capital: bool) -> bool:
    """Whether a word may be part of a name, which is written with capitals or without any.

    Some words are names with a capital alone: "he" is nobody's name, "He" may be.
    """
    plain = word.lower().strip(".")
    if plain in _NO_NAME or word in _NAMES_TOO:
        return False
    return not capital or word[0].isupper() or plain in PARTICLES
