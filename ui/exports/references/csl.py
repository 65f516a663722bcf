"""Papers in CSL-JSON, by version 1.0.2 of its data schema. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.text.characters.escaping import visible
from rag.types import Paper
from ui.exports.json_text import as_json
from ui.exports.references.citekeys import citekeys
from ui.exports.references.facts import address, arxiv_of, details_of, doi_of, note_of
from ui.exports.references.kinds import kind_of
from ui.exports.references.names import name_of


def csl_file(papers: Sequence[Paper]) -> str:
    """A list with an item for each paper, with its abstract; ``id`` is its citation key."""
    keys = citekeys(papers)
    return as_json([csl_item(paper, keys[paper.paper_id]) for paper in papers]) + "\n"


def csl_item(paper: Paper, key: str) -> dict[str, Any]:
    """One item, as plain values."""
    arxiv, at = arxiv_of(paper), details_of(paper)
    item = {
        "id": key,
        "citation-key": key,
        "type": kind_of(paper).csl,
        "title": visible(paper.title),
        "author": [_name(author) for author in paper.authors],
        "issued": {"date-parts": [[paper.year]]} if paper.year is not None else None,
        "container-title": visible(paper.venue),
        "volume": at.volume,
        "issue": at.issue,
        "page": "-".join(filter(None, (at.first_page, at.last_page))),
        "publisher": at.publisher,
        "DOI": doi_of(paper),
        "PMID": paper.identifiers.pmid,
        "URL": address(paper),
        "keyword": ", ".join(map(visible, paper.tags)),
        "abstract": visible(paper.abstract),
        "note": f"arXiv:{arxiv}\n{note_of(paper)}" if arxiv else note_of(paper),
    }
    return {name: value for name, value in item.items() if value}


def _name(author: str) -> dict[str, str]:
    name = name_of(author)
    if not name.given:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}
