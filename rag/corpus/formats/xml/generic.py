"""Reader of any other XML with records of papers, such as OAI, JATS, MODS, TEI, RDF, Solr.

A record becomes an object as in JSON, and the names of its elements mean what they mean there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from rag.corpus.formats.fields.column_names import meaning_of
from rag.corpus.formats.fields.columns import plan_of
from rag.corpus.formats.json.files import read_object
from rag.corpus.formats.json.papers import papers_in, with_inner
from rag.corpus.formats.source import Source
from rag.corpus.formats.xml.parsing import elements, local, text_at
from rag.corpus.record import Record
from rag.types import Rejected

# Elements that are one paper. The outermost one counts: an <article> may be in a <record>.
_RECORDS = frozenset(
    "record article mods doc paper result entry DocSum inproceedings incollection phdthesis"
    " mastersthesis book proceedings Article Book BookSection Document Thesis Report Manuscript"
    " ConferenceProceedings Recording Memo item dc work publication reference TEI"
    " doi_record".split()
)
_MARK = re.compile(rf"<(?:\w+:)?(?:{'|'.join(sorted(_RECORDS))})[\s>]")
_TITLE = re.compile(r"<(?:\w+:)?(?:article-)?title[\s>]|name=\"title", re.IGNORECASE)
_NO_PAPERS = re.compile(r"<(?:html|!doctype html|rss|svg)\b|<urlset", re.IGNORECASE)
# Elements whose names are in an attribute: <str name="title">.
_NAMED = frozenset("str arr int long float date bool field Item".split())


def is_generic_xml(head: str, name: str) -> bool:
    """Whether XML begins in which elements that may be papers have titles."""
    if not head.lstrip().startswith("<") or _NO_PAPERS.search(head[:2000]):
        return False
    return bool(_MARK.search(head) and _TITLE.search(head))


def read_generic_xml(
    source: Source, columns: Mapping[str, str] | None = None
) -> Iterator[Record | Rejected]:
    """One record per element that may be a paper; ``columns`` maps names of elements to fields.

    Raises FormatError if the XML is broken, and InputError for an unknown field.
    """
    for number, element in enumerate(elements(source, _RECORDS), start=1):
        value = _value(element)
        if not isinstance(value, Mapping):
            continue
        is_one = "title" in plan_of(tuple(with_inner(value)[0]), columns).fields
        for paper in (value,) if is_one else papers_in(value):
            place = f"record {number}"
            yield from read_object(paper, source=source.name, place=place, columns=columns)


def _value(element: Element) -> object:
    """An element as in JSON: a text, or an object of its children and its attributes."""
    children = list(element)
    if _name(element) != element.tag:
        return [_value(child) for child in children] if children else text_at(element, ".")
    field = meaning_of(element.tag)[0]
    # Markup in a title is text; a <title> in <titles> is not.
    is_text = field in ("title", "abstract") and all(
        meaning_of(child.tag)[0] != field for child in children
    )
    values: dict[str, object] = {f"@{local(key)}": text for key, text in element.attrib.items()}
    if is_text or not children:
        text = text_at(element, ".")
        return {**values, "#text": text} if values else text
    for child in children:
        name, value = _name(child), _value(child)
        if name not in values:
            values[name] = value
        elif isinstance(before := values[name], list):
            before.append(value)
        else:
            values[name] = [before, value]
    return values


def _name(element: Element) -> str:
    """What an element is called: by an attribute in Solr and in summaries of PubMed."""
    named = element.get("name") or element.get("Name") if element.tag in _NAMED else ""
    return named or element.tag
