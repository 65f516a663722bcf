"""Chat: a conversation and its sources.

It is one block with a script rather than a ``gr.Chatbot``. A Chatbot renders every message anew for
each change (a screen reader would read it again, a selection is lost), strips the attributes that a
citation needs, and has no place for sources.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import gradio as gr

from rag.errors import PaperchatError
from rag.types import Turn
from ui.render.text import escape
from ui.web.parts import HERE, QUIET, block
from ui.web.pump import pump
from ui.web.service import Service
from ui.web.turn import Feed, TurnView, bare, failed

log = logging.getLogger(__name__)

_AT_ONCE = 8  # questions answered side by side; more wait in the queue
_HISTORY = 20  # messages of a conversation that are looked back on

EXAMPLES = (
    ("A fact", "By how much does SINet reduce the number of parameters?"),
    ("An acronym", "What is S3IM?"),
    ("In other words", "Can pictures be reconstructed from brain scans?"),
    ("A list", "Which papers use Mamba or state space models?"),
    ("A comparison", "How do MindBridge and NeuroPictor differ?"),
    ("To follow up", "What is MultiMAE?"),
)


def build(service: Service) -> None:
    """The page and its events."""

    async def ask(event: gr.EventData) -> AsyncGenerator[Feed, None]:
        async with aclosing(_answer(service, event._data)) as feeds:
            async for feed in feeds:
                yield feed

    fill = {"<!-- examples -->": _examples()}
    page = block(HERE / "pages" / "chat", elem_id="pc-chat", fill=fill)
    asked = page.ask(
        ask, outputs=page, concurrency_limit=_AT_ONCE, trigger_mode="multiple", **QUIET
    )
    page.halt(None, cancels=[asked], **QUIET)


def _examples() -> str:
    return "".join(
        f'<li><button type="button" class="example"><span>{escape(kind)}</span>'
        f"{escape(question)}</button></li>"
        for kind, question in EXAMPLES
    )


async def _answer(service: Service, asked: dict[str, Any]) -> AsyncGenerator[Feed, None]:
    """Each state of the turn that ``asked`` (turn, question, history) begins."""
    question, history = str(asked.get("question", "")), read_history(asked.get("history"))
    feed = bare(str(asked.get("turn", "")))
    try:
        if not service.ready:
            yield feed
        desk = await service.desk()
        view = TurnView(feed["turn"], desk.papers)
        async with aclosing(
            pump(lambda: desk.assistant.stream(question, history=history))
        ) as events:
            async for event in events:
                feed = view.add(event)
                yield feed
    except PaperchatError as exc:
        yield failed(feed, exc.what, exc.remedy)
    except Exception:  # the edge of the program: the visitor gets a line, the log the details
        log.exception("a question failed")
        yield failed(feed, "Something went wrong here.", "Ask once more.")


def read_history(given: object) -> tuple[Turn, ...]:
    """The last messages of the conversation as the page sent it; what is no message is left out."""
    turns = []
    for message in given if isinstance(given, list) else []:
        match message:
            case {"role": "user" | "assistant" as role, "content": str(content)} if content.strip():
                turns.append(Turn(role, content))
    return tuple(turns[-_HISTORY:])
