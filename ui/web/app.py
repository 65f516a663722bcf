"""The window: a header, and one page under it at a time.

Each page is a ``gr.HTML`` with a small script of its own (``pages/NAME.py``, ``.html``, ``.js``,
``.css``): Python sends the state as one value and the script adds what is new, so nothing flickers
and scrolling stays put. All pages are there from the start; the address's hash says which one is
seen, so that going to another costs nothing and the browser's Back goes back.
What visitors ask and make lives in their browsers: the server keeps nobody's.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

import gradio as gr

from ui.web.pages import chat, compare
from ui.web.parts import HERE, QUIET, block, script
from ui.web.service import Service
from ui.web.status import header

_PAGES = (chat, compare)


def build(service: Service) -> gr.Blocks:
    """The window over ``service``. Its events are private: they are no API."""

    async def watch() -> AsyncGenerator[str, None]:
        async for status in service.watch():
            yield header(status)

    window: gr.Blocks
    with gr.Blocks(
        title="paperchat", analytics_enabled=False, fill_width=True, fill_height=True
    ) as window:
        top = block(HERE / "head", header(service.status), elem_id="pc-head")
        window.load(watch, outputs=top, concurrency_limit=None, **QUIET)
        for page in _PAGES:
            page.build(service)
    return window


def head() -> str:
    """What goes into the document's head: every style sheet, and what the scripts share."""
    sheets = [HERE / "shell.css", *(HERE / "pages").glob("*.css")]
    styles = "\n".join(sheet.read_text("utf-8") for sheet in sorted(sheets, reverse=True))
    shared = "\n".join(script(HERE / name) for name in ("shell", "matrix"))
    return f"<style>{styles}</style><script>{shared}</script>"
