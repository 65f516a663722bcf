"""The Papers page as HTML: the text of a row, and the sheet of one paper. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from rag.types import Paper, Span
from ui.web.render.basics.linked import linked
from ui.web.render.basics.math import has_tex, prose
from ui.web.render.basics.text import count, cuts, escape, link, safe_url, zotero_link

_OPENING = 130  # characters; a row shows one line
_SILENT = "This paper has no abstract here, so nothing can be quoted from it."
_AUTHORS = 12  # that a sheet names at once; a paper may have thousands
_STATUS = {
    "retracted": "This paper was retracted. Do not rely on it.",
    "withdrawn": "This paper was withdrawn. Do not rely on it.",
    "expression of concern": "The publisher has expressed concern about this paper.",
    "corrected": "This paper was corrected later.",
}


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


def titled(title: str) -> str | None:
    """A title in markup if there is TeX in it; else None."""
    return prose(title) if has_tex(title) else None


def drawn(title: str, said: str) -> tuple[str, str] | None:
    """Title and opening in markup if there is TeX in them; else None."""
    return (prose(title), prose(said)) if has_tex(title) or has_tex(said) else None


def sheet_top(paper: Paper, addresses: Sequence[str] = ()) -> str:
    """The paper's title, who wrote it, where and when, and its ``addresses``, the best first."""
    links = "".join(map(link, dict.fromkeys(addresses))) + zotero_link(paper)
    where = " · ".join(filter(None, (paper.venue, str(paper.year or ""))))
    parts = [
        f'<h2 dir="auto">{prose(paper.title)}</h2>',
        f'<p class="warned">{_STATUS[paper.status]}</p>' if paper.status else "",
        f'<p class="authors" dir="auto">{_authors(paper.authors)}</p>' if paper.authors else "",
        f'<p class="where" dir="auto">{prose(where)}</p>' if where else "",
        f'<p class="links">{links}</p>' if links else "",
        f'<p class="given">{_tags(paper.tags)}</p>' if paper.tags else "",
    ]
    return "".join(parts)


def _authors(names: Sequence[str]) -> str:
    """The first of them, and how many more there are, which unfold."""
    first, rest = names[:_AUTHORS], names[_AUTHORS:]
    named = prose(", ".join(first))
    if not rest:
        return named
    return (
        f'{named}<span class="rest" hidden>, {prose(", ".join(rest))}</span> '
        f'<button type="button" class="all-authors">and {len(rest):,} more</button>'
    )


def _tags(tags: Sequence[str]) -> str:
    """The tags that the paper's source gave."""
    chips = "".join(f'<span class="chip" dir="auto">{escape(tag)}</span>' for tag in tags)
    return f'<span class="sr">Tags of the source: </span>{chips}'


def sheet_text(paper: Paper, words: Sequence[str] = ()) -> str:
    """The whole abstract, with words that begin like one of ``words`` marked, and the id."""
    abstract = _marked(paper.abstract, words) if paper.abstract else _SILENT
    kept = f'<p class="id">{kept}</p>' if (kept := _kept(paper)) else ""
    known = f'<p class="id">{escape(paper.paper_id)}</p>'
    return f'<p class="abstract" dir="auto">{abstract}</p>{kept}{known}'


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
        return linked(text)
    begins = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = re.finditer(rf"\b(?:{begins})\w*", text, re.IGNORECASE)
    spans = [Span(match.group(), match.start(), match.end()) for match in found]
    return "".join(
        f'<mark data-start="{start}" data-end="{end}">{linked(text, start, end)}</mark>'
        if marked
        else linked(text, start, end)
        for start, end, marked in cuts(len(text), spans)
    )
