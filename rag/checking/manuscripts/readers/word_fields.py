"""Reads the codes by which Zotero, Mendeley and EndNote mark citations in Word."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.record import Record

_MENDELEY = "MENDELEY_CITATION_v3_"
_LISTS = ("ADDIN ZOTERO_BIBL", "ADDIN EN.REFLIST", "ADDIN Mendeley Bibliography", "BIBLIOGRAPHY")


@dataclass(frozen=True, slots=True)
class Cited:
    """One cited work: its record, or what little is known of it as text."""

    key: str
    record: Record | None
    text: str


def is_bibliography(code: str) -> bool:
    """Whether a field is the list of references that a program wrote."""
    return code.strip().startswith(_LISTS)


def works_of(code: str, data: str) -> list[Cited]:
    """The works that a field or the tag of a control cites; none if it cites nothing."""
    bare = code.strip()
    if bare.startswith(("ADDIN ZOTERO_ITEM", "ADDIN CSL_CITATION")):
        return list(_of_csl(bare[bare.find("{") :] if "{" in bare else ""))
    if bare.startswith(_MENDELEY):
        return list(_of_csl(_decoded(bare.removeprefix(_MENDELEY))))
    if bare.startswith("ADDIN EN.CITE"):
        return list(_of_endnote(bare)) or list(_of_endnote(_decoded(data)))
    return []


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _of_csl(text: str) -> Iterator[Cited]:
    """The works of a citation in CSL's JSON."""
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return
    items = value.get("citationItems") if isinstance(value, dict) else None
    for item in items if isinstance(items, list) else []:
        data = item.get("itemData") if isinstance(item, dict) else None
        if isinstance(data, dict):
            authors = data.get("author")
            made = _made(
                title=_text(data.get("title")),
                doi=_text(data.get("DOI")),
                pmid=_text(data.get("PMID")),
                url=_text(data.get("URL")),
                year=_year(data.get("issued")),
                authors=_names(authors if isinstance(authors, list) else []),
            )
            if made:
                yield made


def _names(authors: Iterable[object]) -> Iterator[str]:
    for author in authors:
        if isinstance(author, dict):
            names = (_text(author.get("family")), _text(author.get("given")))
            yield ", ".join(filter(None, names)) or _text(author.get("literal"))


def _year(issued: object) -> str:
    if not isinstance(issued, dict):
        return ""
    parts = issued.get("date-parts")
    while isinstance(parts, list) and parts:
        parts = parts[0]
    return str(parts or "") if not isinstance(parts, list) else _text(issued.get("raw"))


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _of_endnote(text: str) -> Iterator[Cited]:
    """The works of EndNote's XML."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    at = text.find("<EndNote")
    if at < 0:
        return
    end = text.rfind("</EndNote>")
    try:
        root: Any = fromstring(text[at : end + len("</EndNote>")])
    except (ParseError, DefusedXmlException, ValueError):
        return
    for record in root.iter("record"):
        made = _made(
            title=_inner(record.find("titles/title")),
            doi=_inner(record.find("electronic-resource-num")),
            pmid="",
            url=_inner(record.find("urls/related-urls/url")),
            year=_inner(record.find("dates/year")),
            authors=map(_inner, record.iterfind("contributors/authors/author")),
        )
        if made:
            yield made


def _inner(element: Any) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _made(
    *, title: str, doi: str, pmid: str, url: str, year: str, authors: Iterable[str]
) -> Cited | None:
    """The work with its record; its key is its DOI, or else how one cites it."""
    names = [name for name in authors if name]
    known: Mapping[str, Any] = {"doi": doi, "pmid": pmid, "urls": [url] if url else []}
    record = make_record(
        title=title, abstract="", source="", place="", authors=names, year=year, **known
    )
    family = names[0].partition(",")[0] if names else ""
    more = " et al." if len(names) > 1 else ""
    shown = ", ".join(filter(None, (f"{family}{more}", year[:4])))
    key = doi or shown or title
    if isinstance(record, Record):
        return Cited(key, record, "")
    return Cited(key, None, doi or url) if key else None
