"""Years that are stated in words: "the nineties", "early 2000s", "the last five years". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from rag.text.lexicons import lines
from rag.types import Filter

_DECADES = {
    "fifties": 1950, "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990,
    "noughties": 2000, "60s": 1960, "70s": 1970, "80s": 1980, "90s": 1990, "'00s": 2000,
    "'10s": 2010, "'20s": 2020,
}  # fmt: skip
_PARTS = {"early": (0, 4), "mid": (3, 7), "late": (5, 9), "": (0, 9)}
_DECADE = (
    r"(?:(?P<part>early|mid|late)[\s-]+(?:the\s+)?)?"
    rf"(?:(?P<century>(?:19|20)\d)0['’]?s|(?<!their )(?P<decade>{'|'.join(_DECADES)})"
    r"|['’](?P<short>[6-9]0s))\b"
)
_CARDINALS = {word: at for at, word in enumerate(" ".join(lines("cardinals")).split())}
_NUMBERS = {"couple of": 2, "few": 3, "several": 5, "twenty": 20} | _CARDINALS
_MANY = rf"(?P<many>\d\d?|(?:a\s+)?(?:{'|'.join(_NUMBERS)}))"
_SPAN = rf"(?:{_MANY}\s+)?(?P<unit>months?|years?|decades?)"
_AGO = rf"(?!last\s+year\b)(?:last|past|previous|recent)\s+{_SPAN}\b"
_THIS = r"(?:(?:this|current)\s+(?P<unit>year|decade)|(?P<last>last\s+year))\b(?:['’]s)?"
_CENTURY = r"(?:(?P<new>this|21st|twenty-first)|(?:last|previous|20th|twentieth))\s+century\b"
_YOUNGER = (
    rf"(?:(?:not?|n['’]t)\s+(?:older|more)\s+than|(?:newer|younger|less)\s+than|at\s+most)\s+{_SPAN}"
    r"(?:\s+(?:old|ago))?\b"
)
_OLDER = rf"(?:older|more)\s+than\s+{_SPAN}(?:\s+(?:old|ago))?\b"


def this_year() -> int:
    """The year of today."""
    return date.today().year


def spoken_years(text: str, before: str = "") -> Iterator[tuple[re.Match[str], Filter]]:
    """The phrases that state years in words, with what matches ``before`` them."""
    for pattern, filter_of in _SPOKEN:
        for match in re.finditer(rf"{before}(?<!\w)(?:the\s+)?{pattern}", text, re.IGNORECASE):
            yield match, filter_of(match)


def _decade(match: re.Match[str]) -> Filter:
    if match["century"]:
        first = int(f"{match['century']}0")
    else:
        first = _DECADES[(match["decade"] or match["short"]).lower().replace("’", "'")]
    start, end = _PARTS[(match["part"] or "").lower()]
    return Filter(first + start, first + end)


def _years(match: re.Match[str]) -> int:
    """How many years a span of time has; part of a year counts as one."""
    words = " ".join((match["many"] or "").lower().removeprefix("a ").split())
    many = int(words) if words.isdigit() else _NUMBERS.get(words, 1)
    unit = match["unit"].lower().rstrip("s")
    return {"month": -(-many // 12), "year": many, "decade": 10 * many}[unit]


def _this(match: re.Match[str]) -> Filter:
    length = 10 if (match["unit"] or "").lower() == "decade" else 1
    first = this_year() // length * length - bool(match["last"])
    return Filter(first, first + length - 1)


_SPOKEN: tuple[tuple[str, Callable[[re.Match[str]], Filter]], ...] = (
    (_DECADE, _decade),
    (_CENTURY, lambda match: Filter(2000) if match["new"] else Filter(None, 1999)),
    (_YOUNGER, lambda match: Filter(this_year() - _years(match))),
    (_OLDER, lambda match: Filter(None, this_year() - _years(match) - 1)),
    (_THIS, _this),
    (_AGO, lambda match: Filter(this_year() - _years(match))),
)
