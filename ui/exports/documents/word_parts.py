"""What python-docx has no call for: links, bookmarks, raised citations, a page in landscape."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from rag.text.characters.escaping import visible
from ui.web.render.basics.math import prose

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

# What XML cannot hold: half a surrogate pair, and two signs that are no characters.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """One line that XML can hold."""
    return _UNWRITABLE.sub("\ufffd", visible(text))


def runs(paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False) -> None:
    """Add the text with its TeX drawn: x² has a real superscript."""
    ends = [" " if end.isspace() else "" for end in (text[:1], text[-1:])]
    drawn = _Drawn(paragraph, bold=bold, italic=italic)
    drawn.feed(prose(f"{ends[0]}{plain(text)}{ends[1] if plain(text) else ''}"))
    drawn.close()


class _Drawn(HTMLParser):
    """Runs for the HTML of `prose`, which has no other elements than these."""

    def __init__(self, paragraph: Paragraph, *, bold: bool, italic: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._paragraph, self._bold, self._italic = paragraph, bold, italic
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        run = self._paragraph.add_run(data)
        run.bold = self._bold or "b" in self._open or None
        run.italic = self._italic or "i" in self._open or None
        if "sup" in self._open:
            run.font.superscript = True
        elif "sub" in self._open:
            run.font.subscript = True


def cite(paragraph: Paragraph, number: int, *, linked: bool) -> None:
    """Add a raised number in brackets that leads to its source, if that is in the file."""
    run = paragraph.add_run(f"[{number}]")
    run.font.superscript = True
    if linked:
        _wrap(run, anchor=_anchor(number))


def link(paragraph: Paragraph, url: str) -> None:
    """Add a web address as a link."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.shared import RGBColor

    run = paragraph.add_run(plain(url))
    run.font.color.rgb = RGBColor(0x0D, 0x5F, 0x66)
    run.font.underline = True
    rel = paragraph.part.relate_to(plain(url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    _wrap(run, rel=rel)


def _wrap(run: Run, *, anchor: str = "", rel: str = "") -> None:
    """Put the run into a link to a bookmark or to a relation of the file."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:hyperlink")
    if anchor:
        element.set(qn("w:anchor"), anchor)
    if rel:
        element.set(qn("r:id"), rel)
    run._r.addprevious(element)
    element.append(run._r)


def bookmark(paragraph: Paragraph, number: int) -> None:
    """Make the paragraph the place that citations of this number lead to."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
        paragraph._p.append(element)
    start.set(qn("w:name"), _anchor(number))


def _anchor(number: int) -> str:
    return f"source{number}"


def landscape(made: Docx) -> None:
    """Turn the pages, with small margins."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section = made.sections[0]
    if section.page_width and section.page_height:
        section.page_width, section.page_height = section.page_height, section.page_width
    section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(
        1.5
    )


def repeat_head(table: Table) -> None:
    """Repeat the first row on every page, and let no row break across two."""
    from docx.oxml import OxmlElement

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
