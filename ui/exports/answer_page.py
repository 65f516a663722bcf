"""One answer as a self-contained web page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag.types import Answer, Citation, Claim, PaperRef, Span
from ui.exports.bundle import Bundle, BundledPaper
from ui.markdown import Line, Words, read_blocks
from ui.outline import Part, name_of, paper_of_line, parts_of
from ui.web.render.basics.math import prose
from ui.web.render.basics.status import mode_line
from ui.web.render.basics.text import count, cuts, duration, escape, link, verdict

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1c1a; --soft: #625e57; --line: #e3e0d9; --page: #f7f6f3;
  --card: #fff; --mark: #fff0b8; --accent: #0d5f66; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece9e2; --soft: #a9a59c; --line: #2e3132;
  --page: #141516; --card: #1c1e1f; --mark: #463a12; --accent: #74c6c6; } }
body { max-width: 760px; margin: 0 auto; padding: 40px 20px; background: var(--page);
  color: var(--ink); font: 16px/1.65 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 24px; line-height: 1.3; } h2 { margin-top: 36px; font-size: 15px; }
h3 { margin: 0; font-size: 15px; line-height: 1.4; }
a { color: var(--accent); } a.n { font-size: 13px; font-weight: 600; text-decoration: none; }
section { margin-top: 12px; padding: 16px 18px; border: 1px solid var(--line);
  border-radius: 12px; background: var(--card); }
section p { margin: 8px 0 0; font-size: 14px; color: var(--soft); }
mark { background: var(--mark); color: var(--ink); }
.verdict, footer { color: var(--soft); font-size: 13px; } footer { margin-top: 32px; }
footer span + span::before { content: " · "; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""


def document(bundle: Bundle) -> str:
    """A web page with the answer, its sources and their abstracts; it loads nothing else."""
    answer = bundle.answer
    papers = {paper.paper_id: paper for paper in bundle.papers}
    cited = "".join(
        _paper(papers[c.paper_id], c.number, c.quotes)
        for c in answer.citations
        if c.paper_id in papers
    )
    near = "".join(
        _paper(papers[ref.paper_id], None, ref.quotes)
        for ref in answer.nearest
        if ref.paper_id in papers
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(answer.question)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(answer.question)}</h1>{_answer(answer)}"
        + (f"<h2>Sources, with the quoted sentences marked</h2>{cited}" if cited else "")
        + (f"<h2>Nearest papers</h2>{near}" if near else "")
        + f"<footer>{_foot(bundle)}</footer></body></html>\n"
    )


def _answer(answer: Answer) -> str:
    """The whole answer with links to its papers, or why there is none."""
    cited = {citation.number: citation for citation in answer.citations}
    if answer.abstained:
        return _markdown(answer.answer, cited)
    parts = "".join(_part(part, cited) for part in parts_of(answer))
    return _markdown(answer.lead, cited) + parts


def _part(part: Part, cited: Mapping[int, Citation]) -> str:
    heading = f"<h2>{prose(part.heading)}</h2>" if part.heading else ""
    said = [f"{_named(claim, part, cited)}{_said(claim)}" for claim in part.claims]
    text = f"<p>{prose(part.text)}</p>" if part.text else ""
    papers = _list(map(_pointer, part.papers))
    body = _list(said) if part.lines else f"<p>{' '.join(said)}</p>" if said else ""
    return heading + body + text + papers


def _said(claim: Claim) -> str:
    marks = "".join(map(_mark, claim.citations))
    return f"{prose(claim.text)} {marks}{verdict(claim.verdict)}"


def _named(claim: Claim, part: Part, cited: Mapping[int, Citation]) -> str:
    paper = paper_of_line(claim, cited) if part.lines else None
    return f"<strong>{prose(name_of(paper))}</strong>: " if paper else ""


def _pointer(paper: PaperRef) -> str:
    quote = f": “{prose(paper.quotes[0].text)}”" if paper.quotes else ""
    return f"{prose(paper.title)}{quote}"


def _markdown(text: str, cited: Mapping[int, Citation]) -> str:
    """The Markdown of a lead or a refusal."""
    out = ""
    for block in read_blocks(text):
        lines = [_line(line, cited) for line in block.lines]
        out += f"<p>{lines[0]}</p>" if block.shape == "paragraph" else _list(lines)
    return out


def _line(line: Line, cited: Mapping[int, Citation]) -> str:
    out = ""
    for part in line:
        if isinstance(part, Words):
            text = prose(part.text)
            out += f"<strong>{text}</strong>" if part.style == "bold" else text
        else:
            out += _mark(part.number) if part.number in cited else f"[{part.number}]"
    return out


def _mark(number: int) -> str:
    return f'<a class="n" href="#p{number}">[{number}]</a>'


def _list(items: Iterable[str]) -> str:
    inside = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{inside}</ul>" if inside else ""


def _paper(paper: BundledPaper, number: int | None, quotes: Sequence[Span]) -> str:
    place, badge = (f' id="p{number}"', f"[{number}] ") if number else ("", "")
    text = "".join(
        f'<mark data-start="{start}" data-end="{end}">{prose(paper.abstract[start:end])}</mark>'
        if marked
        else prose(paper.abstract[start:end])
        for start, end, marked in cuts(len(paper.abstract), quotes)
    )
    url = link(paper.url)
    return (
        f"<section{place}><h3>{badge}{prose(paper.title)}</h3><p>{text}</p>"
        f"<p>{escape(paper.paper_id)} {url}</p></section>"
    )


def _foot(bundle: Bundle) -> str:
    answer = bundle.answer
    quotes = sum(len(citation.quotes) for citation in answer.citations)
    parts = [
        f"Made by paperchat {escape(bundle.version)}",
        escape(bundle.asked_at),
        mode_line(answer.mode, answer.model),
        duration(answer.timings.total_ms),
        f"{count(quotes, 'quote')} checked against the abstracts above" if quotes else "",
    ]
    return "".join(f"<span>{part}</span>" for part in parts if part)
