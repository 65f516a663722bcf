"""Finds names that authors coin for methods, models and data: SINet, CBNetV2, GPSA, ImageNet-1K."""

from __future__ import annotations

import re

# A capital after the first letter, or letters with digits after them.
_WORD = r"(?:\w+[A-Z]\w*|[A-Za-z]+\d\w*|[A-Z]{2,}\w*)"
_NAME = re.compile(rf"\b(?=\w*[A-Za-z]){_WORD}(?:-\w+)*\b")
_PART = re.compile(rf"\b(?!\d){_WORD}\b")


def name_matches(text: str) -> list[re.Match[str]]:
    """The matches of coined names in ``text``, in order; words joined by a hyphen are one name."""
    return list(_NAME.finditer(text))


def coined_names(text: str) -> list[str]:
    """The coined names of ``text`` in order; words joined by a hyphen are one name: ResNet-50."""
    return _NAME.findall(text)


def coined_words(text: str) -> list[str]:
    """The coined names of ``text`` without parts after a hyphen and without numbers such as 10K."""
    return _PART.findall(text)


def is_coined_name(word: str) -> bool:
    """Whether the whole word looks like a coined name."""
    return _NAME.fullmatch(word) is not None


def holds_coined_name(text: str) -> bool:
    """Whether any word of ``text`` looks like a coined name."""
    return _NAME.search(text) is not None


def written_as_name(word: str, text: str) -> bool:
    """Whether ``text`` writes the word as a coined name: gcog if the text has gCOG."""
    written = re.findall(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    return any(map(is_coined_name, written))


def named_as_in(sentence: str, text: str) -> str:
    """The sentence with each coined name of ``text`` as it is written there: SINet for SINET."""
    written = {name.lower(): name for name in coined_words(text)}
    there = set(re.findall(r"\w+", text))

    def as_there(match: re.Match[str]) -> str:
        word = match.group()
        return word if word in there else written.get(word.lower(), word)

    return re.sub(r"\w+", as_there, sentence)


def has_name(text: str, name: str) -> bool:
    """Whether the text has the name, also as a part of a longer one: COCO in MSCOCO, VGG in VGG16.

    Hyphens do not matter. Within a word the part does not begin with a small letter: BERT is in
    SciBERT, and not in Hilbert.
    """
    letters = r"[-‐ ]?".join(map(re.escape, re.findall(r"[^\W\d_]+|\d+", name)))
    begin = r"(?:(?<![^\W\d_])|(?-i:(?![a-zß-ÿ])))"
    return re.search(rf"{begin}{letters}s?(?![^\W\d_])", text, re.IGNORECASE) is not None
