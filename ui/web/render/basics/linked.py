"""Running text whose URLs, DOIs and arXiv ids are links. Pure."""

from __future__ import annotations

from rag.text.names.identifiers import running_addresses
from ui.web.render.basics.math import prose
from ui.web.render.basics.text import away, escape, safe_url


def linked(text: str, start: int = 0, end: int | None = None) -> str:
    """``text[start:end]`` as HTML: escaped, its TeX drawn, its addresses as links.

    Addresses are looked for in the whole ``text``. Where a piece has only a part of one, as between
    two marks, that part is a link to the whole. Not to be used inside of a button or a link.
    """
    end = len(text) if end is None else end
    out, at = [], start
    for found in running_addresses(text):
        first, last = max(start, found.start), min(end, found.end)
        url = safe_url(found.url)
        if url is None or first >= last:
            continue
        whole = (first, last) == (found.start, found.end)
        said = found.label if whole else text[first:last]
        # An address is no TeX; the words that \href gives it may be.
        label = prose(said) if whole and found.named else escape(said)
        out += [prose(text[at:first]), away(url, label)]
        at = last
    return "".join([*out, prose(text[at:end])])
