"""A comparison as a self-contained web page: table, quotes and abstracts. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Cell, ComparedPaper, Comparison, SummaryClaim
from ui.web.render.comparison import abstract, foot, mark
from ui.web.render.math import prose
from ui.web.render.text import count, escape, link

_STYLE = """
:root { color-scheme: light dark; --line: #d9d5cc; --soft: #625e57; --mark: #fff0b8; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3a3d3e; --soft: #a9a59c; --mark: #463a12; --page: #141516; }
}
body { margin: 0; padding: 24px; background: var(--page); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; } h2 { margin-top: 32px; font-size: 17px; } h3 { font-size: 15px; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; }
th, td { min-width: 150px; padding: 8px 10px; border: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; }
.unsaid, small, .foot { color: var(--soft); }
.unsaid { font-style: italic; }
details { margin-top: 6px; font-size: 13px; } summary { color: var(--soft); cursor: pointer; }
blockquote { margin: 4px 0 0; padding-left: 8px; border-left: 3px solid var(--line); }
mark { background: var(--mark); color: inherit; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.foot span + span::before { content: " · "; }
@media print { details > * { display: block; } body { padding: 0; } }
"""


def document(comparison: Comparison) -> str:
    """A web page with the table, the quotes and the abstracts; it loads nothing else."""
    width = len(comparison.aspects)
    heads = "".join(f'<th scope="col">{escape(aspect)}</th>' for aspect in comparison.aspects)
    rows, abstracts = [], []
    for at, paper in enumerate(comparison.papers):
        cells = comparison.cells[at * width : (at + 1) * width]
        parts = "".join(_quoted(cell) for cell in cells)
        name = f'<a href="#p{at + 1}">{prose(paper.title)}</a>'
        rows.append(f'<tr><th scope="row">{at + 1}. {name}</th>{parts}</tr>')
        abstracts.append(
            f'<h3 id="p{at + 1}">{at + 1}. {prose(paper.title)}</h3>'
            f"<p><small>{escape(paper.paper_id)}</small> {link(paper.url)}</p>"
            f"<p>{abstract(paper.abstract, cells)}</p>"
        )
    claims = "".join(_claim(claim, comparison.papers) for claim in comparison.summary)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{count(len(comparison.papers), 'paper')} compared</title>"
        f"<style>{_STYLE}</style></head><body><h1>Papers compared</h1>"
        f'<div class="table"><table><thead><tr><th scope="col">Paper</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        + (f"<h2>Shared and different</h2><ul>{claims}</ul>" if claims else "")
        + f"<h2>Abstracts, with the quoted sentences marked</h2>{''.join(abstracts)}"
        f'<p class="foot">{foot(comparison)}</p></body></html>\n'
    )


def _quoted(cell: Cell) -> str:
    if cell.status == "not_stated":
        return '<td class="unsaid">not stated</td>'
    quotes = "".join(f"<blockquote>{prose(quote.text)}</blockquote>" for quote in cell.quotes)
    return (
        f"<td>{prose(cell.value)}{mark(cell.verdict)}"
        f"<details><summary>Quote</summary>{quotes}</details></td>"
    )


def _claim(claim: SummaryClaim, papers: Sequence[ComparedPaper]) -> str:
    numbers = {paper.paper_id: number for number, paper in enumerate(papers, start=1)}
    cited = "".join(
        f' <a href="#p{numbers[i]}">[{numbers[i]}]</a>' for i in claim.citations if i in numbers
    )
    return f"<li>{prose(claim.text)}{cited}</li>"
