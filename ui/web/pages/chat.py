"""Chat: a conversation and its sources.

It is one block with a script rather than a ``gr.Chatbot``. A Chatbot renders every message again
for each change (a screen reader would read it again, a selection is lost), strips the attributes
that a citation needs, and has no place for sources.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import gradio as gr

from rag.errors import InputError, PaperchatError
from rag.types import Finished, Scope, Turn
from ui.exports.bundle import read_bundle
from ui.exports.conversation import read_conversation
from ui.exports.files import export_answer, export_conversation
from ui.feedback import case_of, drop_case, feedback_file, save_case
from ui.web import owner
from ui.web.calls import Call, Payload, safely
from ui.web.gate.metrics import outcome_of_turn
from ui.web.gate.requests import Asker, asker, unexpected
from ui.web.jobs import pump
from ui.web.mine import engine_for
from ui.web.parts import HERE, QUIET, block
from ui.web.render.basics.status import who_writes
from ui.web.service import Service
from ui.web.views import facets
from ui.web.views.marks import own_filter
from ui.web.views.turn import TurnState, TurnView, failed_turn, waiting_turn
from ui.web.views.welcome import Welcome

_HISTORY = 20  # last messages of a conversation that the engine gets


def build(service: Service) -> None:
    """The page and its events."""

    async def ask(event: gr.EventData, request: gr.Request) -> AsyncGenerator[TurnState, None]:
        answer = _answer(service, event._data, asker(request))
        async with aclosing(service.metrics.questions(answer, outcome_of_turn)) as states:
            async for state in states:
                yield state

    page = block(
        HERE / "pages" / "chat",
        elem_id="pc-chat",
        calls=_calls(service),
        events=("ask", "halt"),
    )
    asked = page.ask(ask, outputs=page, concurrency_limit=None, trigger_mode="multiple", **QUIET)
    page.halt(None, cancels=[asked], **QUIET)


def _calls(service: Service) -> Sequence[Call]:
    """The calls of the page's script, other than asking."""
    welcome = Welcome()

    async def hello(asked: Payload) -> Payload:
        engine = await service.engine()
        return dict(await asyncio.to_thread(welcome.hello, engine, service.status.settled))

    async def export_turn(asked: Payload) -> Payload:
        form, text = str(asked.get("format", "")), str(asked.get("text", ""))
        library = (await service.engine()).papers
        made = await asyncio.to_thread(lambda: export_answer(form, read_bundle(text), library))
        return made.payload()

    async def export_talk(asked: Payload) -> Payload:
        form, text = str(asked.get("format", "")), str(asked.get("text", ""))
        library = (await service.engine()).papers
        said = await asyncio.to_thread(read_conversation, text)
        return (await asyncio.to_thread(export_conversation, form, said, library)).payload()

    async def rate_turn(asked: Payload) -> Payload:
        file, thumb = feedback_file(service.index), asked.get("thumb")
        reason, rating = str(asked.get("reason", "")), str(asked.get("rating", ""))
        if thumb is None:
            await asyncio.to_thread(drop_case, rating, file)
            return {"rating": ""}
        if thumb not in ("up", "down"):
            raise InputError("That is not a rating.", "Reload the page.")
        answer = read_bundle(str(asked.get("text", ""))).answer
        history, papers = read_history(asked.get("history")), read_papers(asked.get("papers"))
        case = case_of(answer, history, thumb, reason, papers, rating)
        await asyncio.to_thread(save_case, case, file)
        return {"rating": case.id}

    calls = (hello, export_turn, export_talk, owner.alone(rate_turn), *facets.calls(service))
    return [safely(call) for call in calls]


async def _answer(
    service: Service, asked: dict[str, Any], by: Asker
) -> AsyncGenerator[TurnState, None]:
    """Each state of the turn that ``asked`` (turn, question, history, papers, mine) begins."""
    question, history = str(asked.get("question", "")), read_history(asked.get("history"))
    state = waiting_turn(str(asked.get("turn", "")))
    try:
        if not service.ready:
            yield state
        wanted = own_filter(asked.get("filter"), by.why_not)
        scope = Scope(read_papers(asked.get("papers")), wanted)
        engine = engine_for(await service.engine(), asked.get("mine"))
        view = TurnView(state["turn"], engine.papers, who_writes(engine.choice))
        with service.line.joined(by.tab, by.address) as ticket:
            async for before in ticket.before():
                yield {**state, "before": before}
            yield (state := view.state())
            events = pump(lambda: engine.stream(question, history=history, scope=scope))
            async with aclosing(events):
                async for event in events:
                    state = view.add(event)
                    yield state
        if isinstance(event, Finished) and not service.line.full:  # else others need the place
            asked_before = [turn.content for turn in history if turn.role == "user"]
            suggest = engine.suggestions.after
            yield view.offer(await asyncio.to_thread(suggest, event.answer, scope, asked_before))
    except PaperchatError as exc:
        yield failed_turn(state, exc.what, exc.remedy)
    except Exception as exc:  # noqa: BLE001 - the edge of the program: the visitor gets a line, the log the details
        yield failed_turn(
            state, *unexpected("A question failed", exc, "Ask once more.", by.request)
        )


def read_papers(given: object) -> tuple[str, ...]:
    """The ids that the page sent; none means all papers. Raises InputError for anything else."""
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise InputError("The page sent no list of papers.", "Reload it.")
    return tuple(dict.fromkeys(given))


def read_history(given: object) -> tuple[Turn, ...]:
    """The last messages of the conversation as the page sent it; anything else is left out."""
    turns = []
    for message in given if isinstance(given, list) else []:
        match message:
            case {"role": "user" | "assistant" as role, "content": str(content)} if content.strip():
                shown = message.get("papers")
                known = isinstance(shown, list)
                ids = tuple(i for i in shown if isinstance(i, str)) if known else None
                turns.append(Turn(role, content, ids))
    return tuple(turns[-_HISTORY:])
