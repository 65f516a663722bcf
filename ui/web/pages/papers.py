"""Papers: a table of the whole corpus beside a map of it.

A paper is named by its place in the table. The script gets rows as they are scrolled into view,
and whatever concerns all papers as packed numbers, so that it works for a hundred thousand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from rag.engine import Engine
from rag.errors import InputError
from rag.text.names.titles import normalise_title
from rag.types import Paper
from ui.exports.cite import byline
from ui.exports.notebook import pin_of
from ui.exports.references.facts import address as best_address
from ui.web import owner
from ui.web.calls import Call, Payload, safely
from ui.web.parts import HERE, block
from ui.web.render.papers import address, drawn, opening, sheet_text, sheet_top
from ui.web.service import Service
from ui.web.views import facets, marks, paper_lists
from ui.web.views.packed import packed

_FIRST = 200  # rows that come with the table
_MOST = 1000  # rows or ids of one call
_LONGEST = 400  # characters of what is searched for
_UNITS = 65535  # of the map's side


def build(service: Service) -> None:
    """The page. It has no events: its script calls what it needs."""
    calls = (
        *table_calls(service), *_searches(service), *facets.calls(service), *marks.calls(service),
        *paper_lists.calls(service),
    )  # fmt: skip
    block(HERE / "pages" / "papers", elem_id="pc-papers-page", calls=[safely(c) for c in calls])


def table_calls(service: Service) -> Sequence[Call]:
    """The calls for the table and the map. ``key`` names the corpus, which may change."""

    async def list_papers(asked: Payload) -> Payload:
        """How many papers there are, and the first rows."""
        engine = await service.engine()
        engine.browser.prepare()
        return await asyncio.to_thread(_opened, engine)

    async def which_papers(asked: Payload) -> Payload:
        """The corpus's key alone, by which the page knows whether its table is current."""
        return await asyncio.to_thread(_key, await service.engine())

    async def show_rows(asked: Payload) -> Payload:
        """The rows at these places; none if the papers are others by now."""
        engine = await service.engine()
        return await asyncio.to_thread(_rows_at, engine, asked)

    async def place_papers(asked: Payload) -> Payload:
        """The ids and places of those of these papers that are here."""
        engine, ids = await service.engine(), asked.get("ids")
        named = [i for i in ids if isinstance(i, str)] if isinstance(ids, list) else []
        known = [i for i in named[:_MOST] if i in engine.papers]
        return {"ids": known, "places": await asyncio.to_thread(engine.browser.places, known)}

    async def order_titles(asked: Payload) -> Payload:
        """Each paper's rank in the order of titles."""
        engine = await service.engine()
        return {"ranks": packed(await asyncio.to_thread(lambda: engine.browser.title_ranks))}

    async def draw_map(asked: Payload) -> Payload:
        """Each paper's point and cluster, and the clusters; waits until the map is computed."""
        engine = await service.engine()
        await asyncio.wrap_future(engine.overview())
        return await asyncio.to_thread(_map, engine)

    async def lay_out_anew(asked: Payload) -> Payload:
        """As `draw_map`, of another layout, which everybody gets; only the owner may ask for it."""
        engine = await service.engine()
        await asyncio.wrap_future(engine.overview(anew=True))
        return await asyncio.to_thread(_map, engine)

    tables = (list_papers, which_papers, show_rows, place_papers, order_titles)
    return *tables, draw_map, owner.alone(lay_out_anew)


def _searches(service: Service) -> Sequence[Call]:
    """The calls that find papers and open one."""

    async def find_papers(asked: Payload) -> Payload:
        """The places of the papers that have the words, and of those near in meaning."""
        engine = await service.engine()
        found = await asyncio.to_thread(engine.browse, str(asked.get("text", ""))[:_LONGEST])
        return {"key": engine.browser.key, "words": packed(found.words), "near": found.near}

    async def open_paper(asked: Payload) -> Payload:
        paper = (await service.engine()).papers.get(str(asked.get("id", "")))
        if paper is None:
            raise InputError("This paper is not in the corpus any more.", "Reload the page.")
        words = normalise_title(str(asked.get("text", ""))[:_LONGEST]).split()
        links = [link for link in (best_address(paper), *paper.urls) if link]
        return {
            "id": paper.paper_id,
            "title": paper.title,
            "top": sheet_top(paper, links),
            "text": sheet_text(paper, words),
        }

    async def pin_words(asked: Payload) -> Payload:
        """The quote that the reader selected, with its place in the abstract."""
        library, text = (await service.engine()).papers, str(asked.get("text", ""))
        near = at if isinstance(at := asked.get("before"), int) else 0
        return {"pin": asdict(pin_of(str(asked.get("id", "")), text, near, library))}

    return find_papers, open_paper, pin_words


def _opened(engine: Engine) -> Payload:
    count = len(engine.papers)
    return {**_key(engine), "count": count, "rows": _rows(engine, range(min(count, _FIRST)))}


def _key(engine: Engine) -> Payload:
    return {"key": engine.browser.key}


def _rows_at(engine: Engine, asked: Payload) -> Payload:
    now, places = _key(engine), _places(asked, len(engine.papers))
    return {**now, "rows": _rows(engine, places) if now["key"] == asked.get("key") else []}


def _rows(engine: Engine, places: Sequence[int]) -> list[Payload]:
    """What the row of each paper shows; ``drawn`` has title and opening in markup, if need be."""
    papers = zip(places, engine.browser.papers_at(places), strict=True)
    return [_row(at, paper) for at, paper in papers]


def _row(at: int, paper: Paper) -> Payload:
    said, (url, host) = _opening(paper), address(paper)
    return {
        "at": at,
        "id": paper.paper_id,
        "title": paper.title,
        "opening": said,
        "url": url,
        "host": host,
        "drawn": drawn(paper.title, said),
    }


def _opening(paper: Paper) -> str:
    """Who wrote it, where and when, and how its abstract begins."""
    begins = opening(paper.abstract) if paper.abstract else "no abstract"
    return " · ".join(filter(None, (byline(paper), begins)))


def _map(engine: Engine) -> Payload:
    """The map for the page: points as pairs of whole numbers, ``units`` of which are its side."""
    made = engine.overview().result()
    points = np.rint(np.array(made.points).reshape(-1, 2) * _UNITS)
    return {
        **_key(engine),
        "points": packed(points, "u2"),
        "labels": packed(made.labels, "u1"),
        "units": _UNITS,
        "groups": [
            {"name": group.name, "size": group.size, "colour": group.colour}
            for group in made.clusters
        ],
        "projected": made.projected,
        "new": made.new,
        "later": len(made.later),
        "outgrown": made.outgrown and owner.at_the_machine(),
        "instead": made.instead,
    }


def _places(asked: Payload, count: int) -> list[int]:
    """The places that the page asked for, of ``count`` papers."""
    given = asked.get("places")
    whole = [at for at in given if isinstance(at, int)] if isinstance(given, list) else []
    return [at for at in whole[:_MOST] if 0 <= at < count]
