"""The page and its events.

The conversation is one ``gr.HTML`` with a small script rather than a ``gr.Chatbot``. A Chatbot
renders every message anew for each change (a screen reader would read it again, a selection is
lost), strips the attributes a citation needs, and has no place for sources. Here Python sends the
state of one turn and the script adds what is new, so nothing flickers and scrolling stays put.
The conversation itself lives in the browser's tab: the server keeps nobody's questions.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import gradio as gr

from rag.errors import PaperchatError
from rag.types import Turn
from ui.web import render
from ui.web.pump import pump
from ui.web.service import Service
from ui.web.status import header
from ui.web.turn import Feed, TurnView, bare, failed

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
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


def build(service: Service) -> gr.Blocks:
    """The page over ``service``. Its events are private: they are no API."""

    async def watch() -> AsyncGenerator[str, None]:
        async for status in service.watch():
            yield header(status)

    async def ask(event: gr.EventData) -> AsyncGenerator[Feed, None]:
        async with aclosing(_answer(service, event._data)) as feeds:
            async for feed in feeds:
                yield feed

    page: gr.Blocks
    with gr.Blocks(
        title="paperchat", analytics_enabled=False, fill_width=True, fill_height=True
    ) as page:
        head = _html(header(service.status), elem_id="pc-head", js_on_load=None)
        stage = _html(
            None,
            elem_id="pc-stage",
            html_template=_skeleton(),
            js_on_load=(HERE / "page.js").read_text("utf-8"),
        )
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(watch, outputs=head, concurrency_limit=None, **quiet)
        asked = stage.ask(
            ask, outputs=stage, concurrency_limit=_AT_ONCE, trigger_mode="multiple", **quiet
        )
        stage.halt(None, cancels=[asked], **quiet)
    return page


def _html(value: str | None, **given: Any) -> gr.HTML:
    return gr.HTML(value, apply_default_css=False, container=False, padding=False, **given)


def _skeleton() -> str:
    examples = "".join(
        f'<li><button type="button" class="example"><span>{render.escape(kind)}</span>'
        f"{render.escape(question)}</button></li>"
        for kind, question in EXAMPLES
    )
    return (HERE / "page.html").read_text("utf-8").replace("<!-- examples -->", examples)


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
