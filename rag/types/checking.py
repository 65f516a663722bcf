"""The values of checking text against papers: claims and quotes. Frozen, without behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.types.answers import PaperRef
from rag.types.papers import PaperStatus, Span

# What the abstracts say of a claim. "partly": they say some of it, or something near it.
ClaimVerdict: TypeAlias = Literal["supported", "partly", "contradicted", "not_found"]


@dataclass(frozen=True, slots=True)
class ClaimSource:
    """What one paper's abstract says of a claim.

    ``quotes`` decided the verdict, the most telling first; there are none for "not_found".
    ``confidence`` is the verdict's probability, 0 to 1.
    """

    paper_id: str
    title: str
    url: str | None
    verdict: ClaimVerdict
    quotes: tuple[Span, ...]
    confidence: float
    status: PaperStatus = ""


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim, and what the papers' abstracts say of it.

    ``verdict`` is that of all papers together: "contradicted" or "supported" where a paper says so,
    and where papers disagree, that of the surer one; ``sources`` then has both sides. ``sources``
    are the papers that say something of the claim, best first; where papers were named, all of
    those. ``nearest`` are papers on its subject that do not say it, if nothing was found.
    ``examined`` counts the papers that were read.
    """

    claim: str
    verdict: ClaimVerdict
    sources: tuple[ClaimSource, ...]
    nearest: tuple[PaperRef, ...]
    examined: int


@dataclass(frozen=True, slots=True)
class QuoteSource:
    """Where a text stands: ``span`` is the passage of the paper's abstract, verbatim.

    ``similarity`` is 1 for the same words, less where some differ; ``exact`` says that only case,
    spaces, hyphens, marks and the spelling of formulas differ. With ``in_title`` the span is one of
    the title instead, because the abstract does not have the text.
    """

    paper_id: str
    title: str
    url: str | None
    span: Span
    exact: bool
    similarity: float
    status: PaperStatus = ""
    in_title: bool = False
