"""Runs a tool's work in a thread, with progress and cancellation, and makes its result."""

from __future__ import annotations

import os
from asyncio import CancelledError
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import anyio.from_thread
import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent

from rag.engine import Engine
from rag.errors import PaperchatError
from ui.mcp.budget import as_compact, as_plain
from ui.mcp.papers import Papers

Ctx: TypeAlias = Context[Any, Any]
T = TypeVar("T")


class Call:
    """One call of a tool, as its thread sees it."""

    def __init__(self, papers: Papers, context: Ctx | None) -> None:
        self.papers = papers
        self._context = context

    def engine(self) -> Engine:
        """The engine, without waiting for a language model."""
        if not self.papers.ready:
            self.progress(0, message="Opening the papers")
        engine = self.papers.engine()
        self.check()
        return engine

    def writer(self) -> Engine:
        """The engine with the language model of the settings."""
        self.engine()
        engine = self.papers.writer()
        self.check()
        return engine

    def progress(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Tell the client how far the work is, if it asked for that; ends the work if cancelled."""
        self.check()
        if self._context is not None:
            anyio.from_thread.run(self._context.report_progress, done, total, message)

    def check(self) -> None:
        """Ends the work here if the client has cancelled the call or has gone."""
        anyio.from_thread.check_cancelled()

    @property
    def cancelled(self) -> bool:
        """Whether the client has cancelled the call or has gone."""
        try:
            self.check()
        except CancelledError:
            return True
        return False


class Desk:
    """Where all tools have their work done."""

    def __init__(self, papers: Papers) -> None:
        self.papers = papers
        # Without a model all of it is computing, and more threads than cores only wait.
        self._places = anyio.CapacityLimiter(max(2, os.cpu_count() or 1))

    async def run(self, context: Ctx, work: Callable[[Call], object]) -> CallToolResult:
        """The result of ``work``, done in a thread. Raises ToolError, one line, if that fails."""
        try:
            return result_of(await self.do(work, context))
        except PaperchatError as exc:
            raise ToolError(str(exc)) from exc

    async def do(self, work: Callable[[Call], T], context: Ctx | None = None) -> T:
        """What ``work`` returns, done in a thread; raises what it raises.

        A cancelled call is left at once; its thread ends at its next `Call.check`.
        """
        call = Call(self.papers, context)
        return await anyio.to_thread.run_sync(
            work, call, abandon_on_cancel=True, limiter=self._places
        )


def result_of(value: object) -> CallToolResult:
    """The value as structured content, and as JSON text for clients that read only that."""
    text = TextContent(type="text", text=as_compact(value))
    return CallToolResult(content=[text], structured_content=as_plain(value))
