"""Finds a paper's DOI, arXiv id and PMID in the forms in which catalogues list identifiers.

These are objects by kind ({"doi": ...}), lists of kind and value ({"type": "doi", "id": ...}),
texts ("arXiv:2101.00001"), and notes with a line for each ("PMID: 123").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rag.corpus.formats.fields.column_names import plain
from rag.corpus.formats.fields.values import MOST, Value, text_of
from rag.text.names.identifiers import linked_arxiv, linked_doi, linked_pmid

_KINDS = {
    **dict.fromkeys(("doi", "dois"), "doi"),
    **dict.fromkeys(("arxiv", "arxivid", "arxiveprint"), "arxiv"),
    **dict.fromkeys(("pmid", "pubmed", "pubmedid", "med"), "pmid"),
}
_KIND_NAMES = (
    "type idtype scheme schema kind identifierType alternateIdentifierType external-id-type"
    " externalIdType propertyID @type @idtype @pub-id-type @IdType @EIdType @identifierType"
    " @classid"
).split()
_VALUE_NAMES = (
    "id value identifier content text #text $ @value alternateIdentifier external-id-value"
    " externalIdValue"
).split()
_LINE = re.compile(r"^[ \t]*(doi|pmid|arxiv)\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_DEEP = 3
_LONGEST = 10_000  # characters of a text that lists identifiers; the rest is left out


def identifiers_in(value: Value, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The identifiers in a value as ("doi" | "arxiv" | "pmid", text), in their order."""
    if isinstance(value, str):
        yield from _in_text(value)
    elif depth > _DEEP:
        return
    elif isinstance(value, list | tuple):
        for item in value[:MOST]:
            yield from identifiers_in(item, depth + 1)
    elif isinstance(value, Mapping):
        yield from _in_object(value, depth)


def _in_object(value: Mapping[str, Value], depth: int) -> Iterator[tuple[str, str]]:
    kind = next((text for name in _KIND_NAMES if (text := text_of(value.get(name)))), "")
    if kind:
        found = next((text for name in _VALUE_NAMES if (text := text_of(value.get(name)))), "")
        if found and (field := _KINDS.get(plain(kind.rpartition(":")[2]))):
            yield field, found
        return
    for name, inner in value.items():
        field = _KINDS.get(plain(str(name)))
        if field and (text := text_of(inner)):
            yield field, text
        elif isinstance(inner, list | Mapping):
            yield from identifiers_in(inner, depth + 1)


def _in_text(text: str) -> Iterator[tuple[str, str]]:
    text = text[:_LONGEST]
    for kind, found in _LINE.findall(text):
        yield _KINDS[kind.lower()], found
    if "10." in text and (doi := linked_doi(text)):
        yield "doi", doi
    if arxiv := linked_arxiv(text):
        yield "arxiv", arxiv
    if "nih" in text and (pmid := linked_pmid(text)):
        yield "pmid", pmid
