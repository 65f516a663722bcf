"""The papers: a page of them, one, as references, and gone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.responses import Response

from rag.engine import Engine
from rag.types import Paper
from ui.api.rest.given import Collection, Given
from ui.api.rest.sending import sent
from ui.api.state import Running
from ui.filters import read_filter

router = APIRouter(tags=["papers"])
_MOST = 500  # papers of one page
_TYPES: Mapping[str, str] = {
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl-json": "application/vnd.citationstyles.csl+json",
}
_TEXT = {"schema": {"type": "string"}}
Id = Annotated[str, Path(description="A paper's id, as search shows it; slashes may stay.")]
Names = Annotated[list[str], Query(description="Any of these.")]
Year = Annotated[int | None, Query(ge=0, le=9999, description="Inclusive.")]


@dataclass(frozen=True, slots=True)
class PaperPage:
    """Papers ``offset`` to ``offset + len(papers)`` of ``total``, in the order of the sources."""

    papers: tuple[Paper, ...]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class RemovedPaper:
    """A paper that was removed; it stays out when its source is read again."""

    paper_id: str
    title: str


class CitationsGiven(Given):
    """The papers to cite, and how."""

    papers: Annotated[tuple[str, ...], Field(min_length=1, max_length=10_000, description="Ids.")]
    form: Annotated[
        Literal["bibtex", "ris", "csl-json"], Field(description="`bibtex`, `ris` or `csl-json`.")
    ] = "bibtex"


@router.get("/papers", response_model=PaperPage, summary="A page of the papers")
async def papers(
    api: Running,
    collection: Collection = None,
    offset: Annotated[int, Query(ge=0, description="How many to leave out.")] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST, description="How many at most.")] = 50,
    first_year: Year = None,
    last_year: Year = None,
    venue: Names = [],  # noqa: B006
    author: Names = [],  # noqa: B006
    source: Names = [],  # noqa: B006
    tag: Names = [],  # noqa: B006
    retracted: Annotated[
        bool | None, Query(description="Only retracted and withdrawn papers, or none of them.")
    ] = None,
) -> Response:
    """All papers, or those that pass the filter."""
    wanted = read_filter(
        {
            "first_year": first_year, "last_year": last_year, "retracted": retracted,
            "venues": venue, "authors": author, "sources": source, "tags": tag,
        }
    )  # fmt: skip

    def found() -> PaperPage:
        library = api.engines.get(collection).library
        within = library.papers_within(library.scope((), wanted))
        return PaperPage(tuple(within[offset : offset + limit]), len(within), offset)

    return sent(await asyncio.to_thread(found))


@router.get("/papers/{paper_id:path}", response_model=Paper, summary="One paper")
async def paper(paper_id: Id, api: Running, collection: Collection = None) -> Response:
    """All that is known of it, with its abstract, which quotes' offsets refer to."""
    engine = await asyncio.to_thread(api.engines.get, collection)
    return sent(_one(engine, paper_id))


@router.delete("/papers/{paper_id:path}", response_model=RemovedPaper, summary="Remove a paper")
async def remove(paper_id: Id, api: Running, collection: Collection = None) -> Response:
    """It stays out when its source is read again, as with `paperchat remove`. Needs a key that may
    write."""

    def gone() -> RemovedPaper:
        removed = api.engines.unopened(collection).remove([paper_id])[0]
        return RemovedPaper(removed.paper_id, removed.title)

    return sent(await asyncio.to_thread(gone))


@router.post(
    "/citations",
    summary="Papers as references",
    response_class=Response,
    responses={200: {"content": {kind: _TEXT for kind in _TYPES.values()}}},
)
async def citations(given: CitationsGiven, api: Running) -> Response:
    """A file for reference managers: BibTeX, RIS or CSL-JSON."""
    from ui.exports.cite import export_papers

    def written() -> str:
        engine = api.engines.get(given.collection)
        return export_papers([_one(engine, i) for i in dict.fromkeys(given.papers)], given.form)

    text = await asyncio.to_thread(written)
    return Response(text, media_type=f"{_TYPES[given.form]}; charset=utf-8")


def _one(engine: Engine, paper_id: str) -> Paper:
    """The paper. Raises UnknownPaperError."""
    found = engine.library.scope((paper_id,))
    return engine.papers[found.papers[0]]
