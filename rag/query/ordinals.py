"""Which of the papers that were shown a message picks: "the second one", "number 3". Pure."""

from __future__ import annotations

import re

_WORDS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
_THING = (
    r"(?:\s+(?:one|paper|study|article|work|method|model|result|item|entry"
    r"|of\s+(?:them|these|those)))?"
)
_ORDINAL = re.compile(
    rf"\b(?:the\s+|that\s+|your\s+)?(?:(?P<word>{'|'.join(_WORDS)})"
    r"|(?P<digit>\d{1,2})(?:st|nd|rd|th)"
    rf"|(?P<last>last|latter)|(?P<former>former)){_THING}(?:['’]s)?(?=\W|$)"
    r"|(?:\b(?:number|no\.?|nr\.?|paper|item|option)\s*|#)(?P<number>\d{1,2})\b",
    re.IGNORECASE,
)


def picked(message: str, count: int) -> tuple[int, str] | None:
    """The place, from 0, of the paper that a message picks of ``count``, and its other words.

    None if it picks none. The place may be beyond those that were shown.
    """
    match = _ORDINAL.search(message)
    if match is None:
        return None
    if match["word"]:
        place = _WORDS.index(match["word"].lower())
    elif match["last"]:
        place = count - 1
    elif match["former"]:
        place = 0
    else:
        place = int(match["digit"] or match["number"]) - 1
    rest = f"{message[: match.start()]} it {message[match.end() :]}"
    return max(0, place), " ".join(rest.split())
