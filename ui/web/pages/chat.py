"""Chat: a conversation and its sources.

It is one block with a script rather than a ``gr.Chatbot``. A Chatbot renders every message anew for
each change (a screen reader would read it again, a selection is lost), strips the attributes that a
citation needs, and has no place for sources.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import InputError, PaperchatError
from rag.types import Event, Finished, Scope, Turn
from ui.bundle import read_bundle
from ui.exports import export_answer
from ui.feedback import case_of, feedback_file, keep
from ui.filtering import read_filter
from ui.render.welcome import examples
from ui.web import narrowing
from ui.web.calls import Asked, Call, safely
from ui.web.parts import HERE, QUIET, block
from ui.web.pump import pump
from ui.web.service import Service
from ui.web.turn import Feed, TurnView, bare, failed
from ui.web.welcome import EXAMPLES, Welcome

if TYPE_CHECKING:
    from rag.answering.flow import Assistant

log = logging.getLogger(__name__)

_AT_ONCE = 8  # questions answered side by side; more wait in the queue
_HISTORY = 20  # messages of a conversation that are looked back on


def build(service: Service) -> None:
    """The page and its events."""

    async def ask(event: gr.EventData) -> AsyncGenerator[Feed, None]:
        async with aclosing(_answer(service, event._data)) as feeds:
            async for feed in feeds:
                yield feed

    page = block(
        HERE / "pages" / "chat",
        elem_id="pc-chat",
        fill={"<!-- examples -->": examples(EXAMPLES)},
        calls=_calls(service),
        events=("ask", "halt"),
    )
    asked = page.ask(
        ask, outputs=page, concurrency_limit=_AT_ONCE, trigger_mode="multiple", **QUIET
    )
    page.halt(None, cancels=[asked], **QUIET)


def _calls(service: Service) -> Sequence[Call]:
    """What the page's script asks for between two questions."""
    welcome = Welcome()

    async def hello(asked: Asked) -> Asked:
        assistant = (await service.desk()).assistant
        status = service.status
        said = await asyncio.to_thread(welcome.hello, assistant, assistant.choice, status.settled)
        return dict(said)

    async def export_turn(asked: Asked) -> Asked:
        bundle = read_bundle(str(asked.get("text", "")))
        return dict(export_answer(str(asked.get("format", "")), bundle))

    async def rate_turn(asked: Asked) -> Asked:
        answer = read_bundle(str(asked.get("text", ""))).answer
        thumb = asked.get("thumb")
        if thumb not in ("up", "down"):
            raise InputError("There is no such thumb.", "Reload the page.")
        history, papers = read_history(asked.get("history")), read_papers(asked.get("papers"))
        case = case_of(answer, history, thumb, str(asked.get("reason", "")), papers)
        await asyncio.to_thread(keep, case, feedback_file(service.index))
        return {"id": case.id}

    calls = (hello, export_turn, rate_turn, *narrowing.calls(service))
    return [safely(call) for call in calls]


async def _answer(service: Service, asked: dict[str, Any]) -> AsyncGenerator[Feed, None]:
    """Each state of the turn that ``asked`` (turn, question, history, papers) begins."""
    question, history = str(asked.get("question", "")), read_history(asked.get("history"))
    feed = bare(str(asked.get("turn", "")))
    try:
        if not service.ready:
            yield feed
        scope = Scope(read_papers(asked.get("papers")), read_filter(asked.get("filter")))
        desk = await service.desk()
        view = TurnView(feed["turn"], desk.papers)
        async with aclosing(
            pump(lambda: _events(desk.assistant, question, history, scope))
        ) as events:
            async for event in events:
                feed = view.offer(event) if isinstance(event, str) else view.add(event)
                yield feed
    except PaperchatError as exc:
        yield failed(feed, exc.what, exc.remedy)
    except Exception:  # the edge of the program: the visitor gets a line, the log the details
        log.exception("a question failed")
        yield failed(feed, "Something went wrong here.", "Ask once more.")


def _events(
    assistant: Assistant, question: str, history: Sequence[Turn], scope: Scope
) -> Iterator[Event | str]:
    """The answer's events; before the end of a declined one, a question that is answered."""
    from rag.answering.suggestions import better_question

    with closing(assistant.stream(question, history=history, scope=scope)) as events:
        for event in events:
            if isinstance(event, Finished) and event.answer.abstained:
                yield better_question(assistant, event.answer, scope)
            yield event


def read_papers(given: object) -> tuple[str, ...]:
    """The ids that the page sent; none means all papers. Raises InputError for anything else."""
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise InputError("The page sent no list of papers.", "Reload it.")
    return tuple(dict.fromkeys(given))


def read_history(given: object) -> tuple[Turn, ...]:
    """The last messages of the conversation as the page sent it; what is no message is left out."""
    turns = []
    for message in given if isinstance(given, list) else []:
        match message:
            case {"role": "user" | "assistant" as role, "content": str(content)} if content.strip():
                turns.append(Turn(role, content))
    return tuple(turns[-_HISTORY:])
