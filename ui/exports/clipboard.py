"""A document for the clipboard: as text that reads well anywhere, and as rich text. Pure.

Markdown needs no escapes to be read: a paper's brackets and stars stay as they are, and its TeX
becomes characters. Rich text has links and the quotes' own signs; Word and mail take that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from rag.types import Answer, Paper
from ui.exports.bundle import bundle_of
from ui.exports.cite import byline
from ui.exports.conversation import conversation_document, conversation_of
from ui.exports.documents.document import Block, Document, Heading, Paragraph, Quote, Source, Table
from ui.exports.references.facts import address
from ui.markdown import Line, Marker
from ui.web.render.basics.linked import linked
from ui.web.render.basics.math import prose
from ui.web.render.basics.readable import readable
from ui.web.render.basics.text import escape

_MARKS = {"bold": "**", "code": "`"}
_TAGS = {"bold": "b", "code": "code"}


def markdown(answer: Answer, papers: Mapping[str, Paper]) -> str:
    """One answer as `as_text` writes it."""
    return as_text(conversation_document(conversation_of(bundle_of(answer, papers)), papers))


def as_text(document: Document) -> str:
    """Markdown without escapes: the title, the blocks, and each source with its quotes."""
    parts = [f"**{readable(document.title)}**"]
    for blocks in _together(document):
        glue = "\n" if _is_item(blocks[0]) or isinstance(blocks[0], Quote) else "\n\n"
        parts.append(glue.join(_text(document, block, at) for at, block in enumerate(blocks, 1)))
    return "\n\n".join(filter(None, parts)) + "\n"


def as_html(document: Document) -> str:
    """The same as HTML: a citation leads to its paper's address."""
    parts = [f"<p><b>{prose(document.title)}</b></p>"]
    for blocks in _together(document):
        inside = "".join(_html(document, block) for block in blocks)
        shape = blocks[0].shape if isinstance(blocks[0], Paragraph) else "plain"
        tag = {"bullet": "ul", "number": "ol"}.get(shape)
        parts.append(f"<{tag}>{inside}</{tag}>" if tag else inside)
    return "".join(parts)


def _is_item(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.shape in ("bullet", "number")


def _together(document: Document) -> Iterator[list[Block]]:
    """The blocks; the items of a list in one, and the quotes of a source."""
    for kind, group in groupby(document.blocks, _kind):
        if kind:
            yield list(group)
        else:
            yield from ([block] for block in group)


def _kind(block: Block) -> str:
    if isinstance(block, Quote):
        return "quote"
    return block.shape if isinstance(block, Paragraph) and _is_item(block) else ""


def _text(document: Document, block: Block, place: int) -> str:
    match block:
        case Heading():
            return f"**{readable(block.text)}**"
        case Paragraph():
            sign = {"bullet": "- ", "number": f"{place}. "}.get(block.shape, "")
            return sign + _line(block.line)
        case Quote():
            return f"> {readable(block.span.text)}"
        case Source():
            paper = document.papers[block.number - 1]
            known = [readable(paper.title), byline(paper), address(paper) or ""]
            return f"[{block.number}] {' · '.join(filter(None, known))}"
        case Table():
            return _table(block)


def _line(line: Line) -> str:
    out = ""
    for run in line:
        if isinstance(run, Marker):
            out += f"[{run.number}]"
            continue
        words, mark = readable(run.text), _MARKS.get(run.style, "")
        before = " " if run.text[:1].isspace() and words else ""
        after = " " if run.text[-1:].isspace() else ""
        out += f"{before}{mark}{words}{mark}{after}" if words else after
    return out.strip()


def _table(table: Table) -> str:
    rows = [list(table.head), ["---"] * len(table.head)]
    rows += [[_line(cell.line).replace("|", "\\|") for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _html(document: Document, block: Block) -> str:
    match block:
        case Heading():
            return f"<p><b>{prose(block.text)}</b></p>"
        case Paragraph():
            tag = "li" if _is_item(block) else "p"
            return f"<{tag}>{_html_line(document, block.line)}</{tag}>"
        case Quote():
            return f"<blockquote>“{linked(block.span.text)}”</blockquote>"
        case Source():
            paper = document.papers[block.number - 1]
            title = _to(address(paper), prose(paper.title))
            known = " · ".join(filter(None, (title, prose(byline(paper)))))
            return f"<p>[{block.number}] {known}</p>"
        case Table():
            return _html_table(document, block)


def _html_line(document: Document, line: Line) -> str:
    out = ""
    for run in line:
        if isinstance(run, Marker):
            out += _to(address(document.papers[run.number - 1]), f"[{run.number}]")
        elif run.style in _TAGS:
            out += f"<{_TAGS[run.style]}>{prose(run.text)}</{_TAGS[run.style]}>"
        else:
            out += prose(run.text)
    return out.strip()


def _html_table(document: Document, table: Table) -> str:
    head = "".join(f"<th>{prose(name)}</th>" for name in table.head)
    rows = "".join(
        f"<tr>{''.join(f'<td>{_html_line(document, cell.line)}</td>' for cell in row)}</tr>"
        for row in table.rows
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def _to(url: str | None, inside: str) -> str:
    return f'<a href="{escape(url)}">{inside}</a>' if url else inside
