"""The Papers page as HTML: the text of a row, and the sheet of one paper. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from rag.types import Paper, Span
from ui.web.render.math import has_tex, prose
from ui.web.render.source import NO_ABSTRACT, by
from ui.web.render.text import count, cuts, escape, link, safe_url, zotero_link

_OPENING = 130  # characters; a row shows one line


def opening(abstract: str) -> str:
    """The abstract's first words, as text, with an ellipsis if it is longer."""
    text = " ".join(abstract.split())
    if len(text) <= _OPENING:
        return text
    return text[: text.rfind(" ", 0, _OPENING) if " " in text[:_OPENING] else _OPENING] + "…"


def address(paper: Paper) -> tuple[str, str]:
    """The paper's first safe address and its host; two empty texts if there is none."""
    for url in paper.urls:
        safe = safe_url(url)
        if safe is not None:
            return safe, (urlsplit(safe).hostname or "").removeprefix("www.")
    return "", ""


def drawn(title: str, said: str) -> tuple[str, str] | None:
    """Title and opening in markup if there is TeX in them; else None."""
    return (prose(title), prose(said)) if has_tex(title) or has_tex(said) else None


def sheet_top(paper: Paper, byline: str = "") -> str:
    """The paper's title, who wrote it, and every address of its abstract."""
    links = "".join(map(link, dict.fromkeys(paper.urls))) + zotero_link(paper)
    away = f'<p class="links">{links}</p>' if links else ""
    return f"<h2>{prose(paper.title)}</h2>{by(byline)}{away}"


def sheet_text(paper: Paper, words: Sequence[str] = ()) -> str:
    """The whole abstract, with words that begin like one of ``words`` marked, and the id."""
    abstract = _marked(paper.abstract, words) if paper.abstract else NO_ABSTRACT
    kept = f'<p class="id">{kept}</p>' if (kept := _kept(paper)) else ""
    return f'<p class="abstract">{abstract}</p>{kept}<p class="id">{escape(paper.paper_id)}</p>'


def _kept(paper: Paper) -> str:
    """Where the reader keeps the paper in Zotero, and that there are notes on it."""
    if paper.zotero is None:
        return ""
    extra = dict(paper.extra)
    places = extra.get("collections", "").replace("/", " › ")
    notes = len(extra.get("notes", "").split())
    parts = [escape(places), count(notes, "note") if notes else ""]
    said = " · ".join(filter(None, parts))
    return f"In Zotero: {said}" if said else ""


def _marked(text: str, words: Sequence[str]) -> str:
    """``text``, escaped, with a ``<mark>`` on every word that begins with one of ``words``."""
    if not words:
        return prose(text)
    begins = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = re.finditer(rf"\b(?:{begins})\w*", text, re.IGNORECASE)
    spans = [Span(match.group(), match.start(), match.end()) for match in found]
    return "".join(
        f'<mark data-start="{start}" data-end="{end}">{prose(text[start:end])}</mark>'
        if marked
        else prose(text[start:end])
        for start, end, marked in cuts(len(text), spans)
    )
