"""Phrases of a question that name authors, venues or years, and patterns to find them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.text.lexicons import lexicon
from rag.types import Filter

MANY_PAPERS = r"(?:papers|works|articles|studies|publications|preprints)\b"
PAPERS = (
    r"\b(?:papers?|works?|articles?|stud(?:y|ies)|publications?|preprints?|abstracts?|surveys?"
    r"|research)"
)
WRITTEN = (
    r"\b(?:(?:that|which)\s+(?:was|were|is|are|ha(?:s|ve)\s+been)\s+)?"
    r"(?:(?:co-?)?authored|written|published|appeared|appearing|accepted|presented)"
)
# Those who work with an author: "and colleagues", "'s group".
GROUP = (
    r"(?:team|group|lab(?:oratory)?|colleagues|co-?workers|co-?authors|collaborators|associates"
    r"|others)\b"
)
AND_OTHERS = (
    rf"(?:\s+et\.?\s+al\b\.?|\s+and\s+(?:(?:his|her|their|the)\s+)?{GROUP}|['’]s?\s+{GROUP})"
)
ACCORDING_TO = r"\baccording\s+to\s+"
# Before those of whom it is asked what they did.
ASKED_OF = r"\b(?:what|how|why)\s+(?:did|has|have|had)\s+"
# Verbs for what authors do in a paper.
SAY = rf"(?:{'|'.join(sorted(lexicon('saying_verbs')))})\b"
YEAR = r"(?:19|20)\d\d"
YEAR_GROUP = rf"({YEAR})\b"


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """What finding a filter needs to know about the library.

    ``matching`` counts the papers that pass a filter, ``mentioning`` those that have the rarest
    word of a text; ``is_venue`` says whether some words are the whole name of a venue.
    """

    matching: Callable[[Filter], int]
    mentioning: Callable[[str], int]
    is_venue: Callable[[tuple[str, ...]], bool]

    @property
    def has_years(self) -> bool:
        """Whether any paper has a year."""
        return self.matching(Filter(first_year=1)) > 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that states a filter: ``text[start:end]``, to be replaced by ``instead``."""

    start: int
    end: int
    instead: str
    filter: Filter

    def taken_out(self, text: str) -> str:
        """``text`` with ``instead`` in place of the phrase."""
        return f"{text[: self.start]} {self.instead} {text[self.end :]}"
