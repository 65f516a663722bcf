"""The names of papers as links that lead to their cards. Pure.

They are links, not buttons, because a button does not go on to the next line as text does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.text.names.titles import short_title
from rag.types import Citation, PaperRef, Span
from ui.web.render.basics.linked import linked
from ui.web.render.basics.math import prose
from ui.web.render.basics.text import escape

_SHORTEST = 3  # characters of a name that is looked for in text


def place(paper_id: str, quotes: Sequence[Span]) -> str:
    """The attributes of what leads to these sentences of a paper."""
    spans = ",".join(f"{quote.start}-{quote.end}" for quote in quotes)
    return f'data-key="{escape(paper_id)}" data-spans="{spans}"'


def name(paper: Citation | PaperRef, said: str = "", kind: str = "name") -> str:
    """A paper's name as a link; ``said`` is how the text names it, by default its short name."""
    return (
        f'<a href="#chat" class="{kind}" dir="auto" {place(paper.paper_id, paper.quotes)}'
        f' title="{escape(paper.title)}">{prose(said or short_title(paper.title))}</a>'
    )


def with_names(text: str, papers: Iterable[Citation | PaperRef]) -> str:
    """Text as `linked` draws it, with each whole or short title of ``papers`` as a link."""
    known = {}
    for paper in papers:
        for said in (short_title(paper.title), paper.title):
            if len(said) >= _SHORTEST:
                known[said] = paper
    if not known:
        return linked(text)
    longest = sorted(known, key=len, reverse=True)
    found = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")
    out, at = [], 0
    for match in found.finditer(text):
        out += [
            linked(text, at, match.start()),
            name(known[match.group()], match.group(), "titled"),
        ]
        at = match.end()
    return "".join([*out, linked(text, at)])
