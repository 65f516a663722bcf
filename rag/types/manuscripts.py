"""The values of checking a manuscript: its text, its sentences with verdicts, and its citations.

Offsets of sentences are character offsets into their passage: ``passage.text[start:end]``; those of
quotes are into the quoted paper's abstract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from rag.types.checking import ClaimSource
from rag.types.papers import PaperStatus, Span

# The formats of manuscripts by the endings of files.
MANUSCRIPTS: Mapping[str, str] = MappingProxyType(
    {
        ".md": "Markdown",
        ".markdown": "Markdown",
        ".qmd": "Markdown",
        ".rmd": "Markdown",
        ".tex": "LaTeX",
        ".latex": "LaTeX",
        ".docx": "Word",
        ".txt": "plain text",
        ".text": "plain text",
    }
)

# Beside what abstracts say of a claim: the cited paper is "not_in_library"; the sentence cites
# without saying anything of the paper, "not_checked"; or it cites nothing, "uncited".
SentenceVerdict: TypeAlias = Literal[
    "supported", "partly", "contradicted", "not_found", "not_in_library", "not_checked", "uncited"
]
PassageKind: TypeAlias = Literal["heading", "paragraph", "footnote"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file: a line, or in Word a paragraph or footnote, from 1."""

    file: str
    unit: Literal["line", "paragraph", "footnote"]
    number: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, a paragraph or a footnote as text without markup, on one line."""

    kind: PassageKind
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class CitedWork:
    """One entry of the manuscript's bibliography that is cited, or what is cited without one.

    ``key`` is as the manuscript cites it: a key, a number, a DOI, "Smith et al., 2020".
    ``paper_id`` is empty if the library does not have it; ``problem`` says why nothing is known of
    it, such as "no entry of the bibliography has this key". ``sentences`` are places in
    `CheckedManuscript.sentences`, from 0.
    """

    key: str
    title: str
    paper_id: str
    problem: str
    sentences: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """One cited paper, and what its abstract says of ``claim``, the part of the sentence it is for.

    ``quotes`` are empty unless the verdict rests on some; ``confidence`` is the verdict's
    probability, 0 if nothing was checked. ``paper_id`` is empty for "not_in_library".
    """

    key: str
    claim: str
    verdict: SentenceVerdict
    paper_id: str
    title: str
    url: str | None
    quotes: tuple[Span, ...]
    confidence: float
    status: PaperStatus = ""


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence that cites, or one that cites nothing and that papers of the library say.

    ``why`` says in words what the verdict does not: why nothing was checked, or what is missing.
    ``citations`` are in the order of the text; ``papers`` are those that say an "uncited" sentence.
    """

    text: str
    passage: int
    start: int
    end: int
    place: Place
    verdict: SentenceVerdict
    why: str
    citations: tuple[CheckedCitation, ...] = ()
    papers: tuple[ClaimSource, ...] = ()


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """An event: ``done`` of ``total`` sentences are checked.

    ``sentence`` is the last of them, or None if there is nothing to say of it.
    """

    sentence: CheckedSentence | None
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class CheckedManuscript:
    """A manuscript with the verdicts of its sentences.

    ``examined`` counts the sentences that were read, also those of which there is nothing to say.
    ``notes`` are what the author should know of the reading, such as a file that is missing.
    """

    name: str
    format: str
    passages: tuple[Passage, ...]
    sentences: tuple[CheckedSentence, ...]
    works: tuple[CitedWork, ...]
    notes: tuple[str, ...]
    examined: int
    papers: int
    seconds: float


ManuscriptEvent: TypeAlias = SentenceChecked | CheckedManuscript
