"""Compare: papers by aspects, a matrix with a quote in every cell."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

import gradio as gr

from rag.comparing.papers import papers_about, papers_near, search_papers
from rag.decisions.aspects import ASPECTS, choose_columns
from rag.errors import InputError, PaperchatError
from rag.retrieval.query.kinds import check_question
from rag.types import Paper
from ui.exports import export
from ui.render.text import escape, failure
from ui.saved import read_comparison
from ui.web.board import Board, BoardView, bare, board_of
from ui.web.calls import Asked, Call, safely
from ui.web.parts import HERE, QUIET, block
from ui.web.pump import pump
from ui.web.service import Service

if TYPE_CHECKING:
    from rag.answering.flow import Assistant

log = logging.getLogger(__name__)

_AT_ONCE = 4  # comparisons made side by side; more wait in the queue
_LONGEST = 400  # characters of what is searched for

STARTS = (
    "How do MultiModN, One Model Multiple Modalities and Image Anything combine modalities?",
    "Which papers reconstruct images from fMRI?",
    "Which papers use Mamba or state space models?",
)


def build(service: Service) -> None:
    """The page and its events."""

    async def compare(event: gr.EventData) -> AsyncGenerator[Board, None]:
        async with aclosing(_compare(service, event._data)) as boards:
            async for board in boards:
                yield board

    page = block(
        HERE / "pages" / "compare",
        {"defaults": [aspect.label for aspect in ASPECTS]},
        elem_id="pc-compare",
        calls=_calls(service),
        events=("compare", "halt"),
    )
    made = page.compare(
        compare, outputs=page, concurrency_limit=_AT_ONCE, trigger_mode="multiple", **QUIET
    )
    page.halt(None, cancels=[made], **QUIET)


def _starts(assistant: Assistant) -> str:
    """Questions to begin with, as HTML: ours where these papers answer them."""
    from rag.answering.suggestions import comparable

    ours = all(len(assistant.answering(question)) > 1 for question in STARTS)
    return "".join(
        f'<li><button type="button" class="start" data-question="{escape(question)}">'
        f"{escape(question)}</button></li>"
        for question in (STARTS if ours else comparable(assistant, len(STARTS)))
    )


def _calls(service: Service) -> Sequence[Call]:
    """What the page's script asks for between two comparisons."""

    # A desk is held while it is used; what computes does so in a thread, or everybody would wait.
    async def offer_starts(asked: Asked) -> Asked:
        desk = await service.desk()
        return {"html": await asyncio.to_thread(_starts, desk.assistant)}

    async def find_papers(asked: Asked) -> Asked:
        desk, text = await service.desk(), str(asked.get("text", ""))[:_LONGEST]
        return _named(await asyncio.to_thread(search_papers, desk.comparer.library, text))

    async def find_about(asked: Asked) -> Asked:
        desk = await service.desk()
        question = check_question(str(asked.get("text", "")), service.settings.max_question)
        return _named(await asyncio.to_thread(papers_about, desk.comparer.library, question))

    async def find_near(asked: Asked) -> Asked:
        desk, paper_id = await service.desk(), str(asked.get("id", ""))
        desk.comparer.library.scope([paper_id])
        paper = desk.papers[paper_id]
        return _named(await asyncio.to_thread(papers_near, desk.comparer.library, paper))

    async def check_column(asked: Asked) -> Asked:
        name, statement = str(asked.get("name", "")), bool(asked.get("statement"))
        (column,) = choose_columns([], [name]) if statement else choose_columns([name], [])
        return {"name": column.label}

    async def propose(asked: Asked) -> Asked:
        desk, papers = await service.desk(), _texts(asked.get("papers"))
        made = await asyncio.to_thread(desk.comparer.propose, papers)
        return {"names": [proposal.aspect.label for proposal in made.proposals]}

    async def export_board(asked: Asked) -> Asked:
        form, text = str(asked.get("format", "")), str(asked.get("text", ""))
        return dict(await asyncio.to_thread(lambda: export(form, read_comparison(text))))

    async def open_board(asked: Asked) -> Asked:
        text = str(asked.get("text", ""))
        return {"board": await asyncio.to_thread(lambda: board_of("", read_comparison(text)))}

    finding = (offer_starts, find_papers, find_about, find_near)
    calls = (*finding, check_column, propose, export_board, open_board)
    return [safely(call) for call in calls]


def _named(papers: Sequence[Paper]) -> Asked:
    return {"papers": [{"id": paper.paper_id, "title": paper.title} for paper in papers]}


async def _compare(service: Service, asked: Asked) -> AsyncGenerator[Board, None]:
    """Each state of the board that ``asked`` (run, papers, aspects) begins."""
    board = bare(str(asked.get("run", "")))
    try:
        if not service.ready:
            yield board
        papers = _texts(asked.get("papers"))
        aspects = choose_columns(_texts(asked.get("aspects")), _texts(asked.get("statements")))
        desk = await service.desk()  # held to the end: its model is then open to the end
        comparer = desk.comparer
        names = [aspect.label for aspect in aspects]
        view = BoardView(board["run"], len(papers), names, comparer.choice)
        async with aclosing(pump(lambda: comparer.stream(papers, aspects))) as events:
            async for event in events:
                board = view.add(event)
                yield board
    except PaperchatError as exc:
        yield {**board, "state": "failed", "note": failure(exc.what, exc.remedy)}
    except Exception:  # the edge of the program: the visitor gets a line, the log the details
        log.exception("a comparison failed")
        line = failure("Something went wrong here.", "Compare once more.")
        yield {**board, "state": "failed", "note": line}


def _texts(given: object) -> list[str]:
    """The list of texts that the page sent. Raises InputError for anything else."""
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise InputError("The page sent no list of names.", "Reload it.")
    return given
