"""Check: a manuscript's sentences against the papers that they cite."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import gradio as gr

from rag.errors import PaperchatError
from rag.types import ManuscriptEvent
from ui.exports.manuscripts.files import export_manuscript
from ui.exports.manuscripts.saved import read_manuscript_report
from ui.web.calls import Payload, safely
from ui.web.gate.requests import Asker, asker, unexpected
from ui.web.jobs import pump
from ui.web.library.handed import handed_in
from ui.web.parts import HERE, QUIET, block
from ui.web.render.basics.text import count, failure
from ui.web.service import Service
from ui.web.views.manuscript import ManuscriptState, ManuscriptView, waiting_manuscript


def build(service: Service) -> None:
    """The page and its events. It changes nothing, so that guests may use it."""

    async def check(
        event: gr.EventData, request: gr.Request
    ) -> AsyncGenerator[ManuscriptState, None]:
        async with aclosing(_check(service, event._data, asker(request))) as states:
            async for state in states:
                yield state

    async def export_check(asked: Payload) -> Payload:
        form, text = str(asked.get("format", "")), str(asked.get("text", ""))
        file = await asyncio.to_thread(
            lambda: export_manuscript(form, read_manuscript_report(text))
        )
        return file.payload()

    page = block(
        HERE / "pages" / "check",
        elem_id="pc-check",
        calls=[safely(export_check)],
        events=("check", "halt"),
    )
    made = page.check(check, outputs=page, concurrency_limit=None, trigger_mode="multiple", **QUIET)
    page.halt(None, cancels=[made], **QUIET)


async def _check(
    service: Service, asked: Payload, by: Asker
) -> AsyncGenerator[ManuscriptState, None]:
    """Each state of the check that ``asked`` (run, files, text) begins."""
    state = waiting_manuscript(str(asked.get("run", "")))
    try:
        if not service.ready:
            yield state
        engine = await service.engine()  # held to the end, so that its index stays open
        view = ManuscriptView(state["run"])
        with (
            service.line.joined(by.tab, by.address) as ticket,
            tempfile.TemporaryDirectory(prefix="paperchat-", ignore_cleanup_errors=True) as folder,
        ):
            async for before in ticket.before():
                yield {**state, "left": f"Waiting for {count(before, 'question')} of others"}
            file, bibliography = await asyncio.to_thread(handed_in, asked, Path(folder))
            events: AsyncGenerator[ManuscriptEvent, None] = pump(
                lambda: engine.check_manuscript(file, bibliography)
            )
            async with aclosing(events):
                async for event in events:
                    state = view.add(event)
                    yield state
    except PaperchatError as exc:
        yield {**state, "state": "failed", "note": failure(exc.what, exc.remedy)}
    except Exception as exc:  # noqa: BLE001 - the edge of the program: the visitor gets a line, the log the details
        line = failure(*unexpected("A check failed", exc, "Check once more.", by.request))
        yield {**state, "state": "failed", "note": line}
