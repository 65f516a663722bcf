"""Reader of EndNote's tagged text (.enw), which Google Scholar exports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.fields.status import status_in
from rag.corpus.formats.source import Source
from rag.corpus.formats.tagged.lines import Fields, Layout, fields_of, first_with, split
from rag.corpus.record import Record
from rag.text.names.identifiers import linked_pmid
from rag.types import Rejected

_LAYOUT = Layout(
    tag=re.compile(r"%([0-9A-Z@!$>^~&+=*?#(])(?:[ \t]+(.*)|$)"),
    starts="0",
    worth=frozenset("ATEBJ"),
)
_FIELD = re.compile(r"^\ufeff?\s*%[0A-Z](?:[ \t]+\S|$)")
_USED = frozenset("TXAEDJBRUK")


def is_enw(head: str, name: str) -> bool:
    """Whether the text begins with a %-tag."""
    return _FIELD.match(head) is not None


def read_enw(source: Source) -> Iterator[Record | Rejected]:
    """A record from each %0 to the next."""
    for item in fields_of(source, _LAYOUT):
        yield item if isinstance(item, Rejected) else _record(item, source.name)


def _record(fields: Fields, source: str) -> Record | Rejected:
    return make_record(
        title=fields.text("T"),
        abstract=fields.text("X"),
        source=source,
        place=f"line {fields.line}",
        authors=fields.all("A") or fields.all("E"),
        year=fields.text("D", "8"),
        venue=fields.text("J", "B", "I"),
        doi=fields.text("R"),
        arxiv=first_with(fields.values, ("U", "J"), "arxiv"),
        urls=fields.all("U"),
        pmid=_pmid(fields),
        tags=split(fields.all("K")),
        status=status_in(fields.others(_USED)),
        extra=fields.rest(_USED),
    )


def _pmid(fields: Fields) -> str:
    """The accession number, if the database is PubMed, or the number in a link to PubMed."""
    if "pubmed" in fields.text("W", "~").lower():
        return fields.text("M")
    return next(filter(None, map(linked_pmid, fields.all("U"))), "")
