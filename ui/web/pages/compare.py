"""Compare: a table of papers by aspects, with a quote in every cell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import asdict, replace

import gradio as gr
from pydantic import TypeAdapter

from rag.engine import ASPECTS, Engine, PaperSelection, choose_columns
from rag.types import Cell, Paper
from ui.exports.comparisons.saved import LARGEST, read_comparison
from ui.exports.files import export, export_references
from ui.exports.json_text import read_json
from ui.web.calls import Call, Payload, safely
from ui.web.comparing import LONGEST_CELL, compared, texts
from ui.web.gate.requests import asker
from ui.web.parts import HERE, QUIET, block
from ui.web.render.basics.text import escape
from ui.web.service import Service
from ui.web.views.comparison import (
    ComparisonState,
    cell_view,
    update_of,
)

_LONGEST = 400  # characters of what is searched for
_CELL = TypeAdapter(Cell)

STARTS = (
    "How do MultiModN, One Model Multiple Modalities and Image Anything combine modalities?",
    "Which papers reconstruct images from fMRI?",
    "Which papers use Mamba or state space models?",
)


# Columns to begin with beside the known aspects, in words that `Aspect.own` understands.
IDEAS = ("evaluation metric", "model size", "training data", "compute cost", "application")


def build(service: Service) -> None:
    """The page and its events."""

    async def compare(
        event: gr.EventData, request: gr.Request
    ) -> AsyncGenerator[ComparisonState, None]:
        async with aclosing(compared(service, event._data, asker(request))) as states:
            async for state in states:
                yield state

    page = block(
        HERE / "pages" / "compare",
        {"defaults": [aspect.label for aspect in ASPECTS], "ideas": IDEAS},
        elem_id="pc-compare",
        calls=[*_finding(service), *_files(service)],
        events=("compare", "halt"),
    )
    made = page.compare(
        compare, outputs=page, concurrency_limit=None, trigger_mode="multiple", **QUIET
    )
    page.halt(None, cancels=[made], **QUIET)


def _starts(engine: Engine) -> str:
    """Questions to begin with, as HTML: ours where these papers answer them."""
    ours = engine.suggestions.all_answered(STARTS, papers=2)
    return "".join(
        f'<li><button type="button" class="start" data-question="{escape(question)}">'
        f"{escape(question)}</button></li>"
        for question in (STARTS if ours else engine.suggestions.comparable(len(STARTS)))
    )


def _finding(service: Service) -> Sequence[Call]:
    """The calls that find papers and columns."""

    # Computations run in a thread, or everybody would wait.
    async def offer_starts(asked: Payload) -> Payload:
        engine = await service.engine()
        return {"html": await asyncio.to_thread(_starts, engine)}

    async def find_papers(asked: Payload) -> Payload:
        engine, text = await service.engine(), str(asked.get("text", ""))[:_LONGEST]
        return _named(await asyncio.to_thread(engine.papers_named, text))

    async def find_about(asked: Payload) -> Payload:
        engine = await service.engine()
        question = str(asked.get("text", ""))
        papers, _ = await asyncio.to_thread(engine.papers_for, PaperSelection(about=question))
        return _named(papers)

    async def find_near(asked: Payload) -> Payload:
        engine, paper_id = await service.engine(), str(asked.get("id", ""))
        papers, _ = await asyncio.to_thread(engine.papers_for, PaperSelection(nearest=paper_id))
        return _named(papers)

    async def check_column(asked: Payload) -> Payload:
        name, statement = str(asked.get("name", "")), bool(asked.get("statement"))
        (column,) = choose_columns([], [name]) if statement else choose_columns([name], [])
        return {"name": column.label}

    async def propose(asked: Payload) -> Payload:
        engine, papers = await service.engine(), texts(asked.get("papers"))
        made = await asyncio.to_thread(engine.propose, papers)
        return {"names": [proposal.aspect.label for proposal in made.proposals]}

    calls = (offer_starts, find_papers, find_about, find_near, check_column, propose)
    return [safely(call) for call in calls]


def _files(service: Service) -> Sequence[Call]:
    """The calls that change a cell, and make and open files."""

    async def export_comparison(asked: Payload) -> Payload:
        form, text = str(asked.get("format", "")), str(asked.get("text", ""))
        library = (await service.engine()).papers
        made = await asyncio.to_thread(lambda: export(form, read_comparison(text), library))
        return made.payload()

    async def export_chosen(asked: Payload) -> Payload:
        form, ids = str(asked.get("format", "")), texts(asked.get("papers"))
        library = (await service.engine()).papers
        papers = [library[i] for i in ids if i in library]
        return (await asyncio.to_thread(export_references, form, papers)).payload()

    async def open_comparison(asked: Payload) -> Payload:
        text = str(asked.get("text", ""))
        return {"update": await asyncio.to_thread(lambda: update_of(read_comparison(text)))}

    async def correct_cell(asked: Payload) -> Payload:
        text, words = str(asked.get("cell", "")), asked.get("words")
        cell = read_json(_CELL, text, "a cell", LARGEST, "Reload the page.")
        made = replace(cell, corrected=None if words is None else str(words)[:LONGEST_CELL])
        return {"view": cell_view(made), "cell": asdict(made)}

    calls = (correct_cell, export_comparison, export_chosen, open_comparison)
    return [safely(call) for call in calls]


def _named(papers: Sequence[Paper]) -> Payload:
    return {"papers": [{"id": paper.paper_id, "title": paper.title} for paper in papers]}
