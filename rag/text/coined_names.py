"""Names that authors coin for methods, models and data: SINet, CBNetV2, GPSA, ImageNet-1K."""

from __future__ import annotations

import re

# A capital after the first letter, or letters with digits after them.
_WORD = r"(?:\w+[A-Z]\w*|[A-Za-z]+\d\w*|[A-Z]{2,}\w*)"
_NAME = re.compile(rf"\b(?=\w*[A-Za-z]){_WORD}(?:-\w+)*\b")
_PART = re.compile(rf"\b(?!\d){_WORD}\b")


def name_matches(text: str) -> list[re.Match[str]]:
    """Where the coined names of ``text`` stand, in order; what a hyphen joins is one name."""
    return list(_NAME.finditer(text))


def coined_names(text: str) -> list[str]:
    """The coined names of ``text`` in order; what a hyphen joins is one name: ResNet-50."""
    return _NAME.findall(text)


def coined_words(text: str) -> list[str]:
    """The coined names of ``text`` without what a hyphen adds, and without numbers such as 10K."""
    return _PART.findall(text)


def holds_coined_name(text: str) -> bool:
    """Whether any word of ``text`` looks like a coined name."""
    return _NAME.search(text) is not None


def written_as_name(word: str, text: str) -> bool:
    """Whether ``text`` writes the word as a coined name: gcog where the text has gCOG."""
    written = re.findall(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    return any(_NAME.fullmatch(form) for form in written)
