"""Streams the elements of an XML file, by defusedxml: no entities, no external resources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ErrorString

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from rag.corpus.formats.markup.markup import text_of
from rag.corpus.formats.source import Source
from rag.errors import FormatError

# Characters of one record, or of a header.
_RECORD_LIMIT = 16 * 1024 * 1024
_DEPTH = 200  # open elements, each of which takes memory; no format nests that deep
_REMEDY = "Export it again; the records before that place were read."
# Characters that XML 1.0 forbids even as references, but some exports contain.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.I)

_CUT_REFERENCE = re.compile(r"&[#0-9a-zA-Z]{0,9}\Z")


class _Utf8:
    """A text stream as UTF-8 bytes, which the parser reads in parts."""

    def __init__(self, text: TextIO, name: str) -> None:
        self._text, self._name = text, name
        self.since = 0  # characters since the end of the last record

    def read(self, size: int) -> bytes:
        part = self._text.read(size)
        self.since += len(part)
        if self.since > _RECORD_LIMIT:
            what = f"a record is longer than {_RECORD_LIMIT:,} characters."
            raise FormatError(self._name, 1, what, _REMEDY)
        # Complete a reference that was cut in two at the end.
        start = _CUT_REFERENCE.search(part)
        while start is not None and (more := self._text.read(1)):
            part += more
            start = _CUT_REFERENCE.search(part)
        return _REFERENCE.sub("", _FORBIDDEN.sub("", part)).encode()


def elements(source: Source, wanted: frozenset[str]) -> Iterator[Element]:
    """The complete elements with one of these names, without namespaces, in the file's order.

    Raises FormatError if the XML is broken, defines entities, is nested too deeply, or has a record
    that is too long.
    """
    with source.text() as text:
        stream = _Utf8(text, source.name)
        parser = DefusedXMLParser(encoding="utf-8", forbid_entities=True, forbid_external=True)
        open_elements: list[Element] = []
        inside = 0
        try:
            for event, element in iterparse(stream, ("start", "end"), parser):
                tag = local(element.tag)
                if event == "start":
                    open_elements.append(element)
                    if len(open_elements) > _DEPTH:
                        what = f"its elements are nested more than {_DEPTH} deep."
                        raise FormatError(source.name, 1, what, _REMEDY)
                    inside += tag in wanted
                    continue
                element.tag = tag
                open_elements.pop()
                if tag in wanted:
                    inside -= 1
                    if not inside:
                        yield element
                        stream.since = 0
                if not inside and open_elements:
                    open_elements[-1].remove(element)
        except ParseError as exc:
            line = exc.position[0]
            what = f"the XML is broken: {ErrorString(exc.code)}."
            raise FormatError(source.name, line, what, _REMEDY) from exc
        except DefusedXmlException as exc:
            what = "the XML defines entities or names other files, which is not read."
            raise FormatError(source.name, 1, what, _REMEDY) from exc


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def text_at(element: Element, *paths: str) -> str:
    """The text under the first of these paths that has any; markup in it has become text."""
    return next((text for path in paths for text in texts_at(element, path)), "")


def texts_at(element: Element, path: str) -> list[str]:
    """The texts of the elements at this path that have any."""
    texts = (text_of(found).strip() for found in element.iterfind(path))
    return [text for text in texts if text]
