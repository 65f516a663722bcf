"""A document as Markdown notes for Obsidian, pandoc and whatever else reads Markdown. Pure.

One note cites as pandoc does, ``[@key]``. With a note for each paper, citations are links to those,
``[[@key]]``, as the plugins Citations and Zotero Integration name literature notes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from rag.text.characters.escaping import as_markdown, visible
from rag.types import NO_MARK, Paper
from ui.exports.cite import byline
from ui.exports.documents.document import (
    Block,
    Cell,
    Document,
    Heading,
    Paragraph,
    Quote,
    Source,
    Table,
)
from ui.exports.documents.vault import front_matter, note_names, safe_name, tag_name
from ui.exports.references.bibtex import bibtex_file
from ui.exports.references.citekeys import citekeys
from ui.exports.references.facts import address, doi_of, zotero_of
from ui.markdown import Line, Marker
from ui.web.render.basics.readable import readable

Links: TypeAlias = Literal["citations", "notes"]
_TAG = "paperchat"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip file knows no earlier time; equal notes make equal files


def note(document: Document, links: Links = "citations") -> str:
    """The document as one note, with its facts in front."""
    return _Writer(document, links).note()


def notes(document: Document) -> bytes:
    """A .zip with the document's note and one for each paper in ``papers/``."""
    writer = _Writer(document, "notes")
    name = safe_name(document.title)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(f"{name}.md"), writer.note())
        for number, paper in enumerate(document.papers, start=1):
            inside = f"papers/{writer.name_of(paper)}.md"
            archive.writestr(_entry(inside), writer.paper_note(number, name))
    return packed.getvalue()


def _markdown(text: str) -> str:
    return as_markdown(readable(text))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


class _Writer:
    def __init__(self, document: Document, links: Links) -> None:
        self._document = document
        self._links = links
        self._keys = citekeys(document.papers)
        self._names = dict(note_names(self._keys))

    def name_of(self, paper: Paper) -> str:
        """The name of the paper's note: "@key"."""
        return self._names[paper.paper_id]

    def note(self) -> str:
        """Facts, title and blocks."""
        document = self._document
        facts: dict[str, object] = {"title": visible(document.title)}
        if document.made:
            facts["date"] = document.made
        if document.questions:
            questions = [*map(visible, document.questions)]
            single = len(questions) == 1
            facts["question" if single else "questions"] = questions[0] if single else questions
        if document.mode:
            facts |= {"mode": document.mode, "model": document.model}
        facts["papers"] = [self._property(paper) for paper in document.papers]
        facts["tags"] = [_TAG]
        title = f"# {_markdown(document.title)}"
        return front_matter(facts) + "\n" + "\n\n".join([title, *self._blocks()]) + "\n"

    def paper_note(self, number: int, cited_by: str) -> str:
        """The note of one paper: what is known of it, its abstract, and what was quoted."""
        paper = self._document.papers[number - 1]
        mark = self._document.marks.get(paper.paper_id, NO_MARK)
        facts: dict[str, object] = {
            "title": visible(paper.title),
            "aliases": [visible(paper.title)],
            "citekey": self._keys[paper.paper_id],
            "authors": [*map(visible, paper.authors)],
            "year": paper.year,
            "venue": visible(paper.venue),
            "doi": doi_of(paper),
            "url": address(paper),
            "zotero": zotero_of(paper),
            "status": paper.status,
            "starred": mark.starred or None,
            "read": mark.read or None,
            "paperchat-id": paper.paper_id,
            "tags": ["paper", _TAG, *map(tag_name, mark.tags)],
        }
        said = [quote for quote in self._quotes() if quote.number == number]
        parts = [f"# {_markdown(paper.title)}"]
        parts += [as_markdown(byline(paper))] if byline(paper) else []
        parts += ["## Abstract", _markdown(paper.abstract)] if paper.abstract else []
        lines = [line for line in mark.note.split("\n") if line.strip()]
        parts += ["## Note", *map(as_markdown, lines)] if lines else []
        parts += ["## Quotes", *map(self._quote, said)] if said else []
        parts += [f"Cited in [[{cited_by}]]."]
        parts += ["## BibTeX", f"```bibtex\n{bibtex_file([paper]).rstrip()}\n```"]
        known = {name: value for name, value in facts.items() if value not in (None, "", [])}
        return front_matter(known) + "\n" + "\n\n".join(parts) + "\n"

    def _quotes(self) -> Iterator[Quote]:
        for block in self._document.blocks:
            if isinstance(block, Quote):
                yield block
            elif isinstance(block, Table):
                yield from (quote for row in block.rows for cell in row for quote in cell.quotes)

    def _blocks(self) -> Iterator[str]:
        """Each block; the lines of one list stay together."""
        items: list[str] = []
        for block in self._document.blocks:
            item = self._item(block, len(items) + 1)
            if item:
                items.append(item)
                continue
            if items:
                yield "\n".join(items)
                items = []
            yield self._drawn(block)
        if items:
            yield "\n".join(items)

    def _item(self, block: Block, place: int) -> str:
        """The block as a line of a list; empty if it is none."""
        if not isinstance(block, Paragraph) or block.shape not in ("bullet", "number"):
            return ""
        sign = "-" if block.shape == "bullet" else f"{place}."
        return f"{sign} {self._line(block.line)}"

    def _drawn(self, block: Block) -> str:
        match block:
            case Heading():
                return f"{'#' * (block.level + 1)} {_markdown(block.text)}"
            case Paragraph():
                drawn = self._line(block.line)
                return f"*{drawn}*" if block.shape == "small" else drawn
            case Quote():
                return self._quote(block)
            case Source():
                return self._source(block.number)
            case Table():
                return self._table(block)

    def _line(self, line: Line) -> str:
        out = ""
        for run in line:
            if isinstance(run, Marker):
                out += self._cited(run.number)
                continue
            # The blanks stay outside of the marks, or these would be no marks.
            words = _markdown(run.text)
            mark = {"bold": "**", "code": "`"}.get(run.style, "")
            words = visible(run.text) if mark == "`" else words
            before = " " if run.text[:1].isspace() and words else ""
            after = " " if run.text[-1:].isspace() else ""
            out += f"{before}{mark}{words}{mark}{after}" if words else after
        return out.strip()

    def _cited(self, number: int) -> str:
        paper = self._document.papers[number - 1]
        if self._links == "citations":
            return f"[@{self._keys[paper.paper_id]}]"
        return f"[[{self.name_of(paper)}]]"

    def _property(self, paper: Paper) -> str:
        key = self._keys[paper.paper_id]
        return f"[[{self.name_of(paper)}]]" if self._links == "notes" else f"@{key}"

    def _source(self, number: int) -> str:
        paper = self._document.papers[number - 1]
        url = address(paper)
        link = f"<{url}>" if url and not re.search(r"[<>\s]", url) else ""
        known = " · ".join(filter(None, (as_markdown(byline(paper)), link)))
        head = f"### {self._cited(number)} {_markdown(paper.title)}"
        return f"{head}\n\n{known}" if known else head

    def _quote(self, quote: Quote) -> str:
        return f"> {_markdown(quote.span.text)}\n>\n> ({as_markdown(quote.told)})"

    def _table(self, table: Table) -> str:
        def row(cells: Iterable[str]) -> str:
            return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

        lines = [row(map(_markdown, table.head)), "|" + " --- |" * len(table.head)]
        lines += [row(self._cell(cell) for cell in cells) for cells in table.rows]
        return "\n".join(lines)

    def _cell(self, cell: Cell) -> str:
        return self._line(cell.line)
