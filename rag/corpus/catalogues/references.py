"""References: arXiv ids, DOIs and queries that a user may give instead of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.text.names.identifiers import only_arxiv, only_doi

CatalogueName: TypeAlias = Literal["arxiv", "doi", "s2"]

_QUERY = re.compile(r"(arxiv|s2):\s*(\S.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reference:
    """A request to a catalogue: ``text`` is an identifier if ``is_id``, else a query."""

    catalogue: CatalogueName
    text: str
    is_id: bool

    def __str__(self) -> str:
        return f"{self.catalogue}:{self.text}"


def parse_reference(text: str) -> Reference | None:
    """The reference in ``text``, or None if it is something else, such as a path."""
    text = " ".join(text.split())
    if arxiv := only_arxiv(text):
        return Reference("arxiv", arxiv, is_id=True)
    if doi := only_doi(text):
        return Reference("doi", doi, is_id=True)
    if found := _QUERY.fullmatch(text):
        catalogue: CatalogueName = "arxiv" if found[1].lower() == "arxiv" else "s2"
        return Reference(catalogue, found[2], is_id=False)
    return None
