"""Detects the format of a text: by marks in it, then by the file's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rag.corpus.formats.bibtex.reader import is_bibtex, read_bibtex
from rag.corpus.formats.json.files import is_json, is_json_lines, read_json, read_json_lines
from rag.corpus.formats.listing import is_listing, read_listing
from rag.corpus.formats.plain_text import is_plain_text, read_plain_text
from rag.corpus.formats.source import Source
from rag.corpus.formats.tables.markup import is_markup_table, read_markup_table
from rag.corpus.formats.tables.sheets import is_table, read_table
from rag.corpus.formats.tagged.enw import is_enw, read_enw
from rag.corpus.formats.tagged.labelled import is_labelled, read_labelled
from rag.corpus.formats.tagged.medline import is_medline, read_medline
from rag.corpus.formats.tagged.pubmed_text import is_pubmed_text, read_pubmed_text
from rag.corpus.formats.tagged.ris import is_ris, read_ris
from rag.corpus.formats.tagged.wos import is_wos, read_wos
from rag.corpus.formats.unread import is_unread, read_unread
from rag.corpus.formats.xml.atom import is_atom, read_atom
from rag.corpus.formats.xml.endnote import is_endnote, read_endnote
from rag.corpus.formats.xml.generic import is_generic_xml, read_generic_xml
from rag.corpus.formats.xml.pubmed import is_pubmed, read_pubmed
from rag.corpus.record import Record
from rag.errors import FormatError
from rag.types import Rejected

Records: TypeAlias = Iterator[Record | Rejected]
_REMEDY = "docs/formats.md lists the formats that are read."


@dataclass(frozen=True, slots=True)
class Format:
    """One format of text.

    ``recognises`` gets the first 64 KiB as text and the source's name. Formats with columns have
    ``read_mapped``, which takes a mapping from column to field as well.
    """

    name: str
    recognises: Callable[[str, str], bool]
    read: Callable[[Source], Records]
    read_mapped: Callable[[Source, Mapping[str, str]], Records] | None = None


# In the order in which they are tried: formats with marks, the most specific first; then formats
# that only the file's name shows, and plain text.
FORMATS: tuple[Format, ...] = (
    Format("JSON lines", is_json_lines, read_json_lines, read_json_lines),
    Format("JSON", is_json, read_json, read_json),
    Format("PubMed XML", is_pubmed, read_pubmed),
    Format("arXiv Atom", is_atom, read_atom),
    Format("EndNote XML", is_endnote, read_endnote),
    Format("other XML", is_generic_xml, read_generic_xml, read_generic_xml),
    Format("Web of Science", is_wos, read_wos),
    Format("RIS", is_ris, read_ris),
    Format("MEDLINE", is_medline, read_medline),
    Format("EndNote tags", is_enw, read_enw),
    Format("BibTeX", is_bibtex, read_bibtex),
    Format("table in markup", is_markup_table, read_markup_table, read_markup_table),
    Format("PubMed text", is_pubmed_text, read_pubmed_text),
    Format("labelled text", is_labelled, read_labelled),
    Format("table", is_table, read_table, read_table),
    Format("text of many papers", is_unread, read_unread),
    Format("listing page", is_listing, read_listing),
    Format("plain text", is_plain_text, read_plain_text),
)


def detect(source: Source) -> Format:
    """The format of a text. Raises FormatError if it is unknown; also as `Source.encoding` does."""
    head = source.head
    if not head.strip():
        raise FormatError(source.name, 1, "the file is empty.", _REMEDY)
    for known in FORMATS:
        if known.recognises(head, source.name):
            return known
    raise FormatError(source.name, 1, "its format is not known.", _REMEDY)


def read_source(source: Source, columns: Mapping[str, str] | None = None) -> Records:
    """The records of a text of any known format. Raises as `detect` and the reader do."""
    found = detect(source)
    if columns and found.read_mapped is not None:
        return found.read_mapped(source, columns)
    return found.read(source)
