"""Builds the window: a header, and under it one page at a time.

Each page is a ``gr.HTML`` (``pages/NAME.py`` and ``.html``) with a script of its own
(``static/pages/NAME.js``) and a style sheet (``static/css``): Python sends the state as one value
and the script adds what is new, so nothing flickers and scrolling stays put. All pages are there
from the start; the address's hash says which one is seen, so that going to another costs nothing
and the browser's Back goes back.
What visitors ask and make is stored in their browsers; the server stores none of it.

A page polls for the status; no stream stays open as long as the page does. Gradio frees the place
of a stream only when its generator yields: after as many visitors as it has places had come and
gone, none would be left for an answer.
"""

from __future__ import annotations

import os
from types import ModuleType

import gradio as gr

from ui.web import owner
from ui.web.calls import Payload, safely
from ui.web.library.holdings import MOST_LIT
from ui.web.modules import STATIC, import_map, preload
from ui.web.pages import chat, check, compare, evaluate, library, notebook, papers, settings
from ui.web.parts import HERE, block
from ui.web.render.basics.icons import icon
from ui.web.render.library import came
from ui.web.service import Service
from ui.web.views.header import Status, header, opened

# Until the style sheets are there. Gradio's own colours go by the system's theme alone.
_EARLY = (
    "html[data-theme=light] body { background: #f7f6f3; color: #1d1c1a; }"
    "html[data-theme=dark] body { background: #141516; color: #ece9e2; }"
)
_STREAMS = 400  # at once; the line (line.py) says how many of them are answered
# Gradio stores the last answer that each of so many tabs was sent, which no tab asks for.
_TABS = 20
# Gradio makes a table of the last 10,000 events after each of them, which nobody is shown.
_NO_FIGURES = {
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
}
# In the order of the navigation. A page's file name is also its name in the address.
_PAGES: dict[str, ModuleType] = {
    "Chat": chat,
    "Papers": papers,
    "Compare": compare,
    "Check": check,
    "Notebook": notebook,
    "Library": library,
    "Settings": settings,
}
# Pages without an entry of their own: while one is seen, the entry of the page that leads to it
# is the current one.
_UNDER = {evaluate: settings}


def build(service: Service) -> gr.Blocks:
    """The window over ``service``. Its events are private: they are no API."""

    def said(status: Status) -> str:
        door = service.door
        return header(status) + opened(
            door.notice(status.papers), locked=door.locked, guest=bool(owner.why_not())
        )

    async def show_status(asked: Payload) -> Payload:
        status = service.status
        return {
            "html": said(status),
            "busy": status.work is not None or not status.settled,
            "changes": service.changes.number,
        }

    async def what_came(asked: Payload) -> Payload:
        """What became of the papers after the change of the number ``since``, as a line of HTML."""
        papers = (await service.engine()).papers
        since = number if isinstance(number := asked.get("since"), int) else 0
        change = service.changes.since(since)
        shown = [i for i in (*change.added, *change.altered) if i in papers]
        line = came(
            len(change.added),
            len(change.altered),
            len(change.removed),
            papers[shown[0]].title if shown else "",
            len(papers) if change.elsewhere else None,
        )
        return {"html": line, "papers": shown[:MOST_LIT]}

    window: gr.Blocks
    with gr.Blocks(
        title="paperchat", analytics_enabled=False, fill_width=True, fill_height=True
    ) as window:
        fill = {"<!-- pages -->": _links()}
        block(
            HERE / "head",
            said(service.status),
            elem_id="pc-head",
            fill=fill,
            calls=[safely(show_status), safely(what_came)],
        )
        for page in _pages():
            page.build(service)
    window.state_session_capacity = _TABS
    window.max_threads = _STREAMS
    os.environ.update(_NO_FIGURES)
    window.queue()
    return window


def theme_script() -> str:
    """The script that makes a page light or dark before it is painted."""
    return (STATIC / "early.js").read_text("utf-8")


def early() -> str:
    """HTML for the beginning of the head: what must be there before the page is first painted.

    It has the names of the pages, the theme, and the addresses of the scripts.
    """
    pages = " ".join(map(_name, _pages()))
    return (
        f'<meta name="paperchat-pages" content="{pages}">'
        f"<style>{_EARLY}</style><script>{theme_script()}</script>{import_map()}"
    )


def head() -> str:
    """HTML that Gradio adds to the head once it runs: the style sheets, and links to the scripts.

    The links come this late so that they do not delay Gradio's own scripts.
    """
    css = STATIC / "css"
    shell = css / "shell.css"  # what all pages share comes first, so that a page can differ from it
    sheets = [shell, *sorted({*css.glob("*.css")} - {shell})]
    styles = "\n".join(sheet.read_text("utf-8") for sheet in sheets)
    return f"<style>{styles}</style>{preload()}"


def _pages() -> list[ModuleType]:
    return [*_PAGES.values(), *_UNDER]


def _links() -> str:
    """The entries of the navigation; ``data-pages`` are the pages that an entry stands for."""
    parts = []
    for title, page in _PAGES.items():
        own = [page, *(other for other, above in _UNDER.items() if above is page)]
        pages, name = " ".join(map(_name, own)), _name(page)
        parts.append(f'<a href="#{name}" data-pages="{pages}">{icon(name)}{title}</a>')
    return "".join(parts)


def _name(page: ModuleType) -> str:
    return page.__name__.rpartition(".")[2]
