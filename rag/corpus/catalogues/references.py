"""What a person may write in place of a file: an arXiv id, a DOI, or a catalogue and a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.text.identifiers import only_arxiv, only_doi

CorpusBrowser: TypeAlias = Literal["arxiv", "doi", "s2"]

_QUERY = re.compile(r"(arxiv|s2):\s*(\S.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reference:
    """A question to a catalogue: ``text`` is an identifier where ``is_id``, else a query."""

    catalogue: CorpusBrowser
    text: str
    is_id: bool

    def __str__(self) -> str:
        return f"{self.catalogue}:{self.text}"


def parse_reference(text: str) -> Reference | None:
    """What ``text`` asks for, or None where it is no such thing: a path, say."""
    text = " ".join(text.split())
    if arxiv := only_arxiv(text):
        return Reference("arxiv", arxiv, is_id=True)
    if doi := only_doi(text):
        return Reference("doi", doi, is_id=True)
    if found := _QUERY.fullmatch(text):
        catalogue: CorpusBrowser = "arxiv" if found[1].lower() == "arxiv" else "s2"
        return Reference(catalogue, found[2], is_id=False)
    return None
