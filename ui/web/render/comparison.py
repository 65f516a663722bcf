"""A comparison as HTML: its rows and its summary. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.quantities.measure_words import number_words, with_before
from rag.types import (
    STANCES,
    Cell,
    ComparedPaper,
    Comparison,
    Span,
    SummaryClaim,
    Verdict,
)
from ui.web.render.basics.linked import linked
from ui.web.render.basics.math import prose
from ui.web.render.basics.status import mode_name
from ui.web.render.basics.text import count, cuts, duration, escape, link

# The mark of each verdict: its sign, and the same in words.
_MARKS: dict[Verdict, tuple[str, str]] = {
    "supported": ("✓", "supported by its quote"),
    "partial": ("◐", "partly supported by its quote"),
    "unsupported": ("✕", "not supported by its quote"),
}


def head_of(paper: ComparedPaper) -> str:
    """What stands at the head of a paper's row: its title, and its address."""
    return f'<span class="title" dir="auto">{prose(paper.title)}</span>{link(paper.url)}'


def cell_of(cell: Cell) -> str:
    """What stands in a cell: the reader's correction, or its numbers, its value and its sentences.

    Sentences (``sentence``) are for the full view, where the value does not repeat them already.
    """
    if cell.corrected is not None:
        return _corrected(cell)
    if cell.status == "not_stated":
        return '<span class="value">not stated</span>'
    if cell.value in STANCES:  # a word alone says too little: its sentence is always shown
        sentence = linked(cell.quotes[0].text)
        said = f'<span class="value">{cell.value}</span> <span class="because">{sentence}</span>'
    else:
        said = f'{_measures(cell)}<span class="value">{linked(cell.value)}</span>' + "".join(
            f'<span class="sentence">{linked(quote.text)}</span>'
            for quote in cell.quotes
            if quote.text.strip() != cell.value.strip()
        )
    # What is an address stays to be clicked.
    if cell.see and "href=" not in linked(cell.value):
        said = f'<span class="see">as under {escape(cell.see)}</span>{said}'
    return f'<div class="said">{said}</div>{mark(cell.verdict)}'


def _corrected(cell: Cell) -> str:
    """The reader's own words, which are nobody's quote, with what the program had found."""
    found = cell.value or "not stated"
    return (
        f'<div class="said"><span class="value">{linked(cell.corrected or "not stated")}</span>'
        f'<span class="sentence">Found: {linked(found)}</span></div>'
        '<span class="mark yours" title="corrected by you"><span aria-hidden="true">✎</span>'
        '<span class="sr">(corrected by you)</span></span>'
        f'<button type="button" class="back" tabindex="-1" title="Put back: {escape(found)}">'
        '<span aria-hidden="true">↺</span><span class="sr">Put back what was found</span></button>'
    )


def _measures(cell: Cell) -> str:
    """The numbers that are the paper's own, large, each with what it measures and on which data."""
    shown = "".join(
        f'<span class="measure"><b>{escape(number_words(measure, before))}</b>'
        + (f" {prose(measure.metric.text)}" if measure.metric else "")
        + (f' <span class="data-set">{prose(measure.data.text)}</span>' if measure.data else "")
        + "</span>"
        for measure, before in with_before(cell.measures)
    )
    return f'<span class="measures">{shown}</span>' if shown else ""


def mark(verdict: Verdict | None) -> str:
    """The mark of a cell, with words for pointers and screen readers."""
    if verdict is None:
        return ""
    sign, words = _MARKS[verdict]
    return (
        f' <span class="mark {verdict}" title="{words}"><span aria-hidden="true">{sign}</span>'
        f'<span class="sr">({words})</span></span>'
    )


def abstract(text: str, cells: Sequence[Cell]) -> str:
    """The whole abstract with a ``<mark>`` on every sentence that a cell quotes."""
    quotes: list[Span] = [quote for cell in cells for quote in cell.quotes]
    return "".join(
        f'<mark data-start="{start}" data-end="{end}">{prose(text[start:end])}</mark>'
        if marked
        else prose(text[start:end])
        for start, end, marked in cuts(len(text), quotes)
    )


def summary(claims: Sequence[SummaryClaim], papers: Sequence[ComparedPaper]) -> str:
    """What the papers share and where they differ: an item for each claim, with its rows."""
    numbers = {paper.paper_id: number for number, paper in enumerate(papers, start=1)}
    return "".join(
        f"<li>{prose(claim.text)} "
        + "".join(
            f'<button type="button" class="chip" data-key="{escape(i)}"'
            f' aria-label="Row {numbers[i]}">{numbers[i]}</button>'
            for i in claim.citations
            if i in numbers
        )
        + "</li>"
        for claim in claims
    )


def foot(comparison: Comparison) -> str:
    """The small print: size, model and time."""
    stated = sum(cell.status == "stated" for cell in comparison.cells)
    parts = [
        f"{count(len(comparison.papers), 'paper')} × {count(len(comparison.aspects), 'column')}",
        f"{stated} of {len(comparison.cells)} cells stated",
        mode_name(comparison.mode, comparison.model),
        duration(comparison.timings.total_ms),
    ]
    return "".join(f"<span>{part}</span>" for part in parts if part)
