"""The tools that find papers and passages: search, fetch, search_papers, get_paper, find_quote."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from mcp_types import CallToolResult
from pydantic import Field

from rag.engine import Engine
from rag.types import Paper, RankedPaper, Scope
from ui.exports.cite import byline
from ui.mcp.addresses import always_url
from ui.mcp.budget import Budget
from ui.mcp.calls import Call, Ctx, Desk
from ui.mcp.texts import NOTICE
from ui.mcp.tools.naming import ids_of, paper_by_id, paper_of
from ui.mcp.tools.parameters import (
    Authors,
    FirstYear,
    LastYear,
    MaxTokens,
    PaperIds,
    Tags,
    Venues,
    Words,
    scope_of,
)
from ui.mcp.tools.shapes import (
    Document,
    FoundPaper,
    FoundPapers,
    Hit,
    Hits,
    QuoteSources,
    WholePaper,
)

_HITS = 10
_HIT_TOKENS, _FETCH_TOKENS = 2_000, 8_000  # of the two tools whose shape has no place for a budget
_MORE = "Ask again with a larger `max_tokens`."
_NAMED = 30  # authors that `fetch` names

Query = Annotated[Words, Field(description="What to look for: words, a question, or a title.")]
PaperId = Annotated[str, Field(description="The paper's id, as `search` gives it.")]


class FindTools:
    """Each method is a tool; its docstring is what an agent reads about it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def search(self, context: Ctx, query: Query) -> Annotated[CallToolResult, Hits]:
        """Search the library; gives ids, titles and URLs of the nearest papers, for `fetch`.

        For clients that know only `search` and `fetch`. Others get more from `search_papers`
        (passages, filters) or `ask` (a checked answer).
        """

        def work(call: Call) -> Hits:
            budget = Budget(_HIT_TOKENS, Hits(()))
            found = [item.paper for item in call.engine().search(query, _HITS)]
            hits = [Hit(paper.paper_id, paper.title, always_url(paper)) for paper in found]
            return Hits(budget.fit("results", hits, _MORE))

        return await self._desk.run(context, work)

    async def fetch(self, context: Ctx, id: PaperId) -> Annotated[CallToolResult, Document]:
        """Fetch one paper that `search` found: its whole abstract with its metadata."""
        return await self._desk.run(context, lambda call: _document(call.engine(), id))

    async def search_papers(
        self,
        context: Ctx,
        query: Query,
        k: Annotated[int, Field(ge=1, le=100, description="How many papers.")] = 10,
        passages: Annotated[
            int, Field(ge=0, le=5, description="Passages of each paper, at most.")
        ] = 1,
        first_year: FirstYear = None,
        last_year: LastYear = None,
        authors: Authors = (),
        venues: Venues = (),
        tags: Tags = (),
        max_tokens: MaxTokens = 4_000,
    ) -> Annotated[CallToolResult, FoundPapers]:
        """Rank the library's papers for a query, each with its best passages and their offsets.

        Use it to explore a subject or to find a paper's id. It always returns the nearest papers,
        even if none is about the query: read the passages. For an answer use `ask`, for a complete
        list `which_papers`.
        """

        def work(call: Call) -> FoundPapers:
            scope = scope_of((), first_year, last_year, authors, venues, tags)
            ranked = call.engine().search(query, k, scope)
            budget = Budget(max_tokens, FoundPapers(()))
            found = [found_paper(item, passages) for item in ranked]
            how = f"{_MORE} Or ask for fewer `passages`."
            return FoundPapers(budget.fit("papers", found, how), budget.left_out)

        return await self._desk.run(context, work)

    async def get_paper(
        self,
        context: Ctx,
        paper_id: Annotated[str, Field(description="The paper's id, or its title.")],
        start: Annotated[
            int, Field(ge=0, description="The character of the abstract to begin at.")
        ] = 0,
        max_tokens: MaxTokens = 4_000,
    ) -> Annotated[CallToolResult, WholePaper]:
        """Everything that is known of one paper: abstract, authors, identifiers, tags, status."""
        return await self._desk.run(
            context, lambda call: whole_paper(paper_of(call.engine(), paper_id), start, max_tokens)
        )

    async def find_quote(
        self,
        context: Ctx,
        text: Annotated[Words, Field(description="The words whose source is sought.")],
        k: Annotated[int, Field(ge=1, le=50, description="How many places, at most.")] = 5,
        papers: PaperIds = (),
        max_tokens: MaxTokens = 4_000,
    ) -> Annotated[CallToolResult, QuoteSources]:
        """Find where words stand: the papers whose abstracts have this text, exactly or nearly.

        Use it to attribute a quotation. An empty result means that no abstract has these words;
        whether the papers say the same in other words, `check_claim` tells.
        """

        def work(call: Call) -> QuoteSources:
            engine = call.engine()
            found = engine.find_quote(text, k, Scope(ids_of(engine, papers)))
            budget = Budget(max_tokens, QuoteSources(()))
            return QuoteSources(budget.fit("sources", found, _MORE), budget.left_out)

        return await self._desk.run(context, work)


def found_paper(item: RankedPaper, passages: int) -> FoundPaper:
    """A found paper with its best ``passages``."""
    paper = item.paper
    return FoundPaper(
        paper.paper_id,
        paper.title,
        paper.url,
        byline(paper),
        round(item.score, 4),
        item.passages[:passages],
        paper.status,
        paper.zotero,
    )


def _document(engine: Engine, paper_id: str) -> Document:
    paper = paper_by_id(engine, paper_id)
    ids = paper.identifiers
    known = {
        "authors": _names(paper),
        "year": str(paper.year or ""),
        "venue": paper.venue,
        "doi": ids.doi or "",
        "arxiv": ids.arxiv or "",
        "status": paper.status,
        "notice": NOTICE,
    }
    metadata = {name: value for name, value in known.items() if value}
    made = Document(paper.paper_id, paper.title, "", always_url(paper), metadata)
    text = Budget(_FETCH_TOKENS, made).cut(paper.abstract)
    if not paper.abstract:
        metadata["left_out"] = "The library has no abstract of this paper."
    elif len(text) < len(paper.abstract):
        rest = f"characters from {len(text)} on: `get_paper` with `start` {len(text)}"
        metadata["left_out"] = rest
    return replace(made, text=text)


def _names(paper: Paper) -> str:
    """The first authors; some papers have thousands."""
    more = len(paper.authors) - _NAMED
    return ", ".join(paper.authors[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def whole_paper(paper: Paper, start: int, max_tokens: int) -> WholePaper:
    """The paper, with so much of its abstract from character ``start`` on as fits."""
    ids = paper.identifiers
    made = WholePaper(
        paper.paper_id,
        paper.title,
        (),
        paper.year,
        paper.venue,
        "",
        start,
        len(paper.abstract),
        paper.urls,
        ids.doi,
        ids.arxiv,
        ids.pmid,
        paper.tags,
        paper.source,
        paper.status,
        paper.zotero,
    )
    budget = Budget(max_tokens, made)
    authors = budget.fit("authors", paper.authors, _MORE)
    rest = paper.abstract[start:]
    text = budget.cut(rest)
    end = start + len(text)
    budget.omit("characters", len(rest) - len(text), f"Ask again with `start` {end}.")
    return replace(made, authors=authors, abstract=text, left_out=budget.left_out)
