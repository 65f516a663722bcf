"""Filters in the window: what there is to filter by, and what a filter comes to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rag.text.wording import describe
from rag.types import Filter, Paper, Scope
from ui.filtering import read_filter
from ui.web.calls import Asked, Call
from ui.web.service import Service

if TYPE_CHECKING:
    from rag.index.library import Library

_OFFERED = 400  # names of a kind, those of most papers


def calls(service: Service) -> Sequence[Call]:
    """What a page's script calls to offer filters, and to try one."""

    async def list_facets(asked: Asked) -> Asked:
        papers = (await service.desk()).catalogue.library.papers
        return await asyncio.to_thread(facets, papers)

    async def try_filter(asked: Asked) -> Asked:
        """The filter in words, and the places of the papers that it lets in."""
        wanted = read_filter(asked.get("filter"))
        library = (await service.desk()).catalogue.library
        return {
            "words": describe(wanted),
            "places": await asyncio.to_thread(within, library, wanted),
        }

    return list_facets, try_filter


def within(library: Library, wanted: Filter) -> list[int]:
    """The places of the papers that the filter lets in, in order."""
    ids = set(library.lexical.within(Scope(filter=wanted), len(library.papers)))
    return [at for at, paper in enumerate(library.papers) if paper.paper_id in ids]


def facets(papers: Sequence[Paper]) -> Asked:
    """What the papers can be told apart by: the span of years, and names, the commonest first."""
    years = [paper.year for paper in papers if paper.year is not None]
    return {
        "years": [min(years), max(years)] if years else [],
        "authors": _common(author for paper in papers for author in paper.authors),
        "venues": _common(paper.venue for paper in papers if paper.venue),
        "tags": _common(tag for paper in papers for tag in paper.tags),
        "sources": _common(
            source.partition("!")[0].rpartition("/")[2] or source
            for paper in papers
            for source in (paper.source, *paper.other_sources)
        ),
    }


def _common(names: Iterable[str]) -> list[str]:
    return [name for name, _ in Counter(names).most_common(_OFFERED)]
