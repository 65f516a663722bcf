"""Values to HTML, and nothing else: no state, no web framework, no reading of files.

Titles, abstracts, questions and whatever a model wrote are untrusted. Each reaches the page
through ``escape``, so none of them can become markup; only http and https addresses become links.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from rag.plain import from_markdown
from rag.types import Answer, Cell, Citation, Claim, ModelChoice, Paper, Reason, Span, Verdict

_OPENING = 240  # characters of an abstract that is shown without marks
_CONTEXT = 70  # characters kept beside a mark
_FOLD = '<span class="gap"></span><span class="fold">'  # the gap shows an ellipsis while folded
_TOGGLE = '<button type="button" class="more" aria-expanded="false">Whole abstract</button>'
_UNBREAKABLE = 24  # characters of a last word that may be kept on one line with its chips

_MODES = {"openai": "Endpoint", "local": "Local model", "quotes": "Quotes only"}

_VERDICTS: dict[Verdict, tuple[str, str]] = {
    "partial": ("partly supported", "The quoted sentences say only a part of this."),
    "unsupported": ("not supported", "The quoted sentences do not say this. Read them first."),
}

_REASONS: dict[Reason, tuple[str, str]] = {
    "not_in_corpus": (
        "These papers do not cover that",
        "Nothing here comes close enough to the question to quote.",
    ),
    "not_in_abstracts": ("The abstracts do not say", ""),  # the answer names the paper
    "weak_evidence": (
        "The evidence is too thin",
        "Some sentences come near, but none carries an answer to this question.",
    ),
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
    """A link that opens apart from the page and shows where it leads; empty for unsafe ones."""
    safe = safe_url(url)
    if safe is None:
        return ""
    host = (urlsplit(safe).hostname or "").removeprefix("www.")
    return (
        f'<a class="away" href="{escape(safe)}" target="_blank" rel="noopener noreferrer">'
        f'{escape(host)}<span class="sr"> (opens in a new tab)</span></a>'
    )


def cuts(length: int, spans: Iterable[Span]) -> list[tuple[int, int, bool]]:
    """``0..length`` cut at every span's ends: (start, end, is it inside a span), in order.

    Spans may overlap or reach past the end; each piece lies inside or outside any span as a
    whole, which is what makes nested markup unnecessary.
    """
    inside = [(max(0, s.start), min(length, s.end)) for s in spans]
    inside = [(start, end) for start, end in inside if start < end]
    edges = sorted({0, length, *(edge for pair in inside for edge in pair)})
    return [
        (start, end, any(s <= start and end <= e for s, e in inside))
        for start, end in pairwise(edges)
    ]


def passage(abstract: str, cited: Sequence[Span], found: Sequence[Span] = ()) -> str:
    """The whole abstract with a ``<mark>`` on each cited and, more quietly, each found sentence.

    What lies far from any mark is folded away until the reader asks for it; it is there all the
    same, so the element's text is the abstract, character for character.
    """
    pieces = cuts(len(abstract), [*cited, *found])
    out = []
    for start, end, marked in pieces:
        text = abstract[start:end]
        if marked:
            kind = "cited" if any(s.start < end and start < s.end for s in cited) else "found"
            data = f'class="{kind}" data-start="{start}" data-end="{end}"'
            out.append(f"<mark {data}>{escape(text)}</mark>")
        else:
            alone = len(pieces) == 1
            head = _OPENING if alone else _CONTEXT if start else 0
            tail = 0 if alone or end == len(abstract) else _CONTEXT
            out.append(fold(text, head, tail))
    return "".join(out)


def fold(text: str, head: int, tail: int) -> str:
    """``text``, folded but for about ``head`` characters at its start and ``tail`` at its end."""
    if len(text) <= head + tail + _CONTEXT:
        return escape(text)
    start = text.rfind(" ", 0, head) + 1
    end = text.find(" ", len(text) - tail) if tail else len(text)
    end = len(text) if end < 0 else end
    return f"{escape(text[:start])}{_FOLD}{escape(text[start:end])}</span>{escape(text[end:])}"


def card(
    paper: Paper, number: int | None, cited: Sequence[Span], found: Sequence[Span] = ()
) -> str:
    """The inside of one card of the sources panel."""
    badge = "" if number is None else f'<span class="num">{number}</span>'
    text = passage(paper.abstract, cited, found)
    toggle = _TOGGLE if _FOLD in text else ""
    return (
        f'<h3>{badge}<span class="title">{escape(paper.title)}</span></h3>'
        f'<p class="passage">{text}</p>'
        f'<p class="links">{toggle}{link(paper.url)}</p>'
    )


def bearing(claim: Claim, now: Citation, before: Citation | None) -> tuple[Span, ...]:
    """The quotes of ``now`` that ``claim`` stands on.

    A citation gathers the quotes of every claim so far, so those that came with this claim are
    its own; where none is new, it is the quote that shares the most words with the claim.
    """
    old = {(q.start, q.end) for q in before.quotes} if before else set()
    fresh = tuple(q for q in now.quotes if (q.start, q.end) not in old)
    if fresh or not now.quotes:
        return fresh
    words = _words(claim.text)
    return (max(now.quotes, key=lambda quote: len(words & _words(quote.text))),)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def chip(citation: Citation, quotes: Sequence[Span]) -> str:
    """The button [n] after a sentence; it knows its paper and its quotes' offsets."""
    spans = ",".join(f"{quote.start}-{quote.end}" for quote in quotes)
    said = " … ".join(quote.text for quote in quotes)
    return (
        f'<button type="button" class="chip" data-key="{escape(citation.paper_id)}"'
        f' data-spans="{spans}" data-title="{escape(citation.title)}"'
        f' data-quote="{escape(said)}"'
        f' aria-label="Source {citation.number}: {escape(citation.title)}">'
        f"{citation.number}</button>"
    )


def sentence(claim: Claim, citations: Sequence[Citation], before: Sequence[Citation]) -> str:
    """One checked sentence with its chips and, where it is not borne out, its mark.

    Its last word stays with the chips, so that no line begins with one.
    The paper's title goes before it, to be shown in lists, where it is the paper that was asked
    for. That the answer is a list is known at its end only, so it is the style sheet's choice.
    """
    now, old = {c.number: c for c in citations}, {c.number: c for c in before}
    chips = "".join(
        chip(now[n], bearing(claim, now[n], old.get(n))) for n in claim.citations if n in now
    )
    cited = [now[n].title for n in claim.citations if n in now]
    by = f'<span class="by">{escape(cited[0])}</span>' if len(cited) == 1 else ""
    head, space, last = claim.text.rpartition(" ")
    if len(last) > _UNBREAKABLE:
        head, space, last = claim.text, "", ""
    return (
        f'{by}<span class="claim">{escape(head + space)}</span>'
        f'<span class="tail">{escape(last)}{chips}</span>{verdict(claim.verdict)}'
    )


def verdict(value: Verdict) -> str:
    """The mark of a sentence that its quotes do not fully support; empty for one they do."""
    if value not in _VERDICTS:
        return ""
    words, meaning = _VERDICTS[value]
    return f' <span class="verdict {value}" title="{escape(meaning)}">{escape(words)}</span>'


def abstention(answer: Answer) -> str:
    """Why there is no answer, in words, and the nearest papers to look at instead."""
    title, why = _REASONS[answer.reason or "weak_evidence"]
    why = why or escape(from_markdown(answer.answer))
    near = "".join(
        f'<li><button type="button" class="near" data-key="{escape(ref.paper_id)}">'
        f"{escape(ref.title)}</button></li>"
        for ref in answer.nearest
    )
    offer = f'<p class="offer">Nearest papers</p><ul>{near}</ul>' if near else ""
    return f'<div class="abstain"><h3>{title}</h3><p>{why}</p>{offer}</div>'


def matrix(cells: Sequence[Cell], citations: Sequence[Citation]) -> str:
    """Papers side by side: a column a paper, a row an aspect that one of them states.

    A cell's whole sentences are shown when it is pointed at.
    """
    stated = [cell for cell in cells if cell.status == "stated"]
    if not stated:
        return ""
    by_place = {(cell.paper_id, cell.aspect): cell for cell in cells}
    heads = "".join(
        f'<th scope="col"><span class="num">{c.number}</span> {escape(c.title)}</th>'
        for c in citations
    )
    rows = []
    for aspect in dict.fromkeys(cell.aspect for cell in cells):
        if any(cell.aspect == aspect for cell in stated):
            row = "".join(_matrix_cell(by_place[c.paper_id, aspect]) for c in citations)
            rows.append(f'<tr><th scope="row">{escape(aspect)}</th>{row}</tr>')
    return (
        '<div class="matrix" role="region" tabindex="0" aria-label="The papers side by side">'
        f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _matrix_cell(cell: Cell) -> str:
    if cell.status == "not_stated":
        return '<td class="unsaid">not stated</td>'
    quote = escape(" … ".join(span.text for span in cell.quotes))
    return f'<td title="{quote}">{escape(cell.value)}</td>'


def failure(what: str, remedy: str = "") -> str:
    """One line for a question that could not be answered, and what to do about it."""
    advice = f" <span>{escape(remedy)}</span>" if remedy else ""
    return f'<p class="failure" role="alert"><strong>{escape(what)}</strong>{advice}</p>'


def foot(answer: Answer) -> str:
    """The small print under an answer: what was searched and left out, who wrote it, how long."""
    parts = []
    if answer.standalone_question.strip() != answer.question.strip():
        searched = escape(answer.standalone_question)
        edit = f'<button type="button" class="edit" data-question="{searched}">Edit</button>'
        parts.append(f"Searched for “{searched}” {edit}")
    if answer.coverage is not None:
        seen = answer.coverage
        all_of = "all " if seen.examined == seen.corpus else f"{seen.examined} of "
        verb = "matches" if seen.matched == 1 else "match"
        parts.append(f"Looked at {all_of}{_count(seen.corpus, 'paper')}: {seen.matched} {verb}")
    if answer.removed.claims:
        parts.append(f"{_count(answer.removed.claims, 'sentence')} left out for want of a quote")
    if answer.removed.replaced:
        by = "its quote" if answer.removed.replaced == 1 else "their quotes"
        parts.append(f"{_count(answer.removed.replaced, 'sentence')} replaced by {by}")
    if not answer.abstained:
        parts.append(mode_name(answer.mode, answer.model))
    parts.append(duration(answer.timings.total_ms))
    return "".join(f"<span>{part}</span>" for part in parts)


def duration(milliseconds: float) -> str:
    """``milliseconds`` as one reads them: 40 ms, 1.2 s."""
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"


def mode_name(mode: str, model: str) -> str:
    """The mode in words, with the model's name where one is at work; escaped."""
    if mode == "quotes":
        return "Quotes only, no language model"
    return escape(", ".join(part for part in (_MODES.get(mode, mode), model) if part))


def mode_badge(choice: ModelChoice) -> str:
    """The mode in use and the reason for it."""
    detail = "no language model" if choice.mode == "quotes" else choice.model
    named = f'<span class="model">{escape(detail)}</span>' if detail else ""
    return (
        f"<strong>{_MODES[choice.mode]}</strong>{named}"
        f'<span class="why">{escape(sentence_case(choice.why))}</span>'
    )


def sentence_case(text: str) -> str:
    """``text`` with a capital at its start and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".!?" else ".")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
