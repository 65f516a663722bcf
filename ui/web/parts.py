"""Makes a page: a block of HTML with a script of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import gradio as gr

HERE = Path(__file__).parent
# Gradio runs this once for each block, with the five names in scope. A page has
# only the events that this text names.
_START = """// EVENTS
import("paperchat").then(({ modules }) =>
    modules["pages/NAME.js"].start({ element, trigger, props, server, watch }));"""
_START_PAGE = """// EVENTS
import("paperchat").then(({ modules }) => modules["shared/settling.js"].startPage(
    "NAME", modules["pages/NAME.js"], { element, trigger, props, server, watch }));"""
# For events: no spinner over the page, and no entry in the public API.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def block(
    name: Path,
    value: Any = None,
    *,
    elem_id: str,
    fill: Mapping[str, str] = MappingProxyType({}),
    calls: Sequence[Callable[..., Any]] = (),
    events: Sequence[str] = (),
) -> gr.HTML:
    """``name``.html, and the module static/pages/NAME.js, which gets ``value`` and its changes.

    ``fill`` replaces its keys in the HTML by its values. The script may call ``calls``, Python
    functions, as `server.NAME(argument)`, and cause ``events``, as `trigger(NAME, data)`.
    """
    template = name.with_suffix(".html").read_text("utf-8")
    for place, html in fill.items():
        template = template.replace(place, html)
    is_page = name.parent.name == "pages"
    start = _START_PAGE if is_page else _START
    return gr.HTML(
        value,
        elem_id=elem_id,
        elem_classes="pc-page" if is_page else None,
        html_template=template,
        js_on_load=start.replace("NAME", name.name).replace("EVENTS", json.dumps(events)),
        server_functions=list(calls) or None,
        apply_default_css=False,
        container=False,
        padding=False,
    )
