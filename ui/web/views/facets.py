"""Filters in the window: the values to choose from, and the papers that a filter lets in."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence

from rag.text.wording import describe
from rag.types import UNRELIABLE, Paper
from ui.filters import read_filter
from ui.web.calls import Call, Payload
from ui.web.service import Service

_OFFERED = 400  # names of a kind, those of most papers


def calls(service: Service) -> Sequence[Call]:
    """The calls of a page's script to offer filters and to try one."""

    async def list_facets(asked: Payload) -> Payload:
        engine = await service.engine()
        return await asyncio.to_thread(facets, list(engine.papers.values()))

    async def try_filter(asked: Payload) -> Payload:
        """The filter in words, and the places of the papers that it lets in."""
        wanted = read_filter(asked.get("filter"))
        engine = await service.engine()
        places = await asyncio.to_thread(engine.browser.within, wanted)
        return {"words": describe(wanted), "places": places}

    return list_facets, try_filter


def facets(papers: Sequence[Paper]) -> Payload:
    """What the papers can be filtered by: the span of years, and names, the commonest first."""
    years = [paper.year for paper in papers if paper.year is not None]
    return {
        "years": [min(years), max(years)] if years else [],
        "authors": _common(author for paper in papers for author in paper.authors),
        "venues": _common(paper.venue for paper in papers if paper.venue),
        "retracted": any(paper.status in UNRELIABLE for paper in papers),
        "tags": _common(tag for paper in papers for tag in paper.tags),
        "sources": _common(
            source.partition("!")[0].rpartition("/")[2] or source
            for paper in papers
            for source in (paper.source, *paper.other_sources)
        ),
    }


def _common(names: Iterable[str]) -> list[str]:
    return [name for name, _ in Counter(names).most_common(_OFFERED)]
