"""Puts an authors' sentence into the third person: "We propose" as "The authors propose"."""

from __future__ import annotations

import re

_OTHERS = {"we": "the authors", "our": "their", "us": "them", "ours": "theirs", "i": "the author"}
_PRONOUN = re.compile(r"\b(?:we|our|us|ours|I)\b|\b(?:We|Our|Us|Ours)\b")


def in_third_person(sentence: str) -> str:
    """The sentence with "the authors" for "we", once, and "they" after that."""
    named = False

    def other(match: re.Match[str]) -> str:
        nonlocal named
        word = match.group()
        said = _OTHERS[word.lower()]
        if word.lower() == "we":
            said, named = ("they" if named else said), True
        return said[0].upper() + said[1:] if word[0].isupper() and word != "I" else said

    return _PRONOUN.sub(other, sentence)
