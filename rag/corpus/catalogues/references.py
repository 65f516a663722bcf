"""References: what a user may give instead of a file, an arXiv id, a DOI, or a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

CatalogueName: TypeAlias = Literal["arxiv", "doi", "s2"]

_ARXIV_ID = r"(?:\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_ARXIV = re.compile(
    rf"(?:arxiv:\s*|https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/)?({_ARXIV_ID})(?:\.pdf)?/?",
    re.IGNORECASE,
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_ARXIV_ID})", re.IGNORECASE)
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
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
    """The reference that ``text`` is, or None where it is something else, such as a path."""
    text = " ".join(text.split())
    if found := _ARXIV.fullmatch(text):
        return Reference("arxiv", _lower_archive(found[1]), is_id=True)
    if found := _DOI.fullmatch(text):
        doi = found[1].lower()
        of_arxiv = _ARXIV_DOI.fullmatch(doi)
        if of_arxiv:
            return Reference("arxiv", _lower_archive(of_arxiv[1]), is_id=True)
        return Reference("doi", doi, is_id=True)
    if found := _QUERY.fullmatch(text):
        catalogue: CatalogueName = "arxiv" if found[1].lower() == "arxiv" else "s2"
        return Reference(catalogue, found[2], is_id=False)
    return None


def _lower_archive(arxiv: str) -> str:
    """The id as arXiv writes it: in lower case, but the class of "math.GT/0309136"."""
    archive, slash, number = arxiv.partition("/")
    name, dot, subject = archive.lower().partition(".")
    return f"{name}{dot}{subject.upper()}{slash}{number.lower()}" if slash else arxiv.lower()
