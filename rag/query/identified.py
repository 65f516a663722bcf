"""The papers that a question names by an identifier: a DOI, an arXiv id, a PMID or an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rag.index.library import Library
from rag.text.names.identifiers import linked_pmid, only_arxiv, only_doi, plain_address

# "10.5000/ml" is an amount: the part behind the slash has a digit, or is no mere unit.
IDENTIFIER = re.compile(
    r"(?<![\w.])(?:(?:doi:?\s*|https?://(?:dx\.|www\.)?doi\.org/)?10\.\d{4,9}/(?=\S*\d|\S{5})\S+"
    r"|(?:arxiv:?\s*)(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
    r"|pmid:?\s*\d+|https?://\S+)",
    re.IGNORECASE,
)
_AROUND = ".,;:!?\"'”’)]}>"


class Identifier(NamedTuple):
    """An identifier at ``text[start:end]``; ``paper_id`` is empty if no paper here has it."""

    start: int
    end: int
    written: str
    paper_id: str


def identifiers_in(library: Library, text: str) -> Iterator[Identifier]:
    """The identifiers in a text, in its order; of other addresses only those of papers."""
    whole = text.strip().rstrip(_AROUND)
    if only_arxiv(whole) and not IDENTIFIER.fullmatch(whole):  # 1706.03762 alone is no number
        text = f"{' ' * text.index(whole)}{whole}"
        pieces: Iterator[re.Match[str]] = re.finditer(re.escape(whole), text)
    else:
        pieces = IDENTIFIER.finditer(text)
    for piece in pieces:
        written = piece.group().rstrip(_AROUND)
        paper_id = next((i for key in _keys(written) if (i := library.identified(key))), "")
        is_address = written.lower().startswith("http") and not only_doi(written)
        if paper_id or not is_address or written == whole:
            yield Identifier(piece.start(), piece.start() + len(written), written, paper_id)


def with_titles(library: Library, text: str) -> str:
    """The text with the titles of papers in place of their identifiers."""
    for found in sorted(identifiers_in(library, text), reverse=True):
        if found.paper_id:
            title = library.by_id[found.paper_id].title
            text = f"{text[: found.start]}{title}{text[found.end :]}"
    return text


def _keys(written: str) -> Iterator[str]:
    """The ways in which a library may have an identifier."""
    if arxiv := only_arxiv(written):
        yield re.sub(r"v\d+$", "", arxiv)
    if doi := only_doi(written):
        yield doi
    if pmid := re.fullmatch(r"pmid:?\s*0*(\d+)", written, re.IGNORECASE):
        yield f"pmid:{pmid[1]}"
    if pmid_linked := linked_pmid(written):
        yield f"pmid:{pmid_linked}"
    yield plain_address(written)
