"""Puts an authors' sentence into the third person: "We propose" as "The authors propose"."""

from __future__ import annotations

import re

from rag.text.lexicons import function_words, lexicon

_OTHERS = {"we": "the authors", "our": "their", "us": "them", "ours": "theirs", "i": "the author"}
# "I) it can", "(I)", "I." and "I and II" count off, and "I-V" is a name.
_PRONOUN = re.compile(
    r"\b(?:we|our|us|ours)\b|\b(?:We|Our|Us|Ours)\b"
    r"|(?<![\w(/-])I(?= [a-z])(?! (?:and|or|to) [IVX\d])"
)
_LAST_WORD = re.compile(r"([A-Za-z]+)\W? *\Z")


def in_third_person(sentence: str) -> str:
    """The sentence with "the authors" for "we", once, and "they" after that."""
    named = False

    def other(match: re.Match[str]) -> str:
        nonlocal named
        word = match.group()
        if word == "I" and _counts(sentence[: match.start()]):
            return word
        said = _OTHERS[word.lower()]
        if word.lower() == "we":
            said, named = ("they" if named else said), True
        return said[0].upper() + said[1:] if word[0].isupper() and word != "I" else said

    return _PRONOUN.sub(other, sentence)


def place_of(sentence: str, text: str) -> int:
    """Where a text has a sentence, as it is or in the third person; -1 if it does not."""
    return max(text.find(sentence), text.find(in_third_person(sentence)))


def _counts(before: str) -> bool:
    """Whether an "I" behind these words is a numeral: "type I", but not "that I" or "Here, I"."""
    last = _LAST_WORD.search(before)
    if last is None or not before.endswith(f"{last[1]} "):
        return False  # it begins the sentence, or a mark stands before it
    return last[1].lower() not in function_words() | lexicon("paper_words")
