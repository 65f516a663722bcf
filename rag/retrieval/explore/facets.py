"""What the papers of a library can be filtered by, and where they come from. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.types import UNRELIABLE, Paper

_OFFERED = 400  # names of a kind, those of most papers


@dataclass(frozen=True, slots=True)
class Facets:
    """The span of years, if any paper has one, and names, the commonest first.

    ``retracted`` says whether there are papers that should not be relied on.
    """

    years: tuple[int, ...]
    authors: tuple[str, ...]
    venues: tuple[str, ...]
    tags: tuple[str, ...]
    sources: tuple[str, ...]
    retracted: bool


def facets_of(papers: Sequence[Paper]) -> Facets:
    """At most 400 names of a kind."""
    years = [paper.year for paper in papers if paper.year is not None]
    return Facets(
        years=(min(years), max(years)) if years else (),
        authors=_common(author for paper in papers for author in paper.authors),
        venues=_common(paper.venue for paper in papers if paper.venue),
        tags=_common(tag for paper in papers for tag in paper.tags),
        sources=_common(
            source.partition("!")[0].rpartition("/")[2] or source
            for paper in papers
            for source in (paper.source, *paper.other_sources)
        ),
        retracted=any(paper.status in UNRELIABLE for paper in papers),
    )


def sources_of(papers: Sequence[Paper]) -> list[tuple[str, int]]:
    """Each file or reference with its number of papers, the largest first."""
    named = (source for paper in papers for source in (paper.source, *paper.other_sources))
    return Counter(source.partition("!")[0] for source in named).most_common()


def _common(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in Counter(names).most_common(_OFFERED))
