"""Makes a record from a row of values, by a plan that maps values to fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rag.corpus.formats.fields.author_lists import names_of
from rag.corpus.formats.fields.column_names import is_known, meaning_of
from rag.corpus.formats.fields.columns import Plan
from rag.corpus.formats.fields.identified import identifiers_in
from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.fields.status import status_in
from rag.corpus.formats.fields.values import (
    Value,
    abstract_of,
    extra_of,
    parsed,
    tags_of,
    text_of,
    title_of,
    urls_of,
    year_in,
)
from rag.corpus.formats.markup.latex import from_accents
from rag.corpus.record import Record
from rag.text.names.identifiers import find_arxiv, find_doi, find_pmid
from rag.types import Rejected

T = TypeVar("T")

_ITEM_TYPES = ("itemType", "Item Type")  # as Zotero's JSON and CSV call it
BELOW_A_PAPER = frozenset(("attachment", "note", "annotation"))  # Zotero's items with a parent

_LONG = 300  # characters of a text that is probably an abstract
# Embase and others write venue, year and pages into one cell: "Cancer (2004) 102:4 (253-258)".
_CITED = re.compile(r"(?P<venue>.+?)\s+\((?P<year>(?:19|20)\d\d)\)\s+\d.*")


def row_record(
    plan: Plan, values: Sequence[Value], *, source: str, place: str
) -> Record | Rejected:
    """The record of a row with ``values`` in the order of ``plan``; the last ones may be missing.

    Rejected if it has no title; if no column can be the title, the reason lists the columns.
    """
    row = _Row(plan, values)
    kinds = (
        text_of(value)
        for name, value in zip(plan.names, values, strict=False)
        if name in _ITEM_TYPES
    )
    if (kind := next(kinds, "")) in BELOW_A_PAPER:
        return Rejected(source, place, f"it is a Zotero {kind}, not a paper")
    title = row.first("title", title_of)
    abstract = row.first("abstract", abstract_of)
    if not title and not abstract:
        why = "it has neither a title nor an abstract" if _is_known(plan) else plan.without_title()
        return Rejected(source, place, why)
    if title and is_known(title) and _names_columns(plan, values):
        return Rejected(source, place, "it names the columns again")
    venue, venue_year = _venue(row.first("venue", text_of) or "")
    urls = row.all("url", urls_of)
    identified = _identified(row, urls)
    authors = row.authors()
    if identified["arxiv"]:  # arXiv's authors write accents in LaTeX
        title, abstract = from_accents(title or ""), from_accents(abstract or "")
        authors = [from_accents(name) for name in authors]
    return make_record(
        title=title or "",
        abstract=abstract or "",
        source=source,
        place=place,
        authors=authors,
        year=row.first("year", year_in) or venue_year,
        venue=venue,
        doi=identified["doi"],
        arxiv=identified["arxiv"],
        pmid=identified["pmid"],
        urls=urls,
        tags=row.all("tags", tags_of),
        extra=[(name, extra_of(value)) for name, value in row.unused()],
        status=status_in(row.unused()),
        remark=_unknown_abstract(plan, values),
    )


class _Row:
    """The values of a row by field. Columns that are not used become `extra`."""

    def __init__(self, plan: Plan, values: Sequence[Value]) -> None:
        self._plan = plan
        self._values = values
        self._left: list[int] = []

    def of(self, name: str) -> Iterator[Value]:
        """The values of the columns of a field, best first."""
        for at in self._plan.fields.get(name, ()):
            if at < len(self._values):
                yield parsed(self._values[at])

    def first(self, name: str, read: Callable[[Value], T]) -> T | None:
        """The first non-empty value of a field; its other columns become extra."""
        found: T | None = None
        for at in self._plan.fields.get(name, ()):
            if at < len(self._values):
                if not found:
                    found = read(parsed(self._values[at]))
                elif at < self._plan.own:
                    self._left.append(at)
        return found

    def authors(self) -> list[str]:
        """The names in the first column of authors that has any, or in columns with numbers."""
        for group in self._plan.people:
            cells = (parsed(self._values[at]) for at in group if at < len(self._values))
            if found := [name for cell in cells for name in names_of(cell)]:
                return found
        return []

    def all(self, name: str, read: Callable[[Value], list[str]]) -> list[str]:
        """The values of all columns of a field."""
        return [text for value in self.of(name) for text in read(value)]

    def unused(self) -> Iterator[tuple[str, Value]]:
        """The names and values of the columns that were not used, in the order of the row."""
        extra = self._plan.extra
        for at in sorted((*extra, *self._left)) if self._left else extra:
            if at < len(self._values) and self._values[at] is not None:
                yield self._plan.names[at], self._values[at]


def _venue(text: str) -> tuple[str, str]:
    """The venue, and the year if the same cell has one."""
    text = " ".join(text.split())  # otherwise _CITED would be tried at each blank of a long run
    cited = _CITED.fullmatch(text)
    return (cited["venue"], cited["year"]) if cited else (text, "")


def _names_columns(plan: Plan, values: Sequence[Value]) -> bool:
    """Whether the row is a second header: in another language, or of a table added at the end."""
    fields = {at: field for field, places in plan.fields.items() for at in places}
    cells = [(at, text_of(value)) for at, value in enumerate(values)]
    found = [(fields.get(at, ""), meaning_of(text)[0]) for at, text in cells if text]
    is_header = all(field == named for field, named in found)
    return is_header and sum(field != "" for field, _ in found) > 1


def _unknown_abstract(plan: Plan, values: Sequence[Value]) -> str:
    """A remark if no column is known to be the abstract and another one has a long text."""
    if "abstract" in plan.fields:
        return ""
    for at in plan.extra:
        text = values[at] if at < len(values) else None
        if isinstance(text, str) and len(text) >= _LONG and text.count(" ") >= _LONG / 10:
            name = plan.names[at]
            return f'it has no abstract; if "{name}" is that, say --column "abstract={name}"'
    return ""


def _identified(row: _Row, urls: Sequence[str]) -> dict[str, str]:
    """DOI, arXiv id and PMID from their own columns, from lists of identifiers, or from links."""
    found = {
        "doi": row.first("doi", _with(find_doi)) or "",
        "arxiv": row.first("arxiv", _with(find_arxiv)) or "",
        "pmid": row.first("pmid", _with(find_pmid)) or "",
    }
    for value in (*row.of("identifiers"), *row.of("id"), *urls):
        for name, text in identifiers_in(value):
            found[name] = found[name] or text
    return found


def _with(find: Callable[[str], str | None]) -> Callable[[Value], str]:
    """Reads a value's text if an identifier is in it."""

    def read(value: Value) -> str:
        text = text_of(value)
        return text if find(text) else ""

    return read


def _is_known(plan: Plan) -> bool:
    return "title" in plan.fields or "abstract" in plan.fields
