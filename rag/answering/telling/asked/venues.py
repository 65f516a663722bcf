"""The venues that a question names: journals and conferences of the library, or others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from rag.index.library import Library
from rag.text.lexicons import function_words, lexicon
from rag.text.words import words_of
from rag.types import Paper

# Words that many venues have in their names.
_VENUE_WORDS = function_words() | {
    "annals", "bulletin", "conference", "international", "journal", "letters", "meeting", "notes",
    "proceedings", "quarterly", "reports", "review", "symposium", "transactions", "workshop",
}  # fmt: skip
_CONFERENCE = {"proceedings", "conference", "symposium", "workshop", "meeting"}
_CUE = re.compile(
    r"\b(?:publish\w*|appear\w*|printed|journals?|conferences?|come|came|from|in|at)\b", re.I
)
_UNKNOWN = re.compile(
    r"\b(?:(?:in|at|from)\s+(?:the\s+(?:journal\s+)?)?|(?=(?-i:Journal|Annals|Transactions) of\b))"
    r"((?-i:[A-Z][\w&.-]*)(?:\s+(?:(?-i:[A-Z][\w&.-]*)|of|and|or|on|the|for)\b)*)",
    re.IGNORECASE,
)
_NO_VENUE = lexicon("record_words", "record_fields") | {"english", "january"}
_ALIKE, _LONG = 88, 12  # of a name with a slip; letters that it has
_LETTERS = 3  # of an acronym


def venues_in(library: Library, text: str) -> tuple[tuple[str, ...], str]:
    """The venues of the library that a text names, and the text without them.

    A name counts with all its telling words, as its initials in capitals, or with a slip.
    """
    words = [(match, words_of(match.group())) for match in re.finditer(r"[\w'’]+", text)]
    present = {word for _, own in words for word in own}
    found: list[tuple[int, str]] = []
    asked = f" {' '.join(word for _, own in words for word in own)} "
    for own, venue in library.venues.items():
        telling = [word for word in own if word not in _VENUE_WORDS]
        whole = bool(own) and f" {' '.join(own)} " in asked
        if whole or (len(telling) > 1 and present.issuperset(telling)):
            found.append((len(own), venue))
    if not found:
        return _short_or_misspelled(library, text)
    found.sort(key=lambda item: (-item[0], item[1]))
    taken = {word for _, venue in found for word in words_of(venue)} - function_words()
    rest = without(text, [m.span() for m, own in words if taken.issuperset(own)])
    return tuple(venue for _, venue in found), rest


def _short_or_misspelled(library: Library, text: str) -> tuple[tuple[str, ...], str]:
    """The venue whose initials stand in a text, or whose name does with a slip."""
    initials = {
        "".join(word[0] for word in own if word not in function_words()): venue
        for own, venue in library.venues.items()
    }
    for match in re.finditer(rf"\b[A-Z]{{{_LETTERS},}}\b", text):
        if venue := initials.get(match.group().lower()):
            return (venue,), without(text, [match.span()])
    if not _CUE.search(text):
        return (), text
    spelled = {" ".join(own): venue for own, venue in library.venues.items()}
    # In small letters each letter stays where it is.
    small = text.lower()
    near = process.extractOne(
        small,
        [name for name in spelled if _LONG <= len(name) <= len(small)],
        scorer=fuzz.partial_ratio,
        score_cutoff=_ALIKE,
    )
    if near is None:
        return (), text
    place = fuzz.partial_ratio_alignment(near[0], small)
    assert place is not None
    start = small.rfind(" ", 0, place.dest_start + 1) + 1
    end = small.find(" ", place.dest_end)
    return (spelled[near[0]],), without(text, [(start, len(text) if end < 0 else end)])


def unknown_venue(rest: str, text: str) -> str:
    """A venue after "published in" and the like that no record has; or "".

    ``rest`` is the ``text`` without its other conditions.
    """
    if not _CUE.search(text):
        return ""
    for match in _UNKNOWN.finditer(rest):
        if all(word.lower() in _NO_VENUE for word in match[1].split()):
            continue
        return match[1].strip(" .")
    return ""


def form_of(paper: Paper) -> str:
    """Whether a paper appeared at a "conference", in a "journal", or as a "preprint"; or ""."""
    kind = dict(paper.extra).get("type", "").lower()
    words = set(words_of(paper.venue))
    if "proceedings" in kind or "conference" in kind or words & _CONFERENCE:
        return "conference"
    if words & {"arxiv", "biorxiv", "medrxiv", "preprint"} or (
        paper.identifiers.arxiv and not paper.venue
    ):
        return "preprint"
    return "journal" if paper.venue else ""


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text without the stretches between these offsets."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text
