"""What references say of a paper besides its fields: DOI, arXiv id, address, a note. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote

from rag.text.escaping import visible
from rag.types import Paper
from ui.web.render.text import safe_url

_ARXIV = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7})$", re.I)
_DOI = re.compile(r"(?:doi:|https?://doi\.org/)?(10\.\d{4,9}/\S+)$", re.I)


def address(paper: Paper) -> str | None:
    """Where the paper is: by its DOI or arXiv id, else its first URL."""
    if doi := doi_of(paper):
        return f"https://doi.org/{quote(doi, safe='/().;:-_')}"
    if arxiv := arxiv_of(paper):
        return f"https://arxiv.org/abs/{arxiv}"
    return safe_url(paper.url)


def doi_of(paper: Paper) -> str | None:
    """The bare DOI, also where only the paper's id has it, or None."""
    found = _DOI.match(paper.identifiers.doi or paper.paper_id)
    return found[1] if found else None


def arxiv_of(paper: Paper) -> str | None:
    """The bare arXiv id, also where only the paper's id has it, or None."""
    found = _ARXIV.match(paper.identifiers.arxiv or paper.paper_id)
    return found[1] if found else None


def note_of(paper: Paper) -> str:
    """The paper's status, in words from which readers know it, and its id in paperchat."""
    known = f"Id in paperchat: {visible(paper.paper_id)}"
    if paper.status == "corrected":
        return f"Erratum in: a later notice; {known}"  # as PubMed begins its notes
    return f"{paper.status.capitalize()}. {known}" if paper.status else known
