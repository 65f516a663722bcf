"""One answer as HTML: sentences with their chips, buttons to papers, the small print. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text.names.titles import short_title
from rag.text.wording import describe
from rag.types import Answer, Cell, Citation, Claim, PaperRef, Span
from ui.web.render.basics.linked import linked
from ui.web.render.basics.math import has_tex, prose
from ui.web.render.basics.status import mode_name
from ui.web.render.basics.text import count, duration, escape, verdict
from ui.web.render.chat.names import name, place

UNBREAKABLE = 24  # the longest last word, in characters, that stays on a line with its chips
SEARCHED = 400  # characters of what was searched for, in the small print


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
    said = " … ".join(quote.text for quote in quotes)
    return (
        f'<button type="button" class="chip" {place(citation.paper_id, quotes)}'
        f' data-title="{escape(citation.title)}" data-quote="{escape(said)}"'
        f"{_drawn(citation.title, said)}"
        f' aria-label="Source {citation.number}: {escape(citation.title)}">'
        f"{citation.number}</button>"
    )


def _drawn(title: str, said: str) -> str:
    """The chip's tip as markup, where plain text would show TeX."""
    if not (has_tex(title) or has_tex(said)):
        return ""
    tip = f"<strong>{prose(title)}</strong><span>{prose(said)}</span>"
    return f' data-tip="{escape(tip)}"'


def pointer(paper: PaperRef) -> str:
    """The button with a paper's title and a sentence of it that answers nothing yet."""
    said = " … ".join(quote.text for quote in paper.quotes)
    quote = f'<span class="quote" dir="auto">“{prose(said)}”</span>' if said else ""
    title = short_title(paper.title) if said else paper.title
    return (
        f'<button type="button" class="near" {place(paper.paper_id, paper.quotes)}'
        f' title="{escape(paper.title)}"><span class="whose" dir="auto">{prose(title)}</span>'
        f"{quote}</button>"
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A checked sentence as HTML: with its chips, without them, and the chips alone."""

    whole: str
    bare: str
    chips: str


def sentence(claim: Claim, citations: Sequence[Citation], before: Sequence[Citation]) -> Drawn:
    """One checked sentence with its chips and a mark that says how well it is supported.

    The last word stays with the chips, so that no line begins with one.
    """
    now, old = {c.number: c for c in citations}, {c.number: c for c in before}
    chips = "".join(
        chip(now[n], quotes_of(claim, now[n], old.get(n))) for n in claim.citations if n in now
    )
    return Drawn(_said(claim, chips), _said(claim, ""), chips)


def line(paper: Citation | None, drawn: Drawn) -> str:
    """A line of a list: its number, which is the chip, its paper's name, and the sentence."""
    return f"{drawn.chips}{name(paper)} {drawn.bare}" if paper else drawn.whole


def _said(claim: Claim, chips: str) -> str:
    text = claim.text
    cut = text.rfind(" ") + 1
    if len(text) - cut > UNBREAKABLE:
        cut = len(text)
    mark = verdict(claim.verdict, claim.support)
    # A sign stays with its chips; words may go to the next line.
    inside, after = (mark, "") if claim.verdict == "supported" else ("", mark)
    return (
        f'<span class="claim">{linked(text, 0, cut)}</span>'
        f'<span class="tail">{linked(text, cut)}{chips}{inside}</span>{after}'
    )


def matrix(cells: Sequence[Cell], citations: Sequence[Citation]) -> str:
    """Papers side by side: a column for each paper, a row for each aspect that one of them states.

    Pointing at a cell shows its whole sentences. A cell has its paper's name for narrow screens,
    where the cells of a row stand one below the other.
    """
    stated = [cell for cell in cells if cell.status == "stated"]
    if not stated:
        return ""
    by_place = {(cell.paper_id, cell.aspect): cell for cell in cells}
    heads = "".join(
        f'<th scope="col"><span class="num">{c.number}</span> {name(c, c.title, "titled")}</th>'
        for c in citations
    )
    rows = []
    for aspect in dict.fromkeys(cell.aspect for cell in cells):
        if any(cell.aspect == aspect for cell in stated):
            row = "".join(_matrix_cell(by_place[c.paper_id, aspect], c) for c in citations)
            rows.append(f'<tr><th scope="row">{escape(aspect)}</th>{row}</tr>')
    return (
        '<div class="matrix" role="region" tabindex="0" aria-label="The papers side by side">'
        f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _matrix_cell(cell: Cell, paper: Citation) -> str:
    opened = f'<td data-paper="{paper.number} {escape(short_title(paper.title))}"'
    if cell.status == "not_stated":
        return f'{opened} class="unsaid">not stated</td>'
    quote = escape(" … ".join(span.text for span in cell.quotes))
    value = linked(cell.value)
    if cell.see and "href=" not in value:  # the words stand in the same paper's other row
        return f'{opened} class="unsaid" title="{quote}">as under {escape(cell.see)}</td>'
    return f'{opened} title="{quote}" dir="auto">{value}</td>'


def _ends(text: str) -> str:
    """A pasted text without its middle: what was added to a follow-up stands at its end."""
    if len(text) <= SEARCHED:
        return text
    start, end = text[: SEARCHED // 2], text[-SEARCHED // 2 :]
    return f"{start.rpartition(' ')[0] or start} … {end.partition(' ')[2] or end}"


def foot(answer: Answer) -> str:
    """The small print under an answer: what was searched, what was left out, model and time.

    Where nothing was searched for, there is nothing to say.
    """
    told = bool(answer.lead) and not answer.claims
    if told and not answer.citations:
        return ""
    parts = []
    if answer.standalone_question.strip() != answer.question.strip():
        searched = escape(answer.standalone_question)
        edit = f'<button type="button" class="edit" data-question="{searched}">Change it</button>'
        parts.append(f"Searched for “{escape(_ends(answer.standalone_question))}” {edit}")
    if answer.filter:
        parts.append(f"Only papers {escape(describe(answer.filter))}")
    if answer.coverage is not None:
        seen = answer.coverage
        all_of = "all " if seen.examined == seen.corpus else f"{seen.examined:,} of "
        verb = "matches" if seen.matched == 1 else "match"
        parts.append(f"Looked at {all_of}{count(seen.corpus, 'paper')}: {seen.matched:,} {verb}")
    if answer.removed.claims:
        parts.append(f"{count(answer.removed.claims, 'sentence')} left out for lack of a quote")
    if answer.removed.replaced:
        by = "its quote" if answer.removed.replaced == 1 else "their quotes"
        parts.append(f"{count(answer.removed.replaced, 'sentence')} replaced by {by}")
    if not (answer.abstained or told):
        parts.append(mode_name(answer.mode, answer.model))
    parts.append(duration(answer.timings.total_ms))
    return "".join(f"<span>{part}</span>" for part in parts)
