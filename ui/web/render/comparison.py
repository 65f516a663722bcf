"""A comparison as HTML: its rows and its summary. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import STANCES, Cell, ComparedPaper, Comparison, Span, SummaryClaim, Verdict
from ui.web.render.math import prose
from ui.web.render.status import mode_name
from ui.web.render.text import count, cuts, duration, escape, link

# The mark of each verdict: its sign, and the same in words.
_MARKS: dict[Verdict, tuple[str, str]] = {
    "supported": ("✓", "supported by its quote"),
    "partial": ("◐", "partly supported by its quote"),
    "unsupported": ("✕", "not supported by its quote"),
}


def row(number: int, paper: ComparedPaper, cells: Sequence[Cell]) -> str:
    """The inside of one table row: the paper's name, then its cells."""
    head = (
        f'<th scope="row"><span class="num">{number}</span>'
        f'<span class="title">{prose(paper.title)}</span>{link(paper.url)}</th>'
    )
    return head + "".join(cell_of(cell) for cell in cells)


def cell_of(cell: Cell) -> str:
    """One cell, with its status, its verdict and its quotes' offsets as data attributes."""
    if cell.status == "not_stated":
        return '<td class="unsaid" data-status="not_stated">not stated</td>'
    spans = ",".join(f"{quote.start}-{quote.end}" for quote in cell.quotes)
    stance, sentence = "", ""
    if cell.value in STANCES:  # a word alone says too little: show its sentence too
        stance = f' data-stance="{cell.value}"'
        sentence = f'<span class="sentence">{prose(cell.quotes[0].text)}</span>'
    return (
        f'<td data-status="stated" data-verdict="{cell.verdict}" data-spans="{spans}"{stance}>'
        f'<span class="value">{prose(cell.value)}</span>{mark(cell.verdict)}{sentence}</td>'
    )


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
        f"{count(len(comparison.papers), 'paper')} × {count(len(comparison.aspects), 'aspect')}",
        f"{stated} of {len(comparison.cells)} cells stated",
        mode_name(comparison.mode, comparison.model),
        duration(comparison.timings.total_ms),
    ]
    return "".join(f"<span>{part}</span>" for part in parts if part)
