"""Which of the papers that were shown a message picks: "the second one", "number 3". Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.text.lexicons import function_words
from rag.text.words import fold

LAST, OTHER = -1, -2
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
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_THING = (
    r"\s+(?:one|paper|study|article|work|method|model|result|item|entry"
    r"|of\s+(?:them|these|those))(?:['’]s)?(?=\W|$)"
)
_THINGS = (
    r"\s+(?:ones|papers|studies|articles|works|methods|models|results|items|entries"
    r"|of\s+(?:them|these|those))\b"
)
# What may follow "the second" if it is a paper; in "the second layer" it is none.
_AFTER = "|".join(sorted(function_words() - {"of", "to", "that"} | {"please", "pls"}))
_ORDINAL = re.compile(
    rf"(?:(?P<the>\b(?:the|that|your)\s+)|\b)(?:(?P<word>{'|'.join(_WORDS)})"
    r"|(?P<digit>\d{1,2})(?:st|nd|rd|th)|(?P<last>last|latter)|(?P<former>former)"
    r"|(?P<other>(?(the)other|(?!))))"
    rf"(?:{_THING}|(?:['’]s)?(?=\s*(?:[^\w\s-]|$))|(?(the)(?=\s+(?:{_AFTER})\b)|(?!)))"
    r"|(?:\b(?:number|no\.?|nr\.?|paper|item|option)\s*|#)"
    rf"(?:(?P<number>\d{{1,2}})|(?P<cardinal>{'|'.join(_NUMBERS)}))\b",
    re.IGNORECASE,
)

_RUN = re.compile(
    rf"\b(?P<end>first|last)\s+(?:(?P<digit>[2-9])|(?P<word>{'|'.join(_NUMBERS[1:])}))"
    rf"(?:{_THINGS}|(?=\s*(?:[^\w\s-]|$))|(?=\s+(?:{_AFTER})\b))",
    re.IGNORECASE,
)
_ANY = re.compile(rf"\bthe\s+(?:{'|'.join(_WORDS)}|last|latter|former|other)\b", re.IGNORECASE)


class Pick(NamedTuple):
    """A ``place`` from 0, `LAST` or `OTHER`, and the ``rest`` of the message with "it" for it."""

    place: int
    rest: str


def run_in(message: str) -> slice | None:
    """Which of those shown a message picks, if it picks several: "the first two"."""
    match = _RUN.search(message)
    if match is None:
        return None
    many = int(match["digit"] or _NUMBERS.index(fold(match["word"])) + 1)
    return slice(many) if fold(match["end"]) == "first" else slice(-many, None)


def pick_in(message: str) -> Pick | None:
    """The place that a message picks; it may be beyond what was shown. None if it picks not one."""
    match = _ORDINAL.search(message)
    if match is None or len(_ANY.findall(message)) > 1:
        return None
    if match["word"]:
        place = _WORDS.index(fold(match["word"]))
    elif match["last"]:
        place = LAST
    elif match["other"]:
        place = OTHER
    elif match["former"]:
        place = 0
    elif match["cardinal"]:
        place = _NUMBERS.index(fold(match["cardinal"]))
    else:
        place = max(0, int(match["digit"] or match["number"]) - 1)
    rest = f"{message[: match.start()]} it {message[match.end() :]}"
    return Pick(place, re.sub(r"\s+(?=[,;:?!.])", "", " ".join(rest.split())))
