"""The table of all tools: what each is called, and what it may do to its surroundings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations

from ui.mcp.calls import Desk
from ui.mcp.tools.answering import AnswerTools
from ui.mcp.tools.finding import FindTools
from ui.mcp.tools.library import LibraryTools, WriteTools

_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_ADDS = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True
)
_REMOVES = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False
)


def tools_of(desk: Desk, *, writes: bool) -> list[Tool]:
    """All tools, in the order in which agents read them; with ``writes`` those that change."""
    find, answer, library = FindTools(desk), AnswerTools(desk), LibraryTools(desk, writes=writes)
    tools = [
        _tool(answer.ask, "Answer a question"),
        _tool(answer.which_papers, "List papers on a topic"),
        _tool(find.search_papers, "Search papers"),
        _tool(find.get_paper, "Get one paper"),
        _tool(answer.check_claim, "Check a claim"),
        _tool(find.find_quote, "Find a quote's source"),
        _tool(answer.compare_papers, "Compare papers"),
        _tool(library.export_citations, "Export citations"),
        _tool(library.library_status, "Library status"),
        _tool(find.search, "Search (ids and titles)"),
        _tool(find.fetch, "Fetch (one document)"),
    ]
    if writes:
        write = WriteTools(desk)
        tools += [
            _tool(write.ingest, "Add papers", _ADDS),
            _tool(write.remove_papers, "Remove papers", _REMOVES),
        ]
    return tools


def _tool(method: Callable[..., Any], title: str, hints: ToolAnnotations = _READS) -> Tool:
    made = Tool.from_function(
        method,
        title=title,
        description=inspect.getdoc(method),
        annotations=hints,
        structured_output=True,
    )
    made.parameters["additionalProperties"] = False  # a misspelt parameter is not ignored
    for schema in (made.parameters, made.output_schema):
        _drop_titles(schema)
    return made


def _drop_titles(schema: Any) -> None:
    """Take out the titles that pydantic makes of names: an agent's context pays for each."""
    for part in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(part, dict | list):
            _drop_titles(part)
    if isinstance(schema, dict) and isinstance(schema.get("title"), str):
        del schema["title"]
