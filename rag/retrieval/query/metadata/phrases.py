"""A stretch of a question that names authors, venues or years, and the patterns to find it by."""

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
# What authors do in a paper.
SAY = rf"(?:{'|'.join(sorted(lexicon('saying_verbs')))})\b"
YEAR = r"(?:19|20)\d\d"
YEAR_GROUP = rf"({YEAR})\b"


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """What reading a filter takes to know of the library.

    ``matching`` counts the papers that a filter lets in, ``mentioning`` those that hold the rarest
    word of a text; ``is_venue`` says whether these words are the whole name of a venue.
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
    """A stretch of a question that states a filter, and what stands there once it is taken out."""

    start: int
    end: int
    instead: str
    filter: Filter

    def taken_out(self, text: str) -> str:
        """``text`` without the phrase."""
        return f"{text[: self.start]} {self.instead} {text[self.end :]}"
