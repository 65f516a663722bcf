"""Reader of EndNote XML, which Bookends, Zotero and others write as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.source import Source
from rag.corpus.formats.xml.parsing import elements, text_at, texts_at
from rag.corpus.record import Record
from rag.text.names.identifiers import linked_pmid
from rag.types import Rejected

_MARK = re.compile(r"<records>|<xml>\s*<records|<(?:rec-number|ref-type)[\s>]")
_EXTRA = (
    "volume",
    "number",
    "pages",
    "isbn",
    "notes",
    "language",
    "publisher",
    "accession-num",
    "work-type",
)
_PUBMED = re.compile(r"pubmed|medline|nlm", re.IGNORECASE)


def is_endnote(head: str, name: str) -> bool:
    """Whether EndNote's list of records begins."""
    return "<" in head[:200] and _MARK.search(head) is not None


def read_endnote(source: Source) -> Iterator[Record | Rejected]:
    """One record per ``<record>``. Raises FormatError if the XML is broken."""
    for number, element in enumerate(elements(source, frozenset({"record"})), start=1):
        yield _record(element, source.name, text_at(element, "rec-number") or str(number))


def _record(element: Element, source: str, number: str) -> Record | Rejected:
    kind = element.find("ref-type")
    extra = [("type", kind.get("name", "") if kind is not None else "")]
    title = text_at(element, "titles/title", "titles/secondary-title", "titles/alt-title")
    venue = text_at(
        element,
        "periodical/full-title",
        "titles/secondary-title",
        "periodical/abbr-1",
        "titles/alt-title",
        "publisher",
    )
    urls = texts_at(element, "urls/*/url")
    database = text_at(element, "remote-database-name", "remote-database-provider")
    return make_record(
        title=title,
        abstract=text_at(element, "abstract"),
        source=source,
        place=f"record {number}",
        authors=texts_at(element, "contributors/authors/author")
        or texts_at(element, "contributors/secondary-authors/author"),
        year=text_at(element, "dates/year", "dates/pub-dates/date"),
        venue="" if venue == title else venue,
        doi=text_at(element, "electronic-resource-num")
        or next((url for url in urls if "doi.org/" in url), ""),
        arxiv=next((url for url in urls if "arxiv.org/" in url), ""),
        pmid=text_at(element, "accession-num")
        if _PUBMED.search(database)
        else next(filter(None, map(linked_pmid, urls)), ""),
        urls=urls,
        tags=texts_at(element, "keywords/keyword"),
        extra=extra + [(name, text_at(element, name)) for name in _EXTRA],
    )
