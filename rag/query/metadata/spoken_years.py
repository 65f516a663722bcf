"""Years that are stated in words: "the nineties", "early 2000s", "the last five years". Pure.

Ages and durations are stated in such words, too: "children younger than five years", "in his
sixties", "clips of 60s". So a decade has an article or an apostrophe, and "more than five years"
says how old papers are only where they are its subject.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from rag.query.metadata.phrases import PAPERS, WRITTEN
from rag.text.lexicons import lines
from rag.text.words import fold
from rag.types import Filter

_DECADES = {
    "fifties": 1950, "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990,
    "noughties": 2000,
}  # fmt: skip
_THIS_CENTURY = 3  # tens; '20s are 2020 to 2029, '30s 1930 to 1939
_PARTS = {"early": (0, 4), "mid": (3, 7), "late": (5, 9), "": (0, 9)}
_DECADE = (
    r"(?:(?P<part>early|mid|late)[\s-]+(?:the\s+)?)?"
    r"(?:(?P<century>(?:19|20)\d)0['’]?s|['’](?P<short>\d)0s"
    r"|(?:(?<=the\s)|(?<=early[\s-])|(?<=mid[\s-])|(?<=late[\s-]))"
    rf"(?:(?P<decade>{'|'.join(_DECADES)})|(?P<tens>[5-9])0s))\b"
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
    r"(?:\s+(?:old|ago))?\b(?!\s+(?:long|of)\b)"
)
_OLDER = rf"(?:older|more)\s+than\s+{_SPAN}(?:\s+(?:old|ago))?\b(?!\s+(?:long|of)\b)"
# Before the age of papers: "papers", "papers on newts that are"; not "papers on newts of".
_WHOSE_AGE = re.compile(
    rf"(?:{PAPERS}\b(?:\s+(?:on|about)(?:\s+(?!who|that|which)[\w-]+){{1,5}}?(?=\s+(?:is|are)))?"
    rf"(?:\s+(?:that|which))?(?:\s+(?:is|are|was|were|from))*|{WRITTEN}(?:\s+in)?)\s+$",
    re.IGNORECASE,
)
_SOMEBODYS = re.compile(r"\b(?:my|your|his|her|their|our)\s+$", re.IGNORECASE)


def this_year() -> int:
    """The year of today."""
    return date.today().year


def spoken_years(text: str, before: str = "") -> Iterator[tuple[re.Match[str], Filter]]:
    """The phrases that state years in words, with what matches ``before`` them."""
    for pattern, filter_of in _SPOKEN:
        whole = rf"{before}(?<!\w)(?P<said>(?:the\s+)?{pattern})"
        for match in re.finditer(whole, text, re.IGNORECASE):
            head = text[: match.start("said")]
            of_papers = pattern not in (_YOUNGER, _OLDER) or _WHOSE_AGE.search(head)
            if of_papers and not _SOMEBODYS.search(head):
                yield match, filter_of(match)


def _decade(match: re.Match[str]) -> Filter:
    if match["century"]:
        first = int(f"{match['century']}0")
    elif match["decade"]:
        first = _DECADES[fold(match["decade"])]
    else:
        tens = int(match["short"] or match["tens"])
        first = (2000 if tens < _THIS_CENTURY else 1900) + 10 * tens
    start, end = _PARTS[fold(match["part"] or "")]
    return Filter(first + start, first + end)


def _years(match: re.Match[str]) -> int:
    """How many years a span of time has; part of a year counts as one."""
    words = " ".join(fold(match["many"] or "").removeprefix("a ").split())
    many = int(words) if words.isdigit() else _NUMBERS.get(words, 1)
    unit = fold(match["unit"]).rstrip("s")
    return {"month": -(-many // 12), "year": many, "decade": 10 * many}[unit]


def _this(match: re.Match[str]) -> Filter:
    length = 10 if fold(match["unit"] or "") == "decade" else 1
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
