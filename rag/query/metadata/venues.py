"""Finds venues in a question: "papers in Nature", "published at ICML 2022". Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.query.metadata.phrases import (
    MANY_PAPERS,
    PAPERS,
    WRITTEN,
    YEAR_GROUP,
    LibraryFacts,
    Phrase,
)
from rag.text.words import words_of
from rag.types import Filter

_MOST_IN_VENUE = 12  # words
_JOINT = r"(?:,?\s*\b(?:and|or)\b|[,/&])"


def find_venue(text: str, library: LibraryFacts, found: Filter) -> Phrase | None:
    """The first phrase that names a venue of the library's papers."""
    for cue in re.finditer(rf"(?P<written>{WRITTEN}\s+)?\b(?:in|at|from)\s+(?:the\s+)?", text):
        if cue["written"] or found or re.search(PAPERS, text[: cue.start()], re.IGNORECASE):
            place = _longest_venue(text, cue.end(), library, explicit=bool(cue["written"]))
            if place is not None:
                return _phrase_of(text, cue.start(), *place, library)
    for cue in re.finditer(rf"\b(\w+)(?:\s+{YEAR_GROUP})?(?=\s+{MANY_PAPERS})", text):
        if _published(cue[1], library, explicit=False):
            return _phrase_of(text, cue.start(), *cue.span(1), library)
    return None


def names_more_venues(phrase: Phrase, text: str, library: LibraryFacts) -> bool:
    """Whether the question names another venue, next to this phrase or elsewhere."""
    if find_venue(phrase.taken_out(text), library, phrase.filter) is not None:
        return True
    beside = re.match(rf"\s*{_JOINT}\s*(?:(?:in|at|from)\s+)?(?:the\s+)?", text[phrase.end :])
    if beside and _longest_venue(text, phrase.end + beside.end(), library, explicit=True):
        return True
    earlier = re.search(rf"(\w+)\s*{_JOINT}\s*$", text[: phrase.start])
    return bool(earlier and _published(earlier[1], library, explicit=True))


def _longest_venue(
    text: str, at: int, library: LibraryFacts, *, explicit: bool
) -> tuple[int, int] | None:
    """The offsets of the longest name from ``at`` on that is a venue of some paper; else None."""
    tokens = list(re.finditer(r"[\w&/'’.:-]+", text[at:]))[:_MOST_IN_VENUE]
    for count in range(len(tokens), 0, -1):
        start, end = at + tokens[0].start(), at + tokens[count - 1].end()
        if _published(text[start:end], library, explicit=explicit):
            return start, end
    return None


def _phrase_of(text: str, start: int, name: int, end: int, library: LibraryFacts) -> Phrase:
    """The venue ``text[name:end]`` with the year after it, if there is one."""
    wanted = Filter(venues=(text[name:end].strip(" .,"),))
    year = re.match(rf"\s+{YEAR_GROUP}", text[end:])
    if year and library.has_years:
        wanted = replace(wanted, first_year=int(year[1]), last_year=int(year[1]))
        end += year.end()
    return Phrase(start, end, "", wanted)


def _published(name: str, library: LibraryFacts, *, explicit: bool) -> bool:
    """Whether papers appeared there; unless ``explicit``, more than those that mention the name."""
    words = tuple(words_of(name))
    acronym = len(words) == 1 and sum(letter.isupper() for letter in name) > 1
    if not (acronym or (name[:1].isupper() and library.is_venue(words))):
        return False
    return library.matching(Filter(venues=(name,))) > (0 if explicit else library.mentioning(name))
