"""Splits a question into a metadata filter and the rest. Pure.

"What did Smith et al. say after 2023?" becomes "What did they say?", for papers by Smith from 2024
on.

A name or a year is usually part of the topic ("the 2017 transformer", "Adam"). So a name counts
only in a phrase that says who wrote a paper or where it appeared, and only if papers have it; a
year counts only next to such a name, or after a word for papers or publishing. A question that a
filter cannot express ("not by Smith", "in 2019 or 2021") gets none: no filter is better than a
wrong one.
"""

from __future__ import annotations

import re

from rag.index.filters import narrowed
from rag.query.metadata.authors import find_authors, names_more_authors
from rag.query.metadata.phrases import YEAR, LibraryFacts, Phrase
from rag.query.metadata.statuses import find_status
from rag.query.metadata.venues import find_venue, names_more_venues
from rag.query.metadata.years import find_years, names_more_years
from rag.types import ANY_PAPER, Filter

_LONGEST = 500  # characters; a longer text is searched without a filter
_WHICH = (
    r"(?:those|these|the\s+ones?|ones?|any(?:thing)?|papers?|works?|articles?|studies|what|by|in|at"
    r"|from|since|after|before|during|until|of|(?:co-?)?author(?:ed)?|writ(?:e|ten)"
    rf"|publish(?:ed)?|appear(?:ed|ing)?|presented|{YEAR}|(?-i:[A-Z]))"
)
_NEGATED = re.compile(
    r"\b(?:except(?:ing|ed)?|exclud(?:e|es|ed|ing)|other\s+than|apart|aside|neither|but\s+not)\b"
    r"|(?:\b(?:not|never|no|without|besides|unlike|outside(?:\s+of)?|omit(?:ting)?|ignor(?:e|ing)"
    rf"|rather\s+than|instead\s+of)|n['’]t)\s+{_WHICH}",
    re.IGNORECASE,
)
_NEGATION_BEFORE = re.compile(
    r"\b(?:not|never|no|nor|without|but|save|minus|cannot)\b|n['’]t\b", re.IGNORECASE
)


def split_filter(question: str, library: LibraryFacts) -> tuple[Filter, str]:
    """The filter, and the rest of the question; most questions have no filter and do not change."""
    if len(question) > _LONGEST:
        return ANY_PAPER, question
    found, rest = ANY_PAPER, question
    if phrase := find_status(question, library):
        found, question = phrase.filter, _tidy(phrase.taken_out(question))
        rest = question
    if _negates(question):
        return found, question
    of_status = found
    for find in (find_authors, find_venue, find_years):
        phrase = find(rest, library, found)
        if phrase is not None:
            if _is_doubtful(phrase, rest, library):
                return of_status, question
            found, rest = narrowed(found, phrase.filter), phrase.taken_out(rest)
    return (found, _tidy(rest)) if found else (ANY_PAPER, question)


def _is_doubtful(phrase: Phrase, text: str, library: LibraryFacts) -> bool:
    """Whether the text may ask for more papers than this phrase says, or for other ones."""
    before, after, wanted = text[: phrase.start], text[phrase.end :], phrase.filter
    dated = wanted.first_year is not None or wanted.last_year is not None
    return (
        bool(_NEGATION_BEFORE.search(before))
        or _is_alternative(before, after)
        or (dated and names_more_years(before, after))
        or (bool(wanted.authors) and names_more_authors(phrase.taken_out(text), library))
        or (bool(wanted.venues) and names_more_venues(phrase, text, library))
    )


def _negates(question: str) -> bool:
    """Whether the question excludes papers."""
    return bool(_NEGATED.search(question))


def _is_alternative(before: str, after: str) -> bool:
    """Whether the phrase between the two texts is one of several alternatives."""
    return bool(re.search(r"\bor\s*$", before, re.I) or re.match(r"\s*,?\s*or\b", after, re.I))


def _tidy(text: str) -> str:
    """Single spaces, none before a stop, a word or digit first; "papers" if no word is left."""
    text = re.sub(r"\s+([?.!,;:])", r"\1", " ".join(text.split()))
    text = re.sub(r",(?=[?.!,])|^[\s,;:]+", "", text)
    return text if re.search(r"\w", text) else "papers"
