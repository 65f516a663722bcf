"""One answer as HTML: its sentences with their chips, and the small print. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.escaping import from_markdown
from rag.text.wording import describe
from rag.types import Answer, Cell, Citation, Claim, Reason, Span
from ui.web.render.math import has_tex, prose
from ui.web.render.status import mode_name
from ui.web.render.text import count, duration, escape, verdict

_UNBREAKABLE = 24  # the longest last word, in characters, that stays on a line with its chips

_REASONS: dict[Reason, tuple[str, str]] = {
    "not_in_corpus": (
        "These papers do not cover that",
        "No sentence is close enough to the question to quote.",
    ),
    "not_in_abstracts": ("The abstracts do not say", ""),  # the answer names the paper
    "weak_evidence": (
        "The evidence is too thin",
        "Some sentences are close to the question, but none answers it.",
    ),
}


def quotes_of(claim: Claim, now: Citation, before: Citation | None) -> tuple[Span, ...]:
    """The quotes of ``now`` that support ``claim``.

    A citation gathers the quotes of all claims so far, so the new ones belong to this claim. If
    none is new, the quote that shares the most words with the claim is taken.
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
        f' data-quote="{escape(said)}"{_drawn(citation.title, said)}'
        f' aria-label="Source {citation.number}: {escape(citation.title)}">'
        f"{citation.number}</button>"
    )


def _drawn(title: str, said: str) -> str:
    """The chip's tip as markup, where plain text would show TeX."""
    if not (has_tex(title) or has_tex(said)):
        return ""
    tip = f"<strong>{prose(title)}</strong><span>{prose(said)}</span>"
    return f' data-tip="{escape(tip)}"'


def sentence(claim: Claim, citations: Sequence[Citation], before: Sequence[Citation]) -> str:
    """One checked sentence with its chips and a mark that says how well it is supported.

    The last word stays with the chips, so that no line begins with one. The paper's title comes
    first; the style sheet shows it only in lists, as the kind of an answer is known at its end.
    """
    now, old = {c.number: c for c in citations}, {c.number: c for c in before}
    chips = "".join(
        chip(now[n], quotes_of(claim, now[n], old.get(n))) for n in claim.citations if n in now
    )
    cited = [now[n].title for n in claim.citations if n in now]
    by = f'<span class="by">{prose(cited[0])}</span>' if len(cited) == 1 else ""
    head, space, last = claim.text.rpartition(" ")
    if len(last) > _UNBREAKABLE:
        head, space, last = claim.text, "", ""
    mark = verdict(claim.verdict, claim.support)
    # A sign stays with its chips; words may go to the next line.
    inside, after = (mark, "") if claim.verdict == "supported" else ("", mark)
    return (
        f'{by}<span class="claim">{prose(head + space)}</span>'
        f'<span class="tail">{prose(last)}{chips}{inside}</span>{after}'
    )


def abstention(answer: Answer, better: str = "") -> str:
    """Why there is no answer, a question that has one, and the nearest papers."""
    title, why = _REASONS[answer.reason or "weak_evidence"]
    if answer.filter or not why:  # the answer says which papers were asked
        why = escape(from_markdown(answer.answer))
    near = "".join(
        f'<li><button type="button" class="near" data-key="{escape(ref.paper_id)}">'
        f"{prose(ref.title)}</button></li>"
        for ref in answer.nearest
    )
    offer = f'<p class="offer">Nearest papers</p><ul>{near}</ul>' if near else ""
    return f'<div class="abstain"><h3>{title}</h3><p>{why}</p>{_better(better)}{offer}</div>'


def _better(question: str) -> str:
    if not question:
        return ""
    return (
        '<p class="offer">A question that these papers answer</p>'
        f'<button type="button" class="try" data-question="{escape(question)}">'
        f"{escape(question)}</button>"
    )


def matrix(cells: Sequence[Cell], citations: Sequence[Citation]) -> str:
    """Papers side by side: a column for each paper, a row for each aspect that one of them states.

    Pointing at a cell shows its whole sentences.
    """
    stated = [cell for cell in cells if cell.status == "stated"]
    if not stated:
        return ""
    by_place = {(cell.paper_id, cell.aspect): cell for cell in cells}
    heads = "".join(
        f'<th scope="col"><span class="num">{c.number}</span> {prose(c.title)}</th>'
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
        '<button type="button" class="edit side-by-side">Open in Compare</button>'
    )


def _matrix_cell(cell: Cell) -> str:
    if cell.status == "not_stated":
        return '<td class="unsaid">not stated</td>'
    quote = escape(" … ".join(span.text for span in cell.quotes))
    return f'<td title="{quote}">{prose(cell.value)}</td>'


def foot(answer: Answer) -> str:
    """The small print under an answer: what was searched, what was left out, model and time."""
    parts = []
    if answer.standalone_question.strip() != answer.question.strip():
        searched = escape(answer.standalone_question)
        edit = f'<button type="button" class="edit" data-question="{searched}">Edit</button>'
        parts.append(f"Searched for “{searched}” {edit}")
    if answer.filter:
        parts.append(f"Only papers {escape(describe(answer.filter))}")
    if answer.coverage is not None:
        seen = answer.coverage
        all_of = "all " if seen.examined == seen.corpus else f"{seen.examined} of "
        verb = "matches" if seen.matched == 1 else "match"
        parts.append(f"Looked at {all_of}{count(seen.corpus, 'paper')}: {seen.matched} {verb}")
    if answer.removed.claims:
        parts.append(f"{count(answer.removed.claims, 'sentence')} left out for lack of a quote")
    if answer.removed.replaced:
        by = "its quote" if answer.removed.replaced == 1 else "their quotes"
        parts.append(f"{count(answer.removed.replaced, 'sentence')} replaced by {by}")
    if not answer.abstained:
        parts.append(mode_name(answer.mode, answer.model))
    parts.append(duration(answer.timings.total_ms))
    return "".join(f"<span>{part}</span>" for part in parts)
