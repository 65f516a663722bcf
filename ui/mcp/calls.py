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

_WAITING = 32  # calls at once


class Call:
    """One call of a tool, as its thread sees it."""

    def __init__(self, papers: Papers, context: Ctx | None) -> None:
        self.papers = papers
        self._context = context
        self._told = 0

    def engine(self) -> Engine:
        """The engine, without waiting for a language model."""
        if not self.papers.ready:
            self.tell("Opening the papers")
        engine = self.papers.engine()
        self.check()
        return engine

    def writer(self) -> Engine:
        """The engine with the language model of the settings."""
        self.engine()
        if not self.papers.writer_ready:
            self.tell("Opening the language model")
        engine = self.papers.writer()
        self.check()
        return engine

    def tell(self, message: str, done: int | None = None, total: int | None = None) -> None:
        """Tell the client how far the work is, if it asked for that: ``done`` of ``total`` steps.

        Without ``done`` it is one step more than before. Says nothing once the call is cancelled.
        """
        self._told = max(self._told + 1, done or 0)
        if self._context is not None and not self.cancelled:
            report = self._context.report_progress
            anyio.from_thread.run(report, self._told if done is None else done, total, message)

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
        # What computes has a place for each core: more threads would only wait for one another.
        self._computing = anyio.CapacityLimiter(max(2, os.cpu_count() or 1))
        self._waiting = anyio.CapacityLimiter(_WAITING)

    async def run(
        self, context: Ctx, work: Callable[[Call], object], *, waits: bool = False
    ) -> CallToolResult:
        """The result of ``work``, done in a thread. Raises ToolError, one line, if that fails.

        ``waits``: the work mostly waits, for a language model, a catalogue or a disk.
        """
        try:
            return result_of(await self.do(work, context, waits=waits))
        except PaperchatError as exc:
            raise ToolError(str(exc)) from exc

    async def do(
        self, work: Callable[[Call], T], context: Ctx | None = None, *, waits: bool = False
    ) -> T:
        """What ``work`` returns, done in a thread; raises what it raises.

        A cancelled call is left at once; its thread ends at its next `Call.check`.
        """
        call = Call(self.papers, context)
        places = self._waiting if waits else self._computing
        return await anyio.to_thread.run_sync(work, call, abandon_on_cancel=True, limiter=places)

    @property
    def asks_model(self) -> bool:
        """Whether a language model writes the answers, so that they are mostly waited for."""
        return self.papers.wanted.mode != "quotes"


def result_of(value: object) -> CallToolResult:
    """The value as structured content, and as JSON text for clients that read only that."""
    text = TextContent(type="text", text=as_compact(value))
    return CallToolResult(content=[text], structured_content=as_plain(value))
