"""One card of the sources panel as HTML: a paper with its quotes and buttons. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.types import Paper, Span
from ui.web.render.basics.math import prose
from ui.web.render.basics.text import escape, link, zotero_link
from ui.web.render.chat.passage import FOLD, passage

NO_ABSTRACT = "No abstract: the paper was found by its title, and nothing is quoted from it."
_LIKELY = 0.5
_MEANING = "How likely the best sentence of this paper is a part of the answer."
_TOGGLE = '<button type="button" class="more" aria-expanded="false">Whole abstract</button>'


def card(
    paper: Paper,
    number: int | None,
    cited: Sequence[Span],
    found: Sequence[Span] = (),
    likely: float | None = None,
    references: Mapping[str, str] | None = None,
    byline: str = "",
) -> str:
    """The inside of one card.

    ``likely`` is the probability, 0 to 1, that its best sentence answers, if one was found;
    ``references`` are texts to copy by the name of their form.
    """
    badge = "" if number is None else f'<span class="num">{number}</span>'
    text = passage(paper.abstract, cited, found) if paper.abstract else NO_ABSTRACT
    toggle = _TOGGLE if FOLD in text else ""
    links = link(paper.url) + zotero_link(paper)
    return (
        f'<h3>{badge}<span class="title" dir="auto">{prose(paper.title)}</span></h3>'
        f'{by(byline)}<div class="meta">{_likely(likely)}{links}</div>'
        f'<p class="passage" dir="auto">{text}</p>'
        f'<div class="links">{toggle}'
        '<button type="button" class="only" title="Ask the next questions about this paper only">'
        f"Ask only this paper</button>{cite(references or {})}</div>"
    )


def by(byline: str) -> str:
    """Who wrote a paper, where and when, under its title."""
    return f'<p class="byline" dir="auto">{prose(byline)}</p>' if byline else ""


def _likely(value: float | None) -> str:
    if value is None:
        return ""
    words = "likely to answer" if value >= _LIKELY else "may answer"
    return f'<p class="rel" title="{_MEANING}">{words}</p>'


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
