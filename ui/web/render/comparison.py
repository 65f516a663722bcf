"""A comparison as HTML: its rows and its summary. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.text.names.identifiers import running_addresses
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
from ui.web.render.basics.math import formulas, prose
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
    title = f'<span class="title" title="{escape(paper.title)}">{prose(paper.title)}</span>'
    return title + link(paper.url)


def cell_of(cell: Cell) -> str:
    """What stands in a cell: the reader's correction, or its numbers, its value and its sentences.

    A value in the paper's own words stands inside of its sentence. What a compact row leaves out is
    ``beside`` it, or a ``sentence`` of its own; what a full row leaves out is ``measures``: there
    the numbers are marked in the sentences. Where `pointer` has a name, the cell begins with it.
    """
    if cell.corrected is not None:
        return _corrected(cell)
    if cell.status == "not_stated":
        return '<span class="value">not stated</span>'
    if cell.value in STANCES:  # a word alone says too little: its sentence is always shown
        sentence = linked(cell.quotes[0].text)
        said = f'<span class="value">{cell.value}</span> <span class="because">{sentence}</span>'
    else:
        said = _measures(cell) + _in_sentences(cell)
    see = pointer(cell)
    elsewhere = f'<div class="see">as under {escape(see)}</div>' if see else ""
    return f'{elsewhere}<div class="said" dir="auto">{said}</div>{mark(cell.verdict)}'


def pointer(cell: Cell) -> str:
    """The column of the same row that has the cell's words already; empty if none has.

    An address stays where it is, to be clicked.
    """
    return "" if cell.corrected is not None or "href=" in linked(cell.value) else cell.see


def _in_sentences(cell: Cell) -> str:
    """The quotes, with the value marked in the first that has it; before them, if none has."""
    numbers = [measure.text for measure, _ in with_before(cell.measures)]
    home, rest = "", []
    for quote in cell.quotes:
        place = None if home else _place(quote.text, cell.value)
        if place is None:
            whole = _numbered(quote, 0, len(quote.text), numbers)
            rest.append(f'<span class="sentence">{whole}</span>')
        else:
            cut = (
                (0, place[0], "beside"),
                (*place, "value"),
                (place[1], len(quote.text), "beside"),
            )
            home = "".join(
                f'<span class="{kind}">{_numbered(quote, start, end, numbers)}</span>'
                for start, end, kind in cut
                if start < end
            )
    return "".join([home or f'<span class="value">{linked(cell.value)}</span>', *rest])


def _place(text: str, value: str) -> tuple[int, int] | None:
    """Where a value stands in a sentence, if it can be marked there.

    No formula and no address is cut; the address behind a name is not seen in its sentence.
    """
    start = text.find(value)
    if start < 0:
        return None
    addresses = list(running_addresses(text))
    if any(one.named and value in one.url for one in addresses):
        return None
    wholes = [*formulas(text), *((one.start, one.end) for one in addresses)]
    return _uncut(start, start + len(value), wholes)


def _numbered(quote: Span, start: int, end: int, numbers: Sequence[Span]) -> str:
    """``quote.text[start:end]`` with each of the ``numbers`` of the abstract marked in it."""
    out, at = [], start
    for number in numbers:
        first, last = number.start - quote.start, number.end - quote.start
        first, last = _uncut(first, last, formulas(quote.text))
        if at <= first and last <= end:
            inside = linked(quote.text, first, last)
            out += [linked(quote.text, at, first), f'<b class="number">{inside}</b>']
            at = last
    return "".join([*out, linked(quote.text, at, end)])


def _uncut(start: int, end: int, wholes: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """A range that has all of each of the ``wholes`` that it has a part of."""
    for first, last in wholes:
        if first < end and start < last:
            start, end = min(start, first), max(end, last)
    return start, end


def _corrected(cell: Cell) -> str:
    """The reader's own words, which are nobody's quote, with what the program had found."""
    found = cell.value or "not stated"
    return (
        '<div class="said" dir="auto">'
        f'<span class="value">{linked(cell.corrected or "not stated")}</span>'
        f'<span class="sentence was">Found: {linked(found)}</span></div>'
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
