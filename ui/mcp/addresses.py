"""Addresses of papers: as resources of this server, and on the web."""

from __future__ import annotations

from urllib.parse import quote

from rag.types import Paper
from ui.exports.references.facts import address

PAPER = "paperchat://paper/"
TEMPLATE = f"{PAPER}{{+id}}"
STATUS = "paperchat://status"


def resource_uri(paper_id: str) -> str:
    """The paper's address as a resource; the id is percent-encoded."""
    return PAPER + quote(paper_id, safe="")


def always_url(paper: Paper) -> str:
    """Where the paper is on the web, or else its address as a resource of this server."""
    return address(paper) or resource_uri(paper.paper_id)
