"""A comparison as a self-contained web page: summary, table, quotes and abstracts. Pure.

Nothing is cut on any screen or sheet: where the columns have no room side by side, each paper
becomes a block with a line for each aspect.
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.types import STANCES, Cell, Comparison, SummaryClaim
from ui.exports.comparisons.cells import CORRECTED, cell_numbers
from ui.web.render.basics.linked import linked
from ui.web.render.basics.math import prose
from ui.web.render.basics.text import count, escape, link
from ui.web.render.comparison import abstract, foot, mark

_COLUMN = 132  # pixels that a column needs at least on a screen
_MOST_PRINTED = 9  # columns, that of the papers too, that fit a sheet in landscape
_STYLE = """
:root { color-scheme: light dark; --line: #d9d5cc; --soft: #625e57; --mark: #fff0b8; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3a3d3e; --soft: #a9a59c; --mark: #463a12; --page: #141516; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 24px; background: var(--page); font: 15px/1.5 system-ui, sans-serif; }
body { overflow-wrap: break-word; } a { overflow-wrap: anywhere; }
h1 { margin: 0 0 4px; font-size: 22px; } h2 { margin: 28px 0 8px; font-size: 17px; }
h3 { margin: 20px 0 0; font-size: 15px; }
p, ul { max-width: 80ch; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; line-height: 1.45; }
th, td { min-width: 100px; padding: 8px 10px; border: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; }
thead th { background: color-mix(in srgb, var(--line) 35%, var(--page)); }
.unsaid, .see, small, .foot { color: var(--soft); }
.unsaid, .see { font-style: italic; }
.numbers { display: block; font-weight: 600; }
.by-hand { display: block; font-size: .88em; }
.by-hand::before { content: "✎ "; }
details { margin-top: 6px; font-size: 13px; } summary { color: var(--soft); cursor: pointer; }
blockquote { margin: 4px 0 0; padding-left: 8px; border-left: 3px solid var(--line); }
mark { background: var(--mark); color: inherit; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.foot span + span::before { content: " · "; }
@page { size: A4 landscape; margin: 10mm; }
@media print {
  body { padding: 0; font-size: 10pt; } details { display: none; }
  tr, li, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; }
  table { table-layout: fixed; font-size: 7.5pt; line-height: 1.3; }
  th, td { min-width: 0; padding: 3px 4px; }
  mark { background: none; text-decoration: underline; }
}
"""
# Each paper as a block: under the media query that is put in.
_BLOCKS = """
@media %s {
  table, tbody, tr, th, td { display: block; } thead { display: none; }
  tr { margin-bottom: 16px; border: 1px solid var(--line); }
  tbody th, td { border: 0; border-bottom: 1px solid var(--line); } td:last-child { border: 0; }
  tbody th { background: color-mix(in srgb, var(--line) 35%%, var(--page)); }
  td::before { content: attr(data-aspect); display: block; font-weight: 600; font-style: normal; }
  .numbers { font-weight: 400; }
}
"""


def document(comparison: Comparison) -> str:
    """A web page with the summary, the table, the quotes and the abstracts; it loads nothing."""
    aspects = comparison.aspects
    heads = "".join(f'<th scope="col">{escape(aspect)}</th>' for aspect in aspects)
    rows, abstracts = [], []
    for at, paper in enumerate(comparison.papers):
        cells = comparison.cells[at * len(aspects) : (at + 1) * len(aspects)]
        name = f'<a href="#p{at + 1}" dir="auto">{prose(paper.title)}</a>'
        inside = "".join(map(_cell, cells))
        rows.append(f'<tr><th scope="row">{at + 1}. {name}</th>{inside}</tr>')
        abstracts.append(
            f'<h3 id="p{at + 1}" dir="auto">{at + 1}. {prose(paper.title)}</h3>'
            f"<p><small>{escape(paper.paper_id)}</small> {link(paper.url)}</p>"
            f'<p dir="auto">{abstract(paper.abstract, cells)}</p>'
        )
    papers = count(len(comparison.papers), "paper")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{papers} compared</title><style>{_style(1 + len(aspects))}</style></head>"
        f"<body><h1>{papers} compared</h1>"
        f"<h2>Shared and different</h2>{_summary(comparison)}"
        f'<h2>What each abstract says</h2><table><thead><tr><th scope="col">Paper</th>{heads}</tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
        f"<h2>Abstracts, with the quoted sentences marked</h2>{''.join(abstracts)}"
        f'<p class="foot">{foot(comparison)}{_by_hand(comparison)}</p></body></html>\n'
    )


def _style(columns: int) -> str:
    """The style of a table with so many columns."""
    narrow = f"screen and (max-width: {_COLUMN * columns + 48}px)"
    blocks = f"{narrow}, print" if columns > _MOST_PRINTED else narrow
    return _STYLE + _BLOCKS % blocks


def _summary(comparison: Comparison) -> str:
    if not comparison.summary:
        return "<p>The quotes name nothing that only some of these papers have.</p>"
    numbers = {paper.paper_id: at for at, paper in enumerate(comparison.papers, start=1)}
    return f"<ul>{''.join(_claim(claim, numbers) for claim in comparison.summary)}</ul>"


def _claim(claim: SummaryClaim, numbers: Mapping[str, int]) -> str:
    cited = "".join(
        f' <a href="#p{numbers[i]}">[{numbers[i]}]</a>' for i in claim.citations if i in numbers
    )
    return f"<li>{prose(claim.text)}{cited}</li>"


def _cell(cell: Cell) -> str:
    opened = f'<td data-aspect="{escape(cell.aspect)}"'
    quotes = "".join(f"<blockquote>{linked(quote.text)}</blockquote>" for quote in cell.quotes)
    folded = f"<details><summary>Quote</summary>{quotes}</details>" if quotes else ""
    if cell.corrected is not None:
        found = linked(cell.value) or "not stated"
        return (
            f"{opened}>{linked(cell.corrected) or 'not stated'}"
            f'<small class="by-hand">{CORRECTED}</small>'
            f"<details><summary>What was found</summary>{found}{quotes}</details></td>"
        )
    if cell.status == "not_stated":
        return f'{opened} class="unsaid">not stated</td>'
    if cell.see:
        return f'{opened} class="see">as under “{escape(cell.see)}”{folded}</td>'
    numbers = "".join(
        f'<span class="numbers">{prose(words)}</span>' for words in cell_numbers(cell)
    )
    if cell.value in STANCES:  # the word alone says too little
        folded = f"<blockquote>{linked(cell.quotes[0].text)}</blockquote>"
    elif len(cell.quotes) == 1 and cell.quotes[0].text.strip() == cell.value:
        folded = ""
    return f"{opened}>{numbers}{linked(cell.value)}{mark(cell.verdict)}{folded}</td>"


def _by_hand(comparison: Comparison) -> str:
    by_hand = sum(cell.corrected is not None for cell in comparison.cells)
    return f"<span>{count(by_hand, 'cell')} {CORRECTED}</span>" if by_hand else ""
