"""The window: a header, and one page under it at a time.

Each page is a ``gr.HTML`` with a small script of its own (``pages/NAME.py``, ``.html``, ``.js``,
``.css``): Python sends the state as one value and the script adds what is new, so nothing flickers
and scrolling stays put. All pages are there from the start; the address's hash says which one is
seen, so that going to another costs nothing and the browser's Back goes back.
What visitors ask and make is stored in their browsers, never on the server.

A page polls for the status; no stream stays open as long as the page does. Gradio has forty places
for streams and frees one only when its generator yields: forty visitors who came and went would
leave no place for an answer.
"""

from __future__ import annotations

import json
from types import ModuleType

import gradio as gr

from ui.web.calls import Asked, safely
from ui.web.pages import chat, compare, evaluate, library, papers, settings
from ui.web.parts import HERE, block, script
from ui.web.service import Service
from ui.web.views.header import header

# Scripts that run before those of the pages, in this order.
_SHARED = (
    "shell",
    "keys",
    "menu",
    "filter",
    "finder",
    "matrix",
    "groups",
    "map",
    "mapink",
    "rows",
    "askbox",
    "chats",
    "sources",
    "answers",
)
# Until the style sheets are there. Gradio's own colours go by the system's theme alone.
_EARLY = (
    "html[data-theme=light] body { background: #f7f6f3; color: #1d1c1a; }"
    "html[data-theme=dark] body { background: #141516; color: #ece9e2; }"
)
# In the order of the navigation. A page's file name is also its name in the address.
_PAGES = {
    "Chat": chat,
    "Papers": papers,
    "Compare": compare,
    "Library": library,
    "Evaluate": evaluate,
    "Settings": settings,
}


def build(service: Service) -> gr.Blocks:
    """The window over ``service``. Its events are private: they are no API."""

    async def tell(asked: Asked) -> Asked:
        status = service.status
        return {"html": header(status), "busy": status.work is not None or not status.settled}

    window: gr.Blocks
    with gr.Blocks(
        title="paperchat", analytics_enabled=False, fill_width=True, fill_height=True
    ) as window:
        fill = {"<!-- pages -->": _links()}
        block(
            HERE / "head",
            header(service.status),
            elem_id="pc-head",
            fill=fill,
            calls=[safely(tell)],
        )
        for page in _PAGES.values():
            page.build(service)
    return window


def early() -> str:
    """What is there before the page is first painted: whether it is light or dark."""
    return f"<style>{_EARLY}</style><script>{script(HERE / 'shared' / 'theme')}</script>"


def head() -> str:
    """What goes into the document's head: every style sheet, and what the scripts share."""
    sheets = [HERE / "shell.css", *sorted((HERE / "pages").glob("*.css"))]
    styles = "\n".join(sheet.read_text("utf-8") for sheet in sheets)
    pages = json.dumps([_name(page) for page in _PAGES.values()])
    scripts = [f"const PAPERCHAT_PAGES = {pages};", *(script(HERE / "shared" / s) for s in _SHARED)]
    return f"<style>{styles}</style>" + "".join(f"<script>{text}</script>" for text in scripts)


def _links() -> str:
    return "".join(f'<a href="#{_name(page)}">{title}</a>' for title, page in _PAGES.items())


def _name(page: ModuleType) -> str:
    return page.__name__.rpartition(".")[2]
