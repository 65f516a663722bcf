"""One paper's cells side by side: no words twice, and each number with what it measures. Pure.

Two aspects of a paper often rest on one sentence. Then each cell has its own clause of it. Where it
has only one, the aspect that it states best keeps the words; another has those of its second quote,
or a pointer (`Cell.see`). What is quoted stays with each cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rag.comparing.cells import quoted_cell
from rag.decisions.aspect_sentences import AspectRanker, Ranked
from rag.decisions.aspects import APPROACH, ASPECTS, RESULT, Aspect
from rag.decisions.measures import measures_in
from rag.text.sentences.clauses import clause, clause_span
from rag.types import STANCES, Cell, Measure, Paper, Span

_READ_FIRST = (APPROACH, RESULT)  # they are looked at before all others, and keep their words
_SHORT = 6  # words; where cells share a sentence, short clauses of it are looked for


def quoted_row(
    paper: Paper, aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]
) -> list[Cell]:
    """The cells of aspects without a language model, in their order; no two say the same."""
    made = {aspect.id: quoted_cell(paper, aspect, ranked[aspect.id]) for aspect in aspects}
    kept: dict[str, Cell] = {}
    for aspect in _by_claim(aspects, ranked):
        own = made[aspect.id]
        if not own.quotes or aspect.is_address:
            continue
        if same := _repeated(own, kept.values()):
            other = next(name for name, cell in kept.items() if cell is same)
            parted = _parted(same, ranked[other][0], own, ranked[aspect.id][0])
            if parted and not any(_repeated(c, _without(kept, other)) for c in parted):
                kept[other], own = parted
            else:
                own = _second(own, ranked[aspect.id], kept.values())
        kept[aspect.id] = own
    made |= kept
    return finished([made[aspect.id] for aspect in aspects], aspects, ranked)


def quoted_cells(aspect_ranker: AspectRanker, papers: Sequence[Paper]) -> tuple[Cell, ...]:
    """One cell for every paper and each known aspect, paper by paper."""
    ranking = aspect_ranker.rank(papers, ASPECTS)
    return tuple(
        cell
        for paper in papers
        for cell in quoted_row(
            paper, ASPECTS, {a.id: ranking.get((paper.paper_id, a.id), ()) for a in ASPECTS}
        )
    )


def finished(
    cells: Sequence[Cell], aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]
) -> list[Cell]:
    """The aspects' cells with pointers in place of words said before, and with their numbers.

    A number is in one cell of the row alone.
    """
    made = {cell.aspect: cell for cell in cells}
    said: list[Cell] = []
    taken: set[int] = set()
    for aspect in _by_claim(aspects, ranked):
        cell = made[aspect.label]
        if cell.status == "stated" and not aspect.is_address:
            same = _repeated(cell, said)
            found = tuple(m for m in _measures(cell, cells) if m.text.start not in taken)
            made[aspect.label] = replace(cell, see=same.aspect if same else "", measures=found)
            taken |= {one.text.start for one in found}
            said += [] if same else [cell]
    return [made[cell.aspect] for cell in cells]


def _by_claim(aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]) -> list[Aspect]:
    """Who keeps words that several cells have: a reader's own column, which has asked for them;
    then what is read first; then by the margin."""
    return sorted(
        aspects,
        key=lambda a: (
            a.kind != "own",
            a not in _READ_FIRST,
            -ranked[a.id][0].margin if ranked[a.id] else 0.0,
        ),
    )


def measured(cell: Cell) -> Cell:
    """The cell with the measured numbers of its quotes."""
    return replace(cell, measures=tuple(_measures(cell, ())))


def _measures(cell: Cell, row: Iterable[Cell]) -> Iterator[Measure]:
    """The measured numbers of a cell's quotes; offsets are into the abstract.

    Where another cell of the ``row`` has words of the same quote, only those in the cell's own.
    """
    if cell.value in STANCES or cell.value.startswith(("http://", "https://")):
        return
    others = [other.value for other in row if other.quotes and other.aspect != cell.aspect]
    for quote in cell.quotes:
        at = quote.text.find(cell.value)
        shared = at >= 0 and any(other != cell.value and other in quote.text for other in others)
        start, end = (at, at + len(cell.value)) if shared else (0, len(quote.text))
        for one in measures_in(quote.text):
            if start <= one.text.start < end:
                yield _moved(one, quote.start)


def _parted(one: Cell, first: Ranked, other: Cell, second: Ranked) -> tuple[Cell, Cell] | None:
    """The two cells of one sentence with a clause of it each; None if it has no two for them."""
    if first.span != second.span:
        return None
    text = first.span.text
    a = clause_span(text, first.place, _SHORT, participles=True)
    b = clause_span(text, second.place, _SHORT, participles=True)
    if a[0] < b[1] and b[0] < a[1]:
        return None
    return replace(one, value=text[slice(*a)]), replace(other, value=text[slice(*b)])


def _second(cell: Cell, ranked: Sequence[Ranked], kept: Iterable[Cell]) -> Cell:
    """The cell in the words of its second quote, which states the aspect nearly as well."""
    others = [item for item in ranked if item.span in cell.quotes[1:]]
    said = [replace(cell, value=clause(item.span.text, item.place)) for item in others]
    return next((one for one in said if not _repeated(one, kept)), cell)


def _without(kept: Mapping[str, Cell], name: str) -> list[Cell]:
    return [cell for other, cell in kept.items() if other != name]


def _repeated(cell: Cell, others: Iterable[Cell]) -> Cell | None:
    """The first of the others that has the same words, or that has these within its own."""
    return next((o for o in others if o.value in cell.value or cell.value in o.value), None)


def _moved(one: Measure, by: int) -> Measure:
    def moved(span: Span | None) -> Span | None:
        return None if span is None else Span(span.text, span.start + by, span.end + by)

    text = Span(one.text.text, one.text.start + by, one.text.end + by)
    return replace(
        one, text=text, metric=moved(one.metric), data=moved(one.data), than=moved(one.than)
    )
