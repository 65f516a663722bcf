"""Compare: a table of papers by aspects, with a quote in every cell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import gradio as gr

from rag.engine import ASPECTS, Engine, PaperSelection, choose_columns
from rag.errors import InputError, PaperchatError
from rag.types import Paper
from ui.exports.files import export
from ui.exports.saved import read_comparison
from ui.web.calls import Call, Payload, safely
from ui.web.gate.requests import Asker, asker, unexpected
from ui.web.jobs import pump
from ui.web.mine import engine_for
from ui.web.parts import HERE, QUIET, block
from ui.web.render.text import count, escape, failure
from ui.web.service import Service
from ui.web.views.comparison import ComparisonState, ComparisonView, state_of, waiting_comparison

_LONGEST = 400  # characters of what is searched for

STARTS = (
    "How do MultiModN, One Model Multiple Modalities and Image Anything combine modalities?",
    "Which papers reconstruct images from fMRI?",
    "Which papers use Mamba or state space models?",
)


def build(service: Service) -> None:
    """The page and its events."""

    async def compare(
        event: gr.EventData, request: gr.Request
    ) -> AsyncGenerator[ComparisonState, None]:
        async with aclosing(_compare(service, event._data, asker(request))) as states:
            async for state in states:
                yield state

    page = block(
        HERE / "pages" / "compare",
        {"defaults": [aspect.label for aspect in ASPECTS]},
        elem_id="pc-compare",
        calls=_calls(service),
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


def _calls(service: Service) -> Sequence[Call]:
    """The calls of the page's script, other than comparing."""

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
        engine, papers = await service.engine(), _texts(asked.get("papers"))
        made = await asyncio.to_thread(engine.propose, papers)
        return {"names": [proposal.aspect.label for proposal in made.proposals]}

    async def export_comparison(asked: Payload) -> Payload:
        form, text = str(asked.get("format", "")), str(asked.get("text", ""))
        library = (await service.engine()).papers
        made = await asyncio.to_thread(lambda: export(form, read_comparison(text), library))
        return made.payload()

    async def open_comparison(asked: Payload) -> Payload:
        text = str(asked.get("text", ""))
        return {"state": await asyncio.to_thread(lambda: state_of("", read_comparison(text)))}

    finding = (offer_starts, find_papers, find_about, find_near)
    calls = (*finding, check_column, propose, export_comparison, open_comparison)
    return [safely(call) for call in calls]


def _named(papers: Sequence[Paper]) -> Payload:
    return {"papers": [{"id": paper.paper_id, "title": paper.title} for paper in papers]}


async def _compare(
    service: Service, asked: Payload, by: Asker
) -> AsyncGenerator[ComparisonState, None]:
    """Each state of the comparison that ``asked`` (run, papers, aspects) begins."""
    state = waiting_comparison(str(asked.get("run", "")))
    try:
        if not service.ready:
            yield state
        papers = _texts(asked.get("papers"))
        aspects = choose_columns(_texts(asked.get("aspects")), _texts(asked.get("statements")))
        # Held to the end, so that its model stays open.
        engine = engine_for(await service.engine(), asked.get("mine"))
        names = [aspect.label for aspect in aspects]
        view = ComparisonView(state["run"], len(papers), names, engine.choice)
        with service.line.joined(by.tab, by.address) as ticket:
            async for before in ticket.before():
                yield {**state, "left": f"Waiting for {count(before, 'question')} of others"}
            async with aclosing(pump(lambda: engine.stream_comparison(papers, aspects))) as events:
                async for event in events:
                    state = view.add(event)
                    yield state
    except PaperchatError as exc:
        yield {**state, "state": "failed", "note": failure(exc.what, exc.remedy)}
    except Exception as exc:  # noqa: BLE001 - the edge of the program: the visitor gets a line, the log the details
        line = failure(*unexpected("A comparison failed", exc, "Compare once more.", by.request))
        yield {**state, "state": "failed", "note": line}


def _texts(given: object) -> list[str]:
    """The list of texts that the page sent. Raises InputError for anything else."""
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise InputError("The page sent no list of names.", "Reload it.")
    return given
