"""What every page is made of: a block whose HTML and script stand in files of one name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import gradio as gr

HERE = Path(__file__).parent
# For events: no spinner over the page, and no entry in the public API.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def block(
    name: Path,
    value: Any = None,
    *,
    elem_id: str,
    fill: Mapping[str, str] = MappingProxyType({}),
    calls: Sequence[Callable[..., Any]] = (),
) -> gr.HTML:
    """``name``.html with ``name``.js at work in it; the script gets ``value`` and its changes.

    ``fill`` says what goes into the HTML in place of what. The script may call ``calls``, Python
    functions, as `server.NAME(argument)`.
    """
    template = name.with_suffix(".html").read_text("utf-8")
    for place, html in fill.items():
        template = template.replace(place, html)
    return gr.HTML(
        value,
        elem_id=elem_id,
        elem_classes="pc-page" if name.parent.name == "pages" else None,
        html_template=template,
        js_on_load=script(name),
        server_functions=list(calls) or None,
        apply_default_css=False,
        container=False,
        padding=False,
    )


def script(name: Path) -> str:
    """The text of ``name``.js."""
    return name.with_suffix(".js").read_text("utf-8")
