"""Reader of RIS, as reference managers and publishers export it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rispy.config import TAG_KEY_MAPPING

from rag.corpus.formats.fields.author_lists import names_in_one
from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.fields.status import status_in
from rag.corpus.formats.source import Source
from rag.corpus.formats.tagged.lines import Fields, Layout, fields_of, first_with, split
from rag.corpus.record import Record
from rag.text.names.identifiers import linked_pmid, only_doi
from rag.types import Rejected

# Two blanks come before the dash; a tab or a single blank is accepted too, the latter only after a
# known tag, because "AI - " may begin a line of an abstract.
_KNOWN = "|".join(sorted({*TAG_KEY_MAPPING, "DOI", "PMID", "PM", "SO", "YR"}))
_TAG = re.compile(
    r"[ \t]{0,3}([A-Za-z][A-Za-z0-9](?=  +-|[ \t]{0,8}\t[ \t]{0,8}-)"
    rf"|(?:{_KNOWN})(?= +-(?:\s|$)))[ \t]+-[ \t]*(.*)"
)
_TITLES = frozenset({"TI", "T1", "CT", "BT"})
_LAYOUT = Layout(
    tag=_TAG,
    starts="TY",
    ends="ER",
    worth=_TITLES,
)
_START = re.compile(r"^[ \t]{0,3}(?:TY|ty)[ \t]+-", re.MULTILINE)
_END = re.compile(r"^[ \t]{0,3}(?:ER|er)[ \t]+-", re.MULTILINE)
_USED = frozenset(
    (
        "TY TI T1 CT BT AB N2 AU A1 PY Y1 DA YR T2 JF JO JA J2 SO DO DOI PM PMID KW UR L1 L2 L3 LK"
        " ER"
    ).split()
)
_HISTORY = _TITLES | {"C1"}  # what Ovid's search history has, which is no paper
_PUBMED = re.compile(r"pubmed|medline|nlm", re.IGNORECASE)
# Cochrane's "PUBMED 31000009,EMBASE 2001" and notes that begin with "PMID:".
_PMID = re.compile(r"(?:\w+ \w+[,;] ?)*(?:PUBMED|PMID):?\s*(\d+)", re.IGNORECASE)


def is_ris(head: str, name: str) -> bool:
    """Whether a record begins or, in a file that lost its first line, ends."""
    return _START.search(head) is not None or _END.search(head) is not None


def read_ris(source: Source) -> Iterator[Record | Rejected]:
    """A record from each TY to its ER, to the next TY, or to the end of the file."""
    for item in fields_of(source, _LAYOUT):
        if isinstance(item, Rejected):
            yield item
        elif "C1" not in item.values or not _HISTORY.issuperset(item.values):
            yield _record(item, source.name)


def _record(fields: Fields, source: str) -> Record | Rejected:
    title = fields.text("TI", "T1", "CT", "BT") or fields.text("T2", "T3", "ST")
    venue = fields.text("JF", "T2", "JO", "JA", "J2", "SO", "BT")
    authors = fields.all("AU", "A1") or fields.all("A2", "ED", "A3")
    venue = venue or _meeting(fields) or fields.text("PB")
    return make_record(
        title=title,
        abstract=fields.text("AB", "N2"),
        source=source,
        place=f"line {fields.line}",
        authors=[name for text in authors for name in names_in_one(text)],
        year=fields.text("PY", "Y1", "DA", "YR"),
        venue="" if venue == title else venue,
        doi=_doi(fields),
        arxiv=first_with(fields.values, ("UR", "AN", "DO", "JF", "JO", "T2"), "arxiv"),
        pmid=_pmid(fields),
        urls=re.split(r"[\s;]+(?=https?://)|\s+", " ".join(fields.all("UR", "L1", "L2", "LK"))),
        tags=[tag.strip("* ") for tag in split(fields.all("KW"))],
        status=status_in(fields.others(_USED)),
        extra=[("type", fields.text("TY")), *fields.rest(_USED)],
    )


def _doi(fields: Fields) -> str:
    """The text with the paper's DOI: its own field, a link, or a value that is only a DOI."""
    if linked := fields.text("DO", "DOI") or first_with(fields.values, ("UR", "M3", "L3"), "10."):
        return linked
    values = map(str.strip, fields.all("N1", "ID", "LB", "AN", "M1", "L2", "LK"))
    # A note that is a DOI and no more is the paper's own; a longer one may cite other works.
    return next((value for value in values if only_doi(value)), "")


def _pmid(fields: Fields) -> str:
    """The number of its own field, of Cochrane's C3, or of PubMed's records."""
    named = (_PMID.match(value) for value in fields.all("PMID", "PM", "C3", "N1", "ID", "M1"))
    if found := next(filter(None, named), None):
        return found[1]
    number = fields.text("AN")
    known = _PUBMED.search(fields.text("DB", "DP")) or number.lower().startswith("pmid")
    if known:
        return number
    return next(filter(None, map(linked_pmid, fields.all("UR", "L2", "LK"))), "")


def _meeting(fields: Fields) -> str:
    """The proceedings that EndNote writes into C3, where Cochrane has numbers of databases."""
    return next((text for text in fields.all("C3") if not re.search(r"\d{6}", text)), "")
