"""Finds years in a question: "papers since 2020", "published before 2019 or in 2021". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.index.filters import narrowed
from rag.query.kinds import is_keywords
from rag.query.metadata.phrases import (
    MANY_PAPERS,
    PAPERS,
    SAY,
    WRITTEN,
    YEAR,
    YEAR_GROUP,
    LibraryFacts,
    Phrase,
)
from rag.query.metadata.spoken_years import spoken_years
from rag.text.english import may_be_verb
from rag.text.lexicons import function_words, lexicon
from rag.types import Filter

TO_NOW = (
    r"(?:\s*(?:-|–|to|until|till|through)\s*(?:the\s+)?(?:present(?:\s+day)?|now|today|date)\b"
    r"|\+|\s+(?:or|and)\s+(?:later|newer|after|beyond|afterwards|onwards?)\b)"
)
_TO = r"\s*(?:-|–|—|/|to|until|till|through)\s*"
CUES: tuple[tuple[str, Callable[[int, int], Filter]], ...] = (
    (rf"between\s+{YEAR_GROUP}\s+and\s+{YEAR_GROUP}", lambda a, b: Filter(min(a, b), max(a, b))),
    (
        rf"(?:(?:from|in|during|between)\s+)?{YEAR_GROUP}{_TO}{YEAR_GROUP}",
        lambda a, b: Filter(min(a, b), max(a, b)),
    ),
    (rf"(?:post|>)(?:[\s-]*){YEAR_GROUP}", lambda a, _: Filter(first_year=a + 1)),
    (rf"(?:pre|<)(?:[\s-]*){YEAR_GROUP}", lambda a, _: Filter(None, a - 1)),
    (rf"(?:>=|≥)\s*{YEAR_GROUP}", lambda a, _: Filter(first_year=a)),
    (rf"(?:<=|≤)\s*{YEAR_GROUP}", lambda a, _: Filter(None, a)),
    (
        rf"(?:from\s+)?(?:around|circa|ca\.?|roughly)\s+{YEAR_GROUP}",
        lambda a, _: Filter(a - 1, a + 1),
    ),
    (rf"(?:since|from|in|of)\s+{YEAR_GROUP}{TO_NOW}", lambda a, _: Filter(first_year=a)),
    (
        rf"(?:from|in|of)\s+{YEAR_GROUP}\s+(?:or|and)\s+(?:earlier|older|before)\b",
        lambda a, _: Filter(None, a),
    ),
    (rf"(?:after|later\s+than|newer\s+than)\s+{YEAR_GROUP}", lambda a, _: Filter(first_year=a + 1)),
    (
        # "from 2022 on diffusion" means the year 2022, not from then on
        rf"(?:since|from)\s+{YEAR_GROUP}\s+(?:onwards?|on)\b(?=\W*$|[,;]|\s+(?:about|in)\b)",
        lambda a, _: Filter(first_year=a),
    ),
    (rf"since\s+{YEAR_GROUP}", lambda a, _: Filter(first_year=a)),
    (rf"(?:before|earlier\s+than|older\s+than)\s+{YEAR_GROUP}", lambda a, _: Filter(None, a - 1)),
    (rf"(?:until|till|up\s+to|through)\s+{YEAR_GROUP}", lambda a, _: Filter(None, a)),
    (rf"(?:the\s+)?{YEAR_GROUP}(?=\s+(?:paper|article|study|work)\b)", lambda a, _: Filter(a, a)),
    (rf"(?:in|from|of|during)\s+{YEAR_GROUP}", lambda a, _: Filter(a, a)),
)
_BEFORE = rf"(?P<written>{WRITTEN}\s+)?(?:(?:from|in|of|during|over|within|since)\s+)?"
_TIME = r"(?:in|from|since|before|after|during|of|until|till|through|by)"
# What also states amounts: "> 2000", "around 2000".
_AS_AMOUNT = re.compile(r"[<>≤≥]|(?:around|circa|ca|roughly)\b", re.IGNORECASE)
# What never does.
_SINCE = re.compile(r"(?:since|before)\b", re.IGNORECASE)
_NEXT = re.compile(r"[\s-]*([^\W\d_]+)")
_NOT_COUNTED = function_words() | lexicon("paper_words", "writing_verbs")
_AND = r"(?:,|/|&|\band\b|\bor\b|\bnor\b|\bto\b|\buntil\b|\btill\b|\bthrough\b|[-–—+])"
_YEARS_AFTER = re.compile(
    rf"\s*[-–/]\s*\d\d\b|\s*\+|\s*{_AND}\s*(?:{_AND}\s*)?(?:{_TIME}\s+)?"
    rf"(?:(?:the|early|late|mid)[\s-]+)?(?:{YEAR}|present\b|now\b|today\b|date\b|later\b"
    r"|earlier\b|before\b|after\b|beyond\b|newer\b|older\b|onwards?\b)",
    re.IGNORECASE,
)
_YEARS_BEFORE = re.compile(rf"{YEAR}s?\s*{_AND}\s*(?:{_AND}\s*)?$", re.IGNORECASE)
_YEARS_ELSEWHERE = re.compile(
    rf"\b(?:and|or)\s+(?:those\s+|papers\s+)?{_TIME}\s+{YEAR}", re.IGNORECASE
)


def find_years(text: str, library: LibraryFacts, found: Filter) -> Phrase | None:
    """The first phrase that says in which years papers appeared.

    ``found`` is the filter so far: with an author or a venue in it, years are those of papers.
    """
    for cue, wanted in (*_in_figures(text), *spoken_years(text, _BEFORE)):
        if _are_of_papers(text, cue, library, narrowed(found, wanted), found):
            return Phrase(*cue.span(), "", wanted)
    return None


def _in_figures(text: str) -> Iterator[tuple[re.Match[str], Filter]]:
    for pattern, filter_of in CUES:
        for cue in re.finditer(rf"(?P<written>{WRITTEN}\s+)?(?<!\w){pattern}", text, re.IGNORECASE):
            years = [int(year) for year in cue.groups()[1:]]
            yield cue, filter_of(years[0], years[-1])


def _are_of_papers(
    text: str, cue: re.Match[str], library: LibraryFacts, wanted: Filter, found: Filter
) -> bool:
    """Whether the years are those in which papers appeared.

    They are directly after a word for papers or publishing. Elsewhere in such a question, or with
    an author or venue, they may be its topic, and count only if some paper passes the filter.
    """
    if not library.has_years:
        return False
    before = text[: cue.start()]
    if re.match(rf"(?:['’]s)?\s+{MANY_PAPERS}", text[cue.end() :], re.I):
        return True
    beside = bool(cue["written"]) or re.search(rf"(?:{PAPERS}|\b{SAY})\s+$", before, re.I)
    doubtful = is_amount(cue) or not beside
    if not cue["written"] and doubtful and counts_things(text, cue):
        return False
    if is_amount(cue) and not beside:
        return False
    # A single year in figures is more often one of the topic.
    single = wanted.first_year == wanted.last_year and re.search(r"\d", cue.group())
    if beside or (found and not single):
        return bool(found) or bool(cue["written"] or re.search(PAPERS + r"\s+$", before, re.I))
    opens = not before.strip() and text[cue.end() :].lstrip().startswith(",")
    spoken = re.search(rf"{PAPERS}\b|{WRITTEN}\b|\bsaid\b|\bsays?\b|\bknown\b", before, re.I)
    ranged = not single and bool(spoken or is_keywords(text))  # "newts 1990s"
    return bool(found or opens or ranged) and library.matching(wanted) > 0


def is_amount(cue: re.Match[str]) -> bool:
    """Whether the sign or word of a phrase is one for amounts, as in "> 2000"."""
    return _AS_AMOUNT.match(cue.group()) is not None


def counts_things(text: str, cue: re.Match[str]) -> bool:
    """Whether the numbers of a phrase are those of what follows: "up to 2000 patients"."""
    following = _NEXT.match(text, cue.end())
    if following is None or _SINCE.match(cue.group()):
        return False
    word = following[1].lower()
    return word == "of" or not (word in _NOT_COUNTED or may_be_verb(word))


def names_more_years(before: str, after: str) -> bool:
    """Whether the texts around a phrase name more years than the phrase does."""
    return bool(
        _YEARS_AFTER.match(after)
        or _YEARS_BEFORE.search(before)
        or _YEARS_ELSEWHERE.search(before)
        or _YEARS_ELSEWHERE.search(after)
    )
