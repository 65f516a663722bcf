"""What references say of a paper besides its fields: addresses, pages, a note. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.characters.escaping import visible
from rag.text.names.identifiers import arxiv_address, doi_address
from rag.types import Paper
from ui.web.render.basics.text import safe_url

_ARXIV = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7})$", re.I)
_DOI = re.compile(r"(?:doi:|https?://doi\.org/)?(10\.\d{4,9}/\S+)$", re.I)

# What formats that we read call these (`Paper.extra`), in small letters.
_VOLUME = ("volume", "vl", "vi")
_ISSUE = ("issue", "number", "is", "ip")
_PAGES = ("pages", "page", "pg")
_PUBLISHER = ("publisher", "pb")


@dataclass(frozen=True, slots=True)
class Details:
    """Where in its venue a paper is; each is empty if the paper's source does not say."""

    volume: str
    issue: str
    first_page: str
    last_page: str
    publisher: str


def details_of(paper: Paper) -> Details:
    """The details that the paper's source gives."""
    known = {name.lower(): visible(value) for name, value in paper.extra}

    def first(names: tuple[str, ...]) -> str:
        return next((known[name] for name in names if known.get(name)), "")

    start, _, end = re.sub(r"\s*[-–—]+\s*", "-", first(_PAGES)).partition("-")
    return Details(
        first(_VOLUME),
        first(_ISSUE),
        start or known.get("sp", ""),
        end or known.get("ep", ""),
        first(_PUBLISHER),
    )


def address(paper: Paper) -> str | None:
    """Where the paper is: by its DOI or arXiv id, else its first URL."""
    if doi := doi_of(paper):
        return doi_address(doi)
    if arxiv := arxiv_of(paper):
        return arxiv_address(arxiv)
    return safe_url(paper.url)


def doi_of(paper: Paper) -> str | None:
    """The bare DOI, also where only the paper's id has it, or None."""
    found = _DOI.match(paper.identifiers.doi or paper.paper_id)
    return found[1] if found else None


def arxiv_of(paper: Paper) -> str | None:
    """The bare arXiv id, also where only the paper's id has it, or None."""
    found = _ARXIV.match(paper.identifiers.arxiv or paper.paper_id)
    return found[1] if found else None


def zotero_of(paper: Paper) -> str:
    """The address that opens the paper in Zotero, if it came from there; else empty."""
    link = next((value for name, value in paper.extra if name == "zotero"), "")
    return link if link.startswith("zotero://") else ""


def note_of(paper: Paper) -> str:
    """The paper's status, in words from which readers know it, and its id in paperchat."""
    known = f"Id in paperchat: {visible(paper.paper_id)}"
    if paper.status == "corrected":
        return f"Erratum in: a later notice; {known}"  # as PubMed begins its notes
    return f"{paper.status.capitalize()}. {known}" if paper.status else known
