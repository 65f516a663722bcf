"""One card of the sources panel as HTML: a paper with its quotes and buttons. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.types import Paper, Span
from ui.web.render.math import prose
from ui.web.render.text import FOLD, escape, link, passage

NO_ABSTRACT = "No abstract: the paper was found by its title, and nothing is quoted from it."
_TOGGLE = '<button type="button" class="more" aria-expanded="false">Whole abstract</button>'


@dataclass(frozen=True, slots=True)
class Relevance:
    """How relevant a paper is to the question, 0 to 1, and what that number is.

    ``sentence`` is the fitted probability that its best sentence is part of the answer; ``search``
    is the search score, for a paper that gave no evidence.
    """

    value: float
    kind: Literal["sentence", "search"]


_MEANING = {
    "sentence": (
        "likely to answer",
        "The probability that the best sentence of this paper is part of the answer, fitted on "
        "the development questions.",
    ),
    "search": (
        "search score",
        "The search score, 0 to 1: how close the paper is in words and meaning. No sentence of it "
        "was taken as evidence.",
    ),
}


def card(
    paper: Paper,
    number: int | None,
    cited: Sequence[Span],
    found: Sequence[Span] = (),
    relevance: Relevance | None = None,
    references: Mapping[str, str] | None = None,
    byline: str = "",
) -> str:
    """The inside of one card. ``references`` are texts to copy by the name of their form."""
    badge = "" if number is None else f'<span class="num">{number}</span>'
    text = passage(paper.abstract, cited, found) if paper.abstract else NO_ABSTRACT
    toggle = _TOGGLE if FOLD in text else ""
    return (
        f'<h3>{badge}<span class="title">{prose(paper.title)}</span></h3>'
        f'{by(byline)}<div class="meta">{bar(relevance)}{link(paper.url)}</div>'
        f'<p class="passage">{text}</p>'
        f'<div class="links">{toggle}'
        '<button type="button" class="only" title="Ask the next questions about this paper only">'
        f"Ask only this paper</button>{cite(references or {})}</div>"
    )


def by(byline: str) -> str:
    """Who wrote a paper, where and when, under its title."""
    return f'<p class="byline">{prose(byline)}</p>' if byline else ""


def bar(relevance: Relevance | None) -> str:
    """The relevance as a bar, a number, and what it means; empty if unknown."""
    if relevance is None:
        return ""
    short, meaning = _MEANING[relevance.kind]
    share = min(1.0, max(0.0, relevance.value))
    number = f"{share:.0%}" if relevance.kind == "sentence" else f"{share:.2f}"
    words = f"{number} {short}" if relevance.kind == "sentence" else f"{short} {number}"
    return (
        f'<p class="rel {relevance.kind}" title="{escape(meaning)}">'
        f'<span class="gauge" aria-hidden="true"><i style="width:{share:.0%}"></i></span>'
        f'<span>{words}</span><span class="sr">. {escape(meaning)}</span></p>'
    )


def cite(references: Mapping[str, str]) -> str:
    """A small menu: each button copies the reference in one form."""
    if not references:
        return ""
    forms = "".join(
        f'<button type="button" class="copy" data-copy="{escape(text)}"'
        f' title="{escape(text)}">{escape(form)}</button>'
        for form, text in references.items()
    )
    return (
        '<details class="cite pop-menu"><summary>Cite</summary>'
        f'<div class="pop" role="group" aria-label="Copy as">{forms}</div></details>'
    )
