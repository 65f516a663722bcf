"""What the window does with any list of papers: cites it, and finds papers like one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pydantic import TypeAdapter

from rag.engine import Engine, PaperSelection
from rag.errors import InputError, UnknownPaperError
from rag.types import Paper
from ui.exports.cite import byline
from ui.exports.files import export_list
from ui.exports.json_text import read_value
from ui.web.calls import Call, Payload
from ui.web.render.papers import titled
from ui.web.service import Service
from ui.web.views.marks import read_marks

MOST_CITED = 5_000  # papers of one file
_IDS = TypeAdapter(list[str])


def calls(service: Service) -> Sequence[Call]:
    """The calls of a page's script."""

    async def cite_papers(asked: Payload) -> Payload:
        """These papers as a file in a format of `ui.exports.files.LIST_FORMATS`."""
        ids = read_value(_IDS, asked.get("ids"), "a list of papers", "Reload the page.")
        marks, form = read_marks(asked.get("marks", {})), str(asked.get("format", ""))
        engine = await service.engine()
        papers = _known(engine, ids)
        return (await asyncio.to_thread(export_list, form, papers, marks)).payload()

    async def similar_papers(asked: Payload) -> Payload:
        """The papers nearest to one, the nearest first."""
        engine, paper_id = await service.engine(), str(asked.get("id", ""))
        found = await asyncio.to_thread(_similar, engine, paper_id)
        return {"papers": [_named(paper) for paper in found]}

    return cite_papers, similar_papers


def _known(engine: Engine, ids: Sequence[str]) -> list[Paper]:
    """The papers with these ids, each once. Raises InputError."""
    found = [engine.papers[i] for i in dict.fromkeys(ids) if i in engine.papers]
    if not found:
        raise InputError("None of these papers is in the collection any more.", "Reload the page.")
    if len(found) > MOST_CITED:
        raise InputError(
            f"At most {MOST_CITED:,} papers are cited at once.", "`paperchat export` writes all."
        )
    return found


def _similar(engine: Engine, paper_id: str) -> list[Paper]:
    if paper_id not in engine.papers:
        raise UnknownPaperError("This paper is not in the collection any more.", "Reload the page.")
    return engine.papers_for(PaperSelection(nearest=paper_id))[0][1:]


def _named(paper: Paper) -> Payload:
    """What a line of a list of papers shows; ``drawn`` is the title in markup if it has TeX."""
    return {
        "id": paper.paper_id,
        "title": paper.title,
        "drawn": titled(paper.title),
        "byline": byline(paper),
    }
