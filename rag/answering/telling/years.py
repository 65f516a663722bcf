"""The years that a question about records states: one, several, a range, a decade, an open end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from rag.index.filters import narrowed
from rag.query.metadata.years import CUES, TO_NOW
from rag.types import ANY_PAPER, Filter

_YEAR = r"\b((?:19|20)\d\d)\b"
_ANY_YEAR = re.compile(_YEAR)
# A question that is known to be about records has further ways to state a range.
_RANGES: tuple[tuple[str, Callable[[int, int], Filter]], ...] = (
    (
        rf"{_YEAR}\s*(?:-|–|to|until|till|through)\s*{_YEAR}",
        lambda a, b: Filter(min(a, b), max(a, b)),
    ),
    (rf"{_YEAR}{TO_NOW}", lambda a, _: Filter(first_year=a)),
    (rf"{_YEAR}\s+onwards?\b", lambda a, _: Filter(first_year=a)),
    (
        rf"\b(?:in\s+or\s+after|not?\s+(?:earlier\s+than|before)|starting\s+(?:in|from|with))\s+{_YEAR}",
        lambda a, _: Filter(first_year=a),
    ),
    (
        rf"\b(?:in\s+or\s+before|not?\s+(?:later\s+than|after)|by)\s+{_YEAR}",
        lambda a, _: Filter(None, a),
    ),
    (rf"{_YEAR}\s+(?:or|and)\s+(?:earlier|older|before)\b", lambda a, _: Filter(None, a)),
    *((rf"\b{pattern}", filter_of) for pattern, filter_of in CUES[:-1]),
)
_DECADES = {
    "sixties": 1960, "60s": 1960, "seventies": 1970, "70s": 1970, "eighties": 1980, "80s": 1980,
    "nineties": 1990, "90s": 1990, "noughties": 2000,
}  # fmt: skip
_DECADE = re.compile(rf"(?:\b((?:19|20)\d)0['’]?s|\b(?:{'|'.join(_DECADES)}))\b", re.IGNORECASE)
_NUMBERS = {"couple of": 2, "two": 2, "three": 3, "few": 3, "four": 4, "five": 5, "ten": 10}
_AGO = re.compile(
    rf"\b(?:last|past|previous)\s+(?:(?P<many>\d\d?|{'|'.join(_NUMBERS)})\s+years|decade)\b",
    re.IGNORECASE,
)
_THIS = re.compile(r"\b(this|last) year\b", re.IGNORECASE)
_CENTURY = re.compile(
    r"\b(?:(?P<new>this|21st|twenty-first)|(?:last|previous|20th|twentieth)) century\b", re.I
)
_THE_YEAR = re.compile(r"\b(?:the\s+)?years?\s+(?=(?:19|20)\d\d\b)", re.IGNORECASE)
_INCLUSIVE = re.compile(r"\b(?:count\w*|includ\w*|inclusive|itself)\b", re.IGNORECASE)
_EXCLUSIVE = re.compile(r"\b(?:not|without)\s+(?:count|includ)|\bexclud", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Years:
    """Years in a text: a range as a filter, or ``any_of`` several; ``rest`` is the other text."""

    range: Filter
    any_of: frozenset[int]
    rest: str


def years_in(text: str) -> Years:
    """The years that a text states; years beside a range only say what the range includes."""
    spoken = _spoken(text)
    if spoken is not None:
        return spoken
    wanted, rest = ANY_PAPER, _THE_YEAR.sub("", text)
    stated: set[int] = set()
    for pattern, filter_of in _RANGES:
        if cue := re.search(pattern, rest, re.IGNORECASE):
            years = [int(year) for year in cue.groups()]
            wanted = narrowed(wanted, filter_of(years[0], years[-1]))
            stated.update(years)
            rest = f"{rest[: cue.start()]} {rest[cue.end() :]}"
    others = {int(year) for year in _ANY_YEAR.findall(rest)}
    rest = _ANY_YEAR.sub(" ", rest)
    if not stated:
        if len(others) == 1:
            year = next(iter(others))
            return Years(Filter(year, year), frozenset(), rest)
        return Years(ANY_PAPER, frozenset(others), rest)
    if others & stated and _INCLUSIVE.search(text) and not _EXCLUSIVE.search(text):
        year = next(iter(others & stated))
        first = year if wanted.first_year == year + 1 else wanted.first_year
        last = year if wanted.last_year == year - 1 else wanted.last_year
        wanted = Filter(first, last)
    return Years(wanted, frozenset(), rest)


def _spoken(text: str) -> Years | None:
    """Years that are stated in words: a decade, a century, this year, the last five years."""
    this_year = date.today().year
    if match := _DECADE.search(text):
        first = int(f"{match[1]}0") if match[1] else _DECADES[match[0].lower()]
        found = Filter(first, first + 9)
    elif match := _CENTURY.search(text):
        found = Filter(first_year=2000) if match["new"] else Filter(None, 1999)
    elif match := _THIS.search(text):
        year = this_year - (match[1].lower() == "last")
        found = Filter(year, year)
    elif match := _AGO.search(text):
        many = (match["many"] or "10").lower()
        found = Filter(first_year=this_year - (int(many) if many.isdigit() else _NUMBERS[many]))
    else:
        return None
    return Years(found, frozenset(), f"{text[: match.start()]} {text[match.end() :]}")
