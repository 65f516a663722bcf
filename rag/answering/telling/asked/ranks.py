"""Reads by what a question orders papers: "the newest", "most authors", "the longest title"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rag.query.extremes import direction_of
from rag.text.lexicons import table
from rag.text.words import words_of
from rag.types import Paper

_OF_SIZE = frozenset(
    "most more fewest fewer least longest longer shortest shorter largest larger biggest bigger"
    " smallest smaller greatest highest lowest".split()
)
_OF_ADJECTIVES = ("most", "more", "least", "less")
_OF_NUMBER = ("different", "individual", "listed", "named", "number", "of", "co", "separate")
_OF_LENGTH = ("longest", "longer", "shortest", "shorter")
_REACH = 4  # words between "longest" and "title"
_PAGES = re.compile(r"(\d+)\s*[-–—]+\s*(\d+)")


def _year(paper: Paper) -> int | None:
    return paper.year


def _authors(paper: Paper) -> int | None:
    return len(paper.authors) or None


def _title(paper: Paper) -> int | None:
    return len(paper.title.split())


def _abstract(paper: Paper) -> int | None:
    return len(paper.abstract.split()) or None


def _pages(paper: Paper) -> int | None:
    pages = _PAGES.search(dict(paper.extra).get("pages", ""))
    return int(pages[2]) - int(pages[1]) + 1 if pages and int(pages[2]) >= int(pages[1]) else None


@dataclass(frozen=True, slots=True)
class Countable:
    """What papers can be ordered by: ``value`` of a paper, None if its record has none.

    ``shown`` is its noun; ``has`` says of the first paper what it has more or most of.
    """

    value: Callable[[Paper], int | None]
    shown: str
    has: str


_COUNTABLE: Mapping[str, Countable] = MappingProxyType(
    {
        "year": Countable(_year, "year", ""),
        "authors": Countable(_authors, "author", "authors"),
        "title": Countable(_title, "word", "words in its title"),
        "abstract": Countable(_abstract, "word", "words in its abstract"),
        "pages": Countable(_pages, "page", "pages"),
    }
)
_NEWER = re.compile(
    r"\b(?:newer|newest|more recent|most recent|most current|latest|later|younger|youngest"
    r"|last paper)\b",
    re.IGNORECASE,
)
_OLDER = re.compile(
    r"\b(?:older|oldest|earlier|earliest|first paper|first published|published first"
    r"|came (?:out )?first)\b",
    re.IGNORECASE,
)
_LATEST_PAPER = re.compile(
    r"\b(?:newest|most recent|latest|youngest|oldest|earliest)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:paper|article|study|work|publication|one)s?\b"
    # "what's newest on hail"
    r"|\b(?:newest|most recent|latest|oldest|earliest)\s+(?:on|about)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rank:
    """An order of papers by a ``field`` of their records, the highest or the lowest first."""

    field: str
    highest: bool

    @property
    def by(self) -> Countable:
        """What is counted."""
        return _COUNTABLE[self.field]

    def first_of(self, count: int) -> str:
        """What the first of so many papers is or has."""
        if self.field == "year":
            newer, newest = ("newer", "newest") if self.highest else ("older", "oldest")
            return f"is the {newer} of the two" if count == 2 else f"is the {newest}"
        more, most = ("more", "the most") if self.highest else ("fewer", "the fewest")
        return f"has {more if count == 2 else most} {self.by.has}"


def dates_paper(text: str) -> bool:
    """Whether a text speaks of the newest or oldest paper, perhaps of those on a topic."""
    return bool(_LATEST_PAPER.search(text))


def rank_asked(text: str) -> Rank | None:
    """The order in which a question asks for the first paper; None if it asks for none.

    A superlative or comparative counts with the noun after it, else with that before it: "most
    authors", "whose title is longest". "Most papers" orders no papers.
    """
    if _NEWER.search(text) or _OLDER.search(text):
        return Rank("year", highest=bool(_NEWER.search(text)))
    words = words_of(text)
    for at, word in enumerate(words):
        behind, before = words[at + 1 : at + 1 + _REACH], words[max(0, at - _REACH) : at][::-1]
        direction = direction_of(word)
        bound = behind[:1] in (["than"], ["or"]) or before[:1] == ["at"]  # "at least three"
        if word not in _OF_SIZE or bound:
            continue
        if word in _OF_ADJECTIVES and not _noun(behind[:1]):
            behind = [w for w in behind if w in _OF_NUMBER or _noun([w])]  # not "most prolific"
            if words[at + 1 : at + 2] != behind[:1]:
                continue
        noun = _noun(behind) or _noun(before)
        if noun == "papers":
            noun = "pages" if word in _OF_LENGTH else ""
        if noun:
            return Rank(noun, direction > 0)
    return None


def _noun(words: Sequence[str]) -> str:
    """The countable field that is named first among words, or "papers"; "" if none is."""
    nouns = {word: name for name, own in table("countable_fields").items() for word in own}
    return next((nouns[word] for word in words if word in nouns), "")
