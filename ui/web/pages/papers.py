"""Papers: a table of the whole corpus beside a map of it.

The script gets the table once, as columns, and the map when it is drawn; searching, sorting and
choosing then cost no more than a few numbers. A paper is named by its place in the table.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rag.errors import InputError
from rag.text.titles import normalise_title
from rag.types import Paper
from ui.exports.cite import byline
from ui.web.calls import Call, Payload, safely
from ui.web.parts import HERE, block
from ui.web.render.papers import address, drawn, opening, sheet_text, sheet_top
from ui.web.service import Service
from ui.web.views import facets


def build(service: Service) -> None:
    """The page. It has no events: its script calls what it needs."""
    block(HERE / "pages" / "papers", elem_id="pc-papers-page", calls=_calls(service))


def _calls(service: Service) -> Sequence[Call]:
    async def list_papers(asked: Payload) -> Payload:
        """The table's columns, in the order of the source; ``key`` names the corpus."""
        engine = await service.engine()
        papers = list(engine.papers.values())
        openings = [_opening(paper) for paper in papers]
        urls, hosts = zip(*map(address, papers), strict=True) if papers else ((), ())
        return {
            "key": engine.browser.key,
            "ids": [paper.paper_id for paper in papers],
            "titles": [paper.title for paper in papers],
            "openings": openings,
            "urls": urls,
            "hosts": hosts,
            "drawn": drawn([(p.title, said) for p, said in zip(papers, openings, strict=True)]),
        }

    async def which_papers(asked: Payload) -> Payload:
        """The corpus's key alone, by which the page knows whether its table is current."""
        return {"key": (await service.engine()).browser.key}

    async def draw_map(asked: Payload) -> Payload:
        """Each paper's point and cluster, and the clusters; waits until the map is computed."""
        engine = await service.engine()
        drawn_map = await asyncio.wrap_future(engine.overview())
        return {
            "points": drawn_map.points,
            "labels": drawn_map.labels,
            "groups": [{"words": group.words, "size": group.size} for group in drawn_map.clusters],
        }

    async def find_papers(asked: Payload) -> Payload:
        """The places of the papers that have the words, and of those near in meaning."""
        engine = await service.engine()
        found = await asyncio.to_thread(engine.browse, str(asked.get("text", ""))[:_LONGEST])
        return {"key": engine.browser.key, "words": found.words, "near": found.near}

    async def open_paper(asked: Payload) -> Payload:
        paper = (await service.engine()).papers.get(str(asked.get("id", "")))
        if paper is None:
            raise InputError("This paper is not in the corpus any more.", "Reload the page.")
        words = normalise_title(str(asked.get("text", ""))[:_LONGEST]).split()
        return {"top": sheet_top(paper, byline(paper)), "text": sheet_text(paper, words)}

    finding = (list_papers, which_papers, draw_map, find_papers, open_paper)
    calls = (*finding, *facets.calls(service))
    return [safely(call) for call in calls]


def _opening(paper: Paper) -> str:
    """Who wrote it, where and when, and how its abstract begins."""
    begins = opening(paper.abstract) if paper.abstract else "no abstract"
    return " · ".join(filter(None, (byline(paper), begins)))


_LONGEST = 400  # characters of what is searched for
