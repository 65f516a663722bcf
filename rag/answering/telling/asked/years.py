"""The years that a question about records states: one, several, a range, a decade, an open end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag.index.filters import narrowed
from rag.query.identified import IDENTIFIER
from rag.query.metadata.spoken_years import spoken_years, this_year
from rag.query.metadata.years import CUES, TO_NOW, counts_things, is_amount
from rag.types import ANY_PAPER, Filter

_YEAR = r"\b((?:19|20)\d\d)\b"
_ANY_YEAR = re.compile(_YEAR)
# A question that is known to be about records has further ways to state a range.
_RANGES: tuple[tuple[str, Callable[[int, int], Filter]], ...] = (
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
    *((rf"(?<!\w){pattern}", filter_of) for pattern, filter_of in CUES[:-1]),
)
_THE_YEAR = re.compile(r"\b(?:the\s+)?years?\s+(?=(?:19|20)\d\d\b)", re.IGNORECASE)
_INCLUSIVE = re.compile(r"\b(?:count\w*|includ\w*|inclusive|itself)\b", re.IGNORECASE)
_EXCLUSIVE = re.compile(r"\b(?:not|without)\s+(?:count|includ)|\bexclud", re.IGNORECASE)


_SHORT = re.compile(rf"{_YEAR}\s*([-–—/])\s*(\d\d)(?![\d%])((?:[-–—/.]\d\d?)?)\b")


def _in_full(short: re.Match[str]) -> str:
    """ "2010-12" as "2010-2012"; of a date ("2019-07", "2020-12-01") the year."""
    first = int(short[1])
    last = first // 100 * 100 + int(short[3])
    last += 100 if last <= first else 0
    is_date = bool(short[4]) or last > this_year()
    return short[1] if is_date else f"{first}{short[2]}{last}"


@dataclass(frozen=True, slots=True)
class Years:
    """Years in a text: a range as a filter, or ``any_of`` several; ``rest`` is the other text."""

    range: Filter
    any_of: frozenset[int]
    rest: str


def years_in(text: str) -> Years:
    """The years that a text states; years beside a range only say what the range includes."""
    text = _SHORT.sub(_in_full, IDENTIFIER.sub(" ", text))  # digits of a DOI are no years
    for match, found in spoken_years(text):
        return Years(found, frozenset(), f"{text[: match.start()]} {text[match.end() :]}")
    wanted, rest = ANY_PAPER, _THE_YEAR.sub("", text)
    stated: set[int] = set()
    for pattern, filter_of in _RANGES:
        cue = re.search(pattern, rest, re.IGNORECASE)
        if cue and not (is_amount(cue) and counts_things(rest, cue)):
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
