"""Reader of PubMed XML: articles and books."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.fields.placeholders import first_title
from rag.corpus.formats.fields.status import status_in
from rag.corpus.formats.markup.markup import text_of
from rag.corpus.formats.source import Source
from rag.corpus.formats.xml.parsing import elements, text_at, texts_at
from rag.corpus.record import Record
from rag.text.names.people import name_from
from rag.types import Rejected

_RECORDS = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation"})
_MARK = re.compile(r"<(?:PubmedArticle|PubmedBookArticle|MedlineCitation)[\s>]")
_EXTRA = (
    ("volume", ".//JournalIssue/Volume"),
    ("issue", ".//JournalIssue/Issue"),
    ("pages", ".//MedlinePgn"),
    ("language", ".//Language"),
    ("type", ".//PublicationType"),
)


def is_pubmed(head: str, name: str) -> bool:
    """Whether an article or a book of PubMed begins."""
    return _MARK.search(head) is not None


_TITLES = (".//ArticleTitle", ".//BookTitle", ".//VernacularTitle")


def read_pubmed(source: Source) -> Iterator[Record | Rejected]:
    """One record per article or book. Raises FormatError if the XML is broken."""
    for number, element in enumerate(elements(source, _RECORDS), start=1):
        yield _record(element, source.name, number)


def _record(element: Element, source: str, number: int) -> Record | Rejected:
    pmid = text_at(element, "PMID", "*/PMID", ".//ArticleIdList/ArticleId[@IdType='pubmed']")
    return make_record(
        title=first_title(text_at(element, path) for path in _TITLES),
        abstract=_abstract(element),
        source=source,
        place=f"PMID {pmid}" if pmid else f"record {number}",
        authors=_authors(element),
        year=text_at(
            element,
            ".//JournalIssue/PubDate/Year",
            ".//JournalIssue/PubDate/MedlineDate",
            ".//Book/PubDate/Year",
            ".//ArticleDate/Year",
            ".//PubMedPubDate/Year",
        ),
        venue=_venue(element),
        doi=text_at(
            element,
            ".//ELocationID[@EIdType='doi']",
            "PubmedData/ArticleIdList/ArticleId[@IdType='doi']",
            ".//BookDocument/ArticleIdList/ArticleId[@IdType='doi']",
        ),
        pmid=pmid,
        tags=[*texts_at(element, ".//DescriptorName"), *texts_at(element, ".//Keyword")],
        extra=[(name, text_at(element, path)) for name, path in _EXTRA],
        status=status_in(_types_and_notices(element)),
    )


def _types_and_notices(element: Element) -> Iterator[tuple[str, str]]:
    """What kind of publication it is, and how others refer to it, such as "RetractionIn"."""
    yield from (("type", kind) for kind in texts_at(element, ".//PublicationType"))
    for notice in element.iterfind(".//CommentsCorrections"):
        yield "notice", notice.get("RefType", "")


def _abstract(element: Element) -> str:
    """The parts of the abstract, each after its label; else the abstract in another language."""
    for path in (".//Abstract/AbstractText", ".//OtherAbstract/AbstractText"):
        parts = []
        for part in element.iterfind(path):
            text = text_of(part).strip()
            label = part.get("Label", "").strip()
            if text:
                plain = not label or label.upper() == "UNLABELLED"
                parts.append(text if plain else f"{label.rstrip(':')}: {text}")
        if parts:
            return " ".join(parts)
    return ""


def _authors(element: Element) -> Iterator[str]:
    for author in element.iterfind(".//AuthorList/Author"):
        if author.get("ValidYN") == "N":
            continue
        family = text_at(author, "LastName")
        given = text_at(author, "ForeName", "FirstName", "Initials")
        suffix = text_at(author, "Suffix")
        if family:
            yield name_from(given, family, suffix=suffix)
        else:
            yield text_at(author, "CollectiveName")


def _venue(element: Element) -> str:
    title = text_at(element, ".//ArticleTitle")
    book = text_at(element, ".//BookTitle") if title else text_at(element, ".//PublisherName")
    return text_at(element, ".//Journal/Title", ".//MedlineTA", ".//ISOAbbreviation") or book
