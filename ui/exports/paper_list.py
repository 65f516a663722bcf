"""Papers that a reader chose: as a formatted list, as notes, or as JSON with their marks. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rag.text.characters.escaping import as_markdown
from rag.types import NO_MARK, Mark, Paper
from ui.exports.cite import apa, byline, markdown
from ui.exports.documents.document import Block, Document, Heading, Source
from ui.exports.json_text import as_json


def as_list(form: str, papers: Sequence[Paper], marks: Mapping[str, Mark]) -> str:
    """The papers as "apa", one paragraph each, as "md", a list with links, or as "json"."""
    if form == "json":
        rows = [
            {**asdict(paper), "marks": asdict(marks.get(paper.paper_id, NO_MARK))}
            for paper in papers
        ]
        return as_json({"papers": rows}) + "\n"
    if form == "md":
        return "".join(f"- {_line(paper)}\n" for paper in papers)
    return "\n\n".join(map(apa, papers)) + "\n"


def list_document(papers: Sequence[Paper], marks: Mapping[str, Mark]) -> Document:
    """The papers as a document to write notes from, one for each."""
    sources = tuple(Source(number) for number in range(1, len(papers) + 1))
    blocks: tuple[Block, ...] = (Heading("Papers"), *sources)
    return Document(title="Chosen papers", blocks=blocks, papers=tuple(papers), marks=marks)


def _line(paper: Paper) -> str:
    return " · ".join(filter(None, (markdown(paper), as_markdown(byline(paper)))))
