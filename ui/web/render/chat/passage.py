"""An abstract as HTML: quoted sentences marked, addresses as links, the rest folded. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.sentences.sentences import split_sentences
from rag.types import Span
from ui.web.render.basics.linked import linked
from ui.web.render.basics.text import cuts

_OPENING = 240  # characters of an abstract that is shown without marks
_CONTEXT = 70  # characters shown beside a mark
FOLD = '<span class="gap"></span><span class="fold">'  # the gap shows an ellipsis while folded


def passage(abstract: str, cited: Sequence[Span], found: Sequence[Span] = ()) -> str:
    """The whole abstract with a ``<mark>`` on each cited and, more quietly, each found sentence.

    Text far from any mark is folded until the reader opens it. It stays in the page, so the
    element's text is the abstract, character for character.
    """
    parts = cuts(len(abstract), [*cited, *found])
    out = []
    for start, end, marked in parts:
        if marked:
            kind = "cited" if any(s.start < end and start < s.end for s in cited) else "found"
            data = f'class="{kind}" data-start="{start}" data-end="{end}"'
            out.append(f"<mark {data}>{linked(abstract, start, end)}</mark>")
        else:
            alone = len(parts) == 1
            head = _OPENING if alone else _CONTEXT if start else 0
            tail = 0 if alone or end == len(abstract) else _CONTEXT
            out.append(_folded(abstract, start, end, head, tail))
    return "".join(out)


def sentence_of(abstract: str, quote: Span) -> str:
    """Where a quote stands, in words: "Abstract, sentence 3 of 8"; of one sentence nothing."""
    every = split_sentences(abstract)
    inside = [n for n, s in enumerate(every, 1) if s.start < quote.end and quote.start < s.end]
    if len(every) < 2 or not inside:
        return ""
    last = f"–{inside[-1]}" if inside[1:] else ""
    return f"Abstract, sentence{'s' * bool(last)} {inside[0]}{last} of {len(every)}"


def _folded(abstract: str, start: int, end: int, head: int, tail: int) -> str:
    """A part, folded but for about ``head`` characters at its start and ``tail`` at its end."""
    if end - start <= head + tail + _CONTEXT:
        return linked(abstract, start, end)
    first = max(start, abstract.rfind(" ", start, start + head) + 1)
    last = abstract.find(" ", end - tail, end) if tail else end
    last = end if last < 0 else last
    before, inside = linked(abstract, start, first), linked(abstract, first, last)
    return f"{before}{FOLD}{inside}</span>{linked(abstract, last, end)}"
