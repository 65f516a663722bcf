"""A row of values, with a plan of what they are, as a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from rag.corpus.formats.bibtex.latex import from_accents
from rag.corpus.formats.bibtex.names import names_of
from rag.corpus.formats.clean import make_record
from rag.corpus.formats.tables.columns import Plan
from rag.corpus.formats.values import (
    Value,
    abstract_of,
    date_of,
    extra_of,
    tags_of,
    text_of,
    urls_of,
)
from rag.corpus.record import Record
from rag.text.identifiers import linked_arxiv, linked_doi, linked_pmid
from rag.types import Rejected

T = TypeVar("T")

# Embase and others write all of it into one cell: "Cancer (2004) 102:4 (253-258)".
_CITED = re.compile(r"(?P<venue>.+?)\s+\((?P<year>(?:19|20)\d\d)\)\s+\d.*")


def row_record(
    plan: Plan, values: Sequence[Value], *, source: str, place: str
) -> Record | Rejected:
    """The record of a row whose ``values`` are as ``plan`` says; the last ones may be missing.

    Rejected where it has no title, with the names of its columns where they tell of none.
    """
    row = _Row(plan, values)
    title = row.first("title", text_of)
    abstract = row.first("abstract", abstract_of)
    if not title and not abstract:
        return Rejected(source, place, plan.without_title())
    venue, year_told = _venue(row.first("venue", text_of) or "")
    urls = row.all("url", urls_of)
    doi, arxiv, pmid = _identified(row, urls)
    authors = row.first("authors", names_of, keep=False) or []
    if arxiv:  # where authors write LaTeX's accents
        title, abstract = from_accents(title or ""), from_accents(abstract or "")
        authors = [from_accents(name) for name in authors]
    return make_record(
        title=title or "",
        abstract=abstract or "",
        source=source,
        place=place,
        authors=authors,
        year=row.first("year", date_of) or year_told,
        venue=venue,
        doi=doi,
        arxiv=arxiv,
        pmid=pmid,
        urls=urls,
        tags=row.all("tags", tags_of),
        extra=row.extra(),
    )


class _Row:
    """Values by field. Columns that a field did not need are left for `extra`."""

    def __init__(self, plan: Plan, values: Sequence[Value]) -> None:
        self._plan = plan
        self._values = values
        self._left: list[int] = []

    def of(self, name: str) -> Iterator[Value]:
        """The values of the columns of a field, best first."""
        for at in self._plan.fields.get(name, ()):
            if at < len(self._values):
                yield self._values[at]

    def first(self, name: str, read: Callable[[Value], T], *, keep: bool = True) -> T | None:
        """What the first column of a field that says anything says; the others are kept."""
        found: T | None = None
        for at in self._plan.fields.get(name, ()):
            if at < len(self._values):
                if not found:
                    found = read(self._values[at])
                elif keep:
                    self._left.append(at)
        return found

    def all(self, name: str, read: Callable[[Value], list[str]]) -> list[str]:
        """What all columns of a field say."""
        return [text for value in self.of(name) for text in read(value)]

    def extra(self) -> Iterator[tuple[str, str]]:
        """The columns that nothing was taken from, in the order of the row."""
        extra = self._plan.extra
        for at in sorted((*extra, *self._left)) if self._left else extra:
            if at < len(self._values) and self._values[at] is not None:
                yield self._plan.names[at], extra_of(self._values[at])


def _venue(text: str) -> tuple[str, str]:
    """The venue, and the year where its column tells one too."""
    text = " ".join(text.split())  # in a long run of blanks _CITED would begin at each of them
    cited = _CITED.fullmatch(text)
    return (cited["venue"], cited["year"]) if cited else (text, "")


def _identified(row: _Row, urls: Sequence[str]) -> tuple[str, str, str]:
    """DOI, arXiv id and PMID: of their own columns, of lists of identifiers, else of links."""
    doi = row.first("doi", text_of) or ""
    arxiv = row.first("arxiv", text_of) or ""
    pmid = row.first("pmid", text_of) or ""
    for value in row.of("identifiers"):
        if isinstance(value, Mapping):
            by_name = {str(name).casefold(): text_of(told) for name, told in value.items()}
            doi = doi or by_name.get("doi", "")
            arxiv = arxiv or by_name.get("arxiv", "")
            pmid = pmid or by_name.get("pmid", "") or by_name.get("pubmed", "")
    for text in (*map(text_of, row.of("id")), *urls):
        if not doi and "10." in text:
            doi = linked_doi(text)
        if not arxiv:
            arxiv = linked_arxiv(text)
        if not pmid and "nih" in text:
            pmid = linked_pmid(text)
    return doi, arxiv, pmid
