"""The tools about the library itself: export_citations, library_status; ingest, remove_papers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from mcp_types import CallToolResult
from pydantic import Field

from rag.engine import status_of
from rag.errors import InputError
from rag.types import PaperRef
from ui.exports.cite import export_papers
from ui.mcp.budget import Budget
from ui.mcp.calls import Call, Ctx, Desk
from ui.mcp.tools.naming import ids_of, paper_by_id
from ui.mcp.tools.parameters import MaxTokens
from ui.mcp.tools.shapes import Exported, Ingested, LibraryStatus, RemovedPapers

_STATUS_TOKENS = 2_000
_MORE = "Ask again with a larger `max_tokens`."

Form = Annotated[
    Literal["bibtex", "ris", "csl-json"], Field(description="The form of the references.")
]


class LibraryTools:
    """Each method is a tool; its docstring is what an agent reads about it."""

    def __init__(self, desk: Desk, *, writes: bool) -> None:
        self._desk = desk
        self._writes = writes

    async def export_citations(
        self,
        context: Ctx,
        papers: Annotated[
            list[str],
            Field(min_length=1, max_length=1000, description="The papers, by id or title."),
        ],
        form: Form = "bibtex",
        max_tokens: MaxTokens = 8_000,
    ) -> Annotated[CallToolResult, Exported]:
        """References of papers as BibTeX, RIS or CSL-JSON, with only what the library knows.

        Use it for a bibliography of what you have cited; do not write references from memory.
        """

        def work(call: Call) -> Exported:
            engine = call.engine()
            found = [engine.papers[paper_id] for paper_id in ids_of(engine, papers)]
            budget = Budget(max_tokens, Exported(form, 0, ""))
            entries = [export_papers([paper], form) for paper in found]
            shown = len(
                budget.fit("papers", entries, "Ask again with only the papers that follow.")
            )
            return Exported(form, shown, export_papers(found[:shown], form), budget.left_out)

        return await self._desk.run(context, work)

    async def library_status(self, context: Ctx) -> Annotated[CallToolResult, LibraryStatus]:
        """What the library has: how many papers, from which index, which model answers, and faults.

        Use it first if a tool says that the index is missing.
        """
        return await self._desk.run(context, self.status, waits=True)

    def status(self, call: Call) -> LibraryStatus:
        """The library's status; reads every file of the index, and opens none."""
        report = status_of(self._desk.papers.settings)
        index = report.index
        made = LibraryStatus(
            report.version,
            self._desk.papers.ready,
            index.papers,
            index.chunks,
            index.folder,
            index.current,
            report.mode,
            report.model,
            report.why,
            report.embedder.name,
            self._writes,
        )
        faults = (*index.damage, *report.missing, *filter(None, [self._desk.papers.trouble]))
        budget = Budget(_STATUS_TOKENS, made)
        missing = budget.fit("faults", faults, "`paperchat status` lists them all.")
        return replace(made, missing=missing, left_out=budget.left_out)


class WriteTools:
    """Each method is a tool; its docstring is what an agent reads about it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ingest(
        self,
        context: Ctx,
        sources: Annotated[
            list[str],
            Field(
                min_length=1,
                max_length=1000,
                description="Files or folders on this machine by absolute path, `arxiv:ID` or "
                "`doi:DOI`.",
            ),
        ],
        max_tokens: MaxTokens = 4_000,
    ) -> Annotated[CallToolResult, Ingested]:
        """Read papers into the library: files and folders, or single papers by arXiv id or DOI.

        What is there already is updated. Papers of other sources stay.
        """

        def work(call: Call) -> Ingested:
            _check(sources)
            ledger = call.papers.closed().sync(
                sources,
                lambda done, total: call.tell("Reading papers", done, total),
                stop=lambda: call.cancelled,
            )
            budget = Budget(max_tokens, Ingested(0, 0, 0, 0, 0))
            return Ingested(
                ledger.added,
                ledger.updated,
                ledger.unchanged,
                ledger.removed,
                ledger.papers,
                budget.fit("rejected", ledger.rejected, _MORE),
                budget.left_out,
            )

        return await self._desk.run(context, work, waits=True)

    async def remove_papers(
        self,
        context: Ctx,
        papers: Annotated[
            list[str], Field(min_length=1, max_length=1000, description="The papers, by id.")
        ],
        max_tokens: MaxTokens = 4_000,
    ) -> Annotated[CallToolResult, RemovedPapers]:
        """Take papers out of the library; they stay out when their files are read again.

        All or none: an unknown id removes nothing. Ask the user first.
        """

        def work(call: Call) -> RemovedPapers:
            engine = call.engine()
            gone = engine.remove([paper_by_id(engine, given).paper_id for given in papers])
            removed = [PaperRef(item.paper_id, item.title) for item in gone]
            made = RemovedPapers((), "paperchat restore ID ...")
            budget = Budget(max_tokens, made)
            shown = budget.fit("removed", removed, "`paperchat restore` lists them all.")
            return replace(made, removed=shown, left_out=budget.left_out)

        return await self._desk.run(context, work)


def _check(sources: list[str]) -> None:
    """Raises InputError for a source that depends on where the server was started, or is a URL."""
    for source in sources:
        scheme, colon, _ = source.partition(":")
        if colon and scheme.lower() in ("arxiv", "doi"):
            continue
        if "://" in source:
            raise InputError(
                f"{source[:200]!r} is a URL.", "Give a file's path, arxiv:ID or doi:DOI."
            )
        if not Path(source).expanduser().is_absolute():
            raise InputError(f"{source[:200]!r} is no absolute path.", "Give the whole path.")
