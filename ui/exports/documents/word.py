"""A document as a Word file, by python-docx, in the styles that Word itself has."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from rag.text.characters.escaping import visible
from ui.exports.cite import byline
from ui.exports.documents.document import Cell, Document, Heading, Paragraph, Quote, Source, Table
from ui.exports.documents.word_parts import (
    bookmark,
    cite,
    landscape,
    link,
    plain,
    repeat_head,
    runs,
)
from ui.exports.references.facts import address
from ui.markdown import Line, Marker

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.text.paragraph import Paragraph as DocxParagraph

_STYLES = {
    "plain": "Normal",
    "bullet": "List Bullet",
    "number": "List Paragraph",
    "small": "Normal",
}


def docx(document: Document) -> bytes:
    """The file. Citations are raised numbers that lead to the sources."""
    from docx import Document as new

    made = new()
    if document.wide:
        landscape(made)
    _describe(made, document)
    writer = _Writer(made, document)
    made.add_paragraph(style="Title").add_run(plain(document.title))
    facts = writer.facts()
    if facts:
        made.add_paragraph(style="Subtitle").add_run(facts)
    for block in document.blocks:
        writer.add(block)
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def _describe(made: Docx, document: Document) -> None:
    """The file's properties."""
    about = made.core_properties
    about.title = plain(document.title)[:255]
    about.author = f"paperchat {version('paperchat')}"
    about.last_modified_by = ""
    about.subject = plain("; ".join(document.questions))[:255]
    about.keywords = "paperchat"
    about.comments = ""
    when = document.made or datetime.now(UTC)
    about.created = about.modified = when.astimezone(UTC).replace(tzinfo=None)


class _Writer:
    def __init__(self, made: Docx, document: Document) -> None:
        self._made = made
        self._document = document
        self._place = 0  # in a numbered list
        self._sources: set[int] = {
            block.number for block in document.blocks if isinstance(block, Source)
        }

    def facts(self) -> str:
        """When it was made and who worded it, in a line."""
        document = self._document
        when = f"{document.made:%d %B %Y}" if document.made else ""
        words = {"quotes": "quotes only: no language model writes", "": ""}
        who = words.get(document.mode, f"worded by {plain(document.model) or document.mode}")
        return " · ".join(filter(None, (when, who)))

    def add(self, block: Heading | Paragraph | Quote | Source | Table) -> None:
        """Add a block at the end."""
        # A list's numbers are text: Word would go on counting from the list before.
        numbered = isinstance(block, Paragraph) and block.shape == "number"
        self._place = self._place + 1 if numbered else 0
        match block:
            case Heading():
                self._made.add_heading(plain(block.text), block.level)
            case Paragraph():
                self._paragraph(block)
            case Quote():
                self._quote(self._made.add_paragraph(style="Quote"), block)
            case Source():
                self._source(block.number)
            case Table():
                self._table(block)

    def _paragraph(self, block: Paragraph) -> None:
        made = self._made.add_paragraph(style=_STYLES.get(block.shape, "Normal"))
        if block.shape == "number":
            made.add_run(f"{self._place}. ")
        self._line(made, block.line)
        if block.shape == "small":
            for run in made.runs:
                run.italic = True

    def _line(self, paragraph: DocxParagraph, line: Line) -> None:
        for run in line:
            if isinstance(run, Marker):
                cite(paragraph, run.number, linked=run.number in self._sources)
            else:
                runs(paragraph, run.text, bold=run.style == "bold")

    def _quote(self, paragraph: DocxParagraph, quote: Quote) -> None:
        runs(paragraph, f"“{visible(quote.span.text)}”", italic=True)
        paragraph.add_run(f" ({visible(quote.told)})").italic = False

    def _source(self, number: int) -> None:
        paper = self._document.papers[number - 1]
        head = self._made.add_heading(level=2)
        bookmark(head, number)
        runs(head, f"[{number}] {visible(paper.title)}")
        url, who = address(paper), plain(byline(paper))
        if not url and not who:
            return
        paragraph = self._made.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        if who:
            paragraph.add_run(f"{who} · " if url else who)
        if url:
            link(paragraph, url)

    def _table(self, table: Table) -> None:
        from docx.shared import Pt

        made = self._made.add_table(rows=1, cols=len(table.head), style="Table Grid")
        for cell, name in zip(made.rows[0].cells, table.head, strict=True):
            cell.paragraphs[0].add_run(plain(name)).bold = True
        repeat_head(made)
        for row in table.rows:
            for place, (cell, said) in enumerate(zip(made.add_row().cells, row, strict=True)):
                self._cell(cell.paragraphs[0], cell.add_paragraph, said, bold=not place)
        for cell in (cell for made_row in made.rows for cell in made_row.cells):
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(2)
                for run in paragraph.runs:
                    run.font.size = Pt(8.5)

    def _cell(
        self,
        paragraph: DocxParagraph,
        more: Callable[[], DocxParagraph],
        said: Cell,
        *,
        bold: bool,
    ) -> None:
        self._line(paragraph, said.line)
        if bold:
            for run in paragraph.runs:
                run.bold = True
        for quote in said.quotes:
            runs(more(), f"“{visible(quote.span.text)}”", italic=True)
