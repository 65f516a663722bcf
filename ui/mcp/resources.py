"""The resources: every paper, listed page by page, and the library's status."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, TypeVar

from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    Resource,
    ResourceTemplateReference,
)

from rag.errors import PaperchatError, UnknownPaperError
from rag.types import Paper
from ui.exports.cite import byline
from ui.mcp.addresses import STATUS, TEMPLATE, always_url, resource_uri
from ui.mcp.budget import as_compact
from ui.mcp.calls import Call, Desk
from ui.mcp.texts import NOTICE
from ui.mcp.tools.library import LibraryTools
from ui.mcp.tools.naming import paper_by_id

T = TypeVar("T")

_PAGE = 100  # papers that one listing has
_COMPLETED = 100  # the protocol's most
_TEXT = "text/plain"


def add_resources(server: MCPServer[Any], desk: Desk, *, writes: bool) -> None:
    """Register the papers' template, its completion, and the status."""
    library = LibraryTools(desk, writes=writes)

    @server.resource(
        STATUS,
        name="status",
        title="Status of the library",
        description="How many papers, from which index, which model answers, what is missing.",
        mime_type="application/json",
    )
    async def status() -> str:
        return as_compact(await _read(desk, library.status))

    @server.resource(
        TEMPLATE,
        name="paper",
        title="One paper",
        description="A paper's title, authors, identifiers and abstract, by its id.",
        mime_type=_TEXT,
    )
    async def paper(id: str) -> str:
        return await _read(desk, lambda call: _as_text(paper_by_id(call.engine(), id)))

    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        if not isinstance(ref, ResourceTemplateReference) or argument.name != "id":
            return None
        return await _read(desk, lambda call: _completed(call, argument.value))

    server.completion()(complete)  # type: ignore[no-untyped-call]


async def _read(desk: Desk, work: Callable[[Call], T]) -> T:
    """What ``work`` returns; its errors as the protocol wants them for resources."""
    try:
        return await desk.do(work)
    except UnknownPaperError as exc:
        raise ResourceNotFoundError(str(exc)) from exc
    except PaperchatError as exc:
        raise ResourceError(str(exc)) from exc


def _as_text(paper: Paper) -> str:
    """A paper for a reader, its abstract marked as the text of others."""
    head = [paper.title, byline(paper), f"Id: {paper.paper_id}", f"URL: {always_url(paper)}"]
    abstract = paper.abstract or "(The library has no abstract of this paper.)"
    return "\n".join(filter(None, head)) + f"\n\n[{NOTICE}]\n\n{abstract}\n"


def _completed(call: Call, typed: str) -> Completion:
    """The ids that begin with what was typed, else those of papers with that title."""
    engine = call.engine()
    ids = [paper_id for paper_id in engine.papers if paper_id.startswith(typed)]
    found = ids or [paper.paper_id for paper in engine.papers_named(typed)]
    more = len(found) > _COMPLETED
    return Completion(values=found[:_COMPLETED], total=len(found), has_more=more)


def paged_listing(desk: Desk) -> ServerMiddleware[Any]:
    """Adds a page of papers to each listing of resources; the first one also has the status.

    The SDK lists what was registered, and all at once; papers come and go, and may be 100,000.
    """

    async def listing(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        result = await call_next(ctx)
        if ctx.method != "resources/list" or not isinstance(result, dict):
            return result
        start = _start((ctx.params or {}).get("cursor"))
        try:
            page = await desk.do(lambda call: _page(call, start))
        except PaperchatError:  # the status tells why there are none
            page = []
        listed = [_listed(paper) for paper in page[:_PAGE]]
        own = result["resources"] if start == 0 else []
        result = {**result, "resources": [*own, *listed]}
        return {**result, "nextCursor": str(start + _PAGE)} if len(page) > _PAGE else result

    return listing


def _start(cursor: Any) -> int:
    """The place in the library where a page begins. Raises MCPError for a cursor not of ours."""
    if cursor is None:
        return 0
    if not (isinstance(cursor, str) and cursor.isascii() and cursor.isdigit() and len(cursor) < 12):
        raise MCPError(INVALID_PARAMS, "This cursor is none of this server. List from the start.")
    return int(cursor)


def _page(call: Call, start: int) -> list[Paper]:
    """The papers of a page, and one more if there is one."""
    return list(islice(call.engine().papers.values(), start, start + _PAGE + 1))


def _listed(paper: Paper) -> dict[str, Any]:
    made = Resource(
        uri=resource_uri(paper.paper_id),
        name=paper.paper_id,
        title=paper.title,
        description=byline(paper) or None,
        mime_type=_TEXT,
    )
    return made.model_dump(by_alias=True, exclude_none=True, mode="json")
