"""A comparison to keep: its table with the quotes behind each cell, as one document. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rag.text.names.titles import short_title
from rag.types import Cell as Compared
from rag.types import Comparison, Paper
from ui.exports.comparisons.cells import cell_numbers, cell_words
from ui.exports.documents.document import (
    Block,
    Cell,
    Document,
    Heading,
    Paragraph,
    Quote,
    Source,
    Table,
    citing,
    text,
)
from ui.exports.known_papers import plain_paper
from ui.markdown import Marker, Words

_NAMED = 3  # papers that the title names


def comparison_document(comparison: Comparison, library: Mapping[str, Paper]) -> Document:
    """The comparison as a document in landscape; ``library`` knows more of its papers."""
    papers = tuple(
        plain_paper(p.paper_id, p.title, p.url, p.abstract, library) for p in comparison.papers
    )
    names = [short_title(paper.title) for paper in papers]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return Document(
        title=f"{', '.join(names[:_NAMED])}{more} compared",
        blocks=tuple(_blocks(comparison)),
        papers=papers,
        mode=comparison.mode,
        model=comparison.model,
        wide=True,
    )


def _blocks(comparison: Comparison) -> Iterator[Block]:
    width = len(comparison.aspects)
    rows = [comparison.cells[at * width : (at + 1) * width] for at in range(len(comparison.papers))]
    numbers = {paper.paper_id: at for at, paper in enumerate(comparison.papers, start=1)}
    yield Table(
        ("Paper", *comparison.aspects),
        tuple(
            (
                Cell((Words(f"{short_title(paper.title)} "), Marker(at))),
                *(_cell(cell, at) for cell in cells),
            )
            for at, (paper, cells) in enumerate(zip(comparison.papers, rows, strict=True), start=1)
        ),
    )
    if comparison.summary:
        yield Heading("Shared and different")
        for claim in comparison.summary:
            yield Paragraph(citing(claim.text, [numbers[i] for i in claim.citations]), "bullet")
    yield Heading("Sources")
    for at, cells in enumerate(rows, start=1):
        yield Source(at)
        said = {span: None for cell in cells for span in cell.quotes}
        for span in sorted(said, key=lambda span: span.start):
            yield Quote(span, at)


def _cell(cell: Compared, number: int) -> Cell:
    words = cell_words(cell)
    if cell.status == "not_stated" or cell.corrected is not None or cell.see:
        return Cell(text(words))
    doubt = f" ({cell.verdict})" if cell.verdict in ("partial", "unsupported") else ""
    numbers = "; ".join(cell_numbers(cell))
    said = f"{numbers} – {words}{doubt}" if numbers else f"{words}{doubt}"
    # A cell in the paper's own words is its quote; the sources below have the whole sentence.
    own = any(cell.value in span.text for span in cell.quotes)
    return Cell(text(said), () if own else tuple(Quote(span, number) for span in cell.quotes[:1]))
