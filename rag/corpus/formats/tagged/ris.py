"""Reader of RIS, as reference managers and publishers export it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rispy.config import TAG_KEY_MAPPING

from rag.corpus.formats.normalise import make_record
from rag.corpus.formats.source import Source
from rag.corpus.formats.status import status_in
from rag.corpus.formats.tagged.lines import Fields, Layout, fields_of, first_with, split
from rag.corpus.record import Record
from rag.text.identifiers import only_doi
from rag.types import Rejected

# Two blanks come before the dash; a tab or a single blank is accepted too, the latter only after a
# known tag, because "AI - " may begin a line of an abstract.
_KNOWN = "|".join(sorted(TAG_KEY_MAPPING))
_TAG = re.compile(
    rf"[ \t]{{0,3}}([A-Z][A-Z0-9](?=  +-|[ \t]*\t[ \t]*-)|(?:{_KNOWN})(?= -(?:\s|$)))"
    r"[ \t]+-[ \t]*(.*)"
)
_LAYOUT = Layout(
    tag=_TAG,
    starts="TY",
    ends="ER",
    worth=frozenset({"TI", "T1", "CT", "BT"}),
)
_START = re.compile(r"^[ \t]{0,3}TY[ \t]+-", re.MULTILINE)
_END = re.compile(r"^[ \t]{0,3}ER[ \t]+-", re.MULTILINE)
_USED = frozenset(
    "TY TI T1 CT BT AB N2 AU A1 PY Y1 DA T2 JF JO JA J2 DO KW UR L1 L2 L3 LK ER".split()
)
_PUBMED = re.compile(r"pubmed|medline|nlm", re.IGNORECASE)


def is_ris(head: str, name: str) -> bool:
    """Whether a record begins or, in a file that lost its first line, ends."""
    return _START.search(head) is not None or _END.search(head) is not None


def read_ris(source: Source) -> Iterator[Record | Rejected]:
    """A record from each TY to its ER, to the next TY, or to the end of the file."""
    for item in fields_of(source, _LAYOUT):
        yield item if isinstance(item, Rejected) else _record(item, source.name)


def _record(fields: Fields, source: str) -> Record | Rejected:
    title = fields.text("TI", "T1", "CT", "BT") or fields.text("T2", "T3", "ST")
    venue = fields.text("JF", "T2", "JO", "JA", "J2", "BT", "PB")
    return make_record(
        title=title,
        abstract=fields.text("AB", "N2"),
        source=source,
        place=f"line {fields.line}",
        authors=fields.all("AU", "A1") or fields.all("A2", "ED", "A3"),
        year=fields.text("PY", "Y1", "DA"),
        venue="" if venue == title else venue,
        doi=_doi(fields),
        arxiv=first_with(fields.values, ("UR", "AN", "DO", "JF", "JO", "T2"), "arxiv"),
        pmid=_pmid(fields),
        urls=re.split(r"[\s;]+(?=https?://)|\s+", " ".join(fields.all("UR", "L1", "L2", "LK"))),
        tags=split(fields.all("KW")),
        status=status_in(fields.values.items()),
        extra=[("type", fields.text("TY")), *fields.rest(_USED)],
    )


def _doi(fields: Fields) -> str:
    """The text with the paper's DOI: its own field, a link, or a note that is only a DOI."""
    if linked := fields.text("DO") or first_with(fields.values, ("UR", "M3", "L3"), "10."):
        return linked
    notes = map(str.strip, fields.all("N1"))
    # A note that is a DOI and no more is the paper's own; a longer one may cite other works.
    return next((note for note in notes if only_doi(note)), "")


def _pmid(fields: Fields) -> str:
    """The accession number, if the database is PubMed."""
    number = fields.text("AN")
    known = _PUBMED.search(fields.text("DB", "DP")) or number.lower().startswith("pmid")
    return number if known else ""
