"""The empty Chat page as HTML: what it knows, who answers, and what to ask. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import ModelChoice
from ui.web.render.text import count, escape

_SETTINGS = '<a href="#settings">Settings</a>'
_LIBRARY = '<a href="#library">Library</a>'
_HOW: dict[str, str] = {
    "quotes": (
        "Answers are the papers' own sentences, without a language model. To use one, on this "
        f"machine or at an endpoint, choose it in {_SETTINGS}."
    ),
    "local": (
        "A language model on this machine writes, and each sentence is checked. For quotes alone, "
        f"see {_SETTINGS}."
    ),
    "openai": (
        "A language model at your endpoint writes, and each sentence is checked. For quotes "
        f"alone, see {_SETTINGS}."
    ),
}


def about(papers: int, topics: Sequence[str], choice: ModelChoice | None) -> str:
    """Two lines: how many abstracts on what, and the mode with how to change it."""
    mostly = f", mostly on {_joined([escape(topic) for topic in topics])}" if topics else ""
    knows = f"It knows {count(papers, 'abstract')}{mostly}, and nothing else."
    knows += f" Add yours in {_LIBRARY}."
    if not papers:
        knows = f"There are no papers here yet. Add some in {_LIBRARY}."
    how = _HOW[choice.mode] if choice else ""
    return f'<p class="knows">{knows}</p><p class="how">{how}</p>'


def examples(asked: Sequence[tuple[str, str]]) -> str:
    """Questions to click on: (what kind of question, the question)."""
    return "".join(
        '<li><button type="button" class="example" data-question="'
        f'{escape(question)}"><span>{escape(kind)}</span>{escape(question)}</button></li>'
        for kind, question in asked
    )


def _joined(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
