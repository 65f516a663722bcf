"""Basic HTML: escaped text, links, verdicts, and numbers in words. Pure.

Titles, abstracts, questions and whatever a model wrote are untrusted. Each reaches a page through
``escape``, so none of them can become markup; only http and https addresses become links.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import urlsplit

from rag.types import Paper, Span, Verdict

_VERBATIM = "The quotes say so in these words."
_BORNE_OUT = "The quotes say so in other words."
_VERDICTS: dict[Verdict, tuple[str, str]] = {
    "partial": ("partly supported", "The quoted sentences say only a part of this."),
    "unsupported": ("not supported", "The quoted sentences do not say this. Read them first."),
}


def escape(text: str) -> str:
    """``text`` as character data, safe in an element and in a quoted attribute."""
    return html.escape(text, quote=True)


def safe_url(url: str | None) -> str | None:
    """``url`` if it is an absolute http or https address, else None."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else None


def link(url: str | None) -> str:
    """A link that opens in a new tab and shows its host; empty for unsafe addresses."""
    safe = safe_url(url)
    if safe is None:
        return ""
    host = (urlsplit(safe).hostname or "").removeprefix("www.")
    return away(safe, escape(host))


def away(url: str, inside: str) -> str:
    """A link to a safe address (`safe_url`) that opens in a new tab; ``inside`` is HTML."""
    return (
        f'<a class="away" href="{escape(url)}" target="_blank" rel="noopener noreferrer">'
        f'{inside}<span class="sr"> (opens in a new tab)</span></a>'
    )


def zotero_link(paper: Paper) -> str:
    """A link that selects the paper in Zotero, on the reader's own machine; empty without one.

    It is the only address of another kind than http that becomes a link, and only in the one form
    that `Paper.zotero` lets through. It opens no tab: the browser hands it to Zotero.
    """
    if paper.zotero is None:
        return ""
    return (
        f'<a class="away zotero" href="{escape(paper.zotero)}" rel="noopener noreferrer">'
        'Zotero<span class="sr"> (opens this paper in Zotero)</span></a>'
    )


def cuts(length: int, spans: Iterable[Span]) -> list[tuple[int, int, bool]]:
    """``0..length`` cut at every span's ends: (start, end, is it inside a span), in order.

    Spans may overlap or reach past the end. Each part lies wholly inside or outside every span, so
    no nested markup is needed.
    """
    inside = [(max(0, s.start), min(length, s.end)) for s in spans]
    inside = [(start, end) for start, end in inside if start < end]
    edges = sorted({0, length, *(edge for pair in inside for edge in pair)})
    return [
        (start, end, any(s <= start and end <= e for s, e in inside))
        for start, end in pairwise(edges)
    ]


def verdict(value: Verdict, support: float = 1.0) -> str:
    """How well its quotes support a sentence: a sign if they do, else words."""
    if value == "supported":
        words = _VERBATIM if support >= 1 else _BORNE_OUT
        return (
            f' <span class="verdict ok" title="{words}"><span aria-hidden="true">✓</span>'
            f'<span class="sr">({words})</span></span>'
        )
    words, meaning = _VERDICTS[value]
    return f' <span class="verdict {value}" title="{escape(meaning)}">{escape(words)}</span>'


def note(text: str) -> str:
    """A line that says how things are, and is no error: what a guest may not do."""
    return f'<p class="aside" role="note">{escape(text)}</p>'


def failure(what: str, remedy: str = "") -> str:
    """One line: what went wrong, and what to do about it."""
    advice = f" <span>{escape(remedy)}</span>" if remedy else ""
    return f'<p class="failure" role="alert"><strong>{escape(what)}</strong>{advice}</p>'


def duration(milliseconds: float) -> str:
    """A time in words: "40 ms", "1.2 s"."""
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"


def sentence_case(text: str) -> str:
    """``text`` with a capital at its start and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".!?" else ".")


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 paper", "1,200 papers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
