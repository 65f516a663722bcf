"""What an answer consists of below its lead, for everything that draws it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.text.names.titles import short_title
from rag.text.wording import has_line_for_paper
from rag.types import ONE_LINE_A_PAPER, Answer, Citation, Claim, Intent, PaperRef


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its claims; ``lines``: each of them is a line of a list."""

    heading: str
    claims: tuple[Claim, ...]
    text: str
    papers: tuple[PaperRef, ...]
    lines: bool


def parts_of(answer: Answer) -> tuple[Part, ...]:
    """The sections of an answer; one with all claims if there are none."""
    lines = has_line_for_paper(answer.intent, answer.claims)
    if not answer.sections:
        return (Part("", answer.claims, "", (), lines),) if answer.claims else ()
    return tuple(
        Part(
            section.heading,
            tuple(answer.claims[at] for at in section.claims),
            section.text,
            section.papers,
            lines,
        )
        for section in answer.sections
    )


def growing(said: Sequence[tuple[str, Claim]], intent: Intent) -> tuple[Part, ...]:
    """The sections of an answer that is being written, of (heading, claim)."""
    parts: list[tuple[str, list[Claim]]] = []
    for heading, claim in said:
        if not parts or parts[-1][0] != heading:
            parts.append((heading, []))
        parts[-1][1].append(claim)
    lines = intent in ONE_LINE_A_PAPER  # as more papers may come
    return tuple(Part(heading, tuple(claims), "", (), lines) for heading, claims in parts)


def named_only(answer: Answer) -> tuple[PaperRef, ...]:
    """The papers that an answer names without citing them: nearest ones, and "maybe"."""
    return (*answer.nearest, *(paper for part in parts_of(answer) for paper in part.papers))


def nearest_shown(answer: Answer) -> tuple[PaperRef, ...]:
    """What comes nearest to a declined question: sentences, or else papers without any.

    Where nothing is about the question, no sentence is near it.
    """
    quoted = tuple(paper for paper in answer.nearest if paper.quotes)
    if quoted and answer.reason != "not_in_corpus":
        return quoted
    return tuple(replace(paper, quotes=()) for paper in answer.nearest)


def paper_of_line(claim: Claim, citations: Mapping[int, Citation]) -> Citation | None:
    """The only paper that a line cites, whose name begins it."""
    return citations.get(claim.citations[0]) if len(claim.citations) == 1 else None


def name_of(paper: Citation | PaperRef) -> str:
    """The short name of a paper."""
    return short_title(paper.title)
