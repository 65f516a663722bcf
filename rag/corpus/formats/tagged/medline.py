"""Reader of MEDLINE, the text that PubMed saves (.nbib)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.fields.placeholders import first_title
from rag.corpus.formats.fields.status import status_in
from rag.corpus.formats.source import Source
from rag.corpus.formats.tagged.lines import Fields, Layout, fields_of, first_with
from rag.corpus.record import Record
from rag.types import Rejected

_LAYOUT = Layout(
    tag=re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-[ \t]?(.*)"),
    starts="PMID",
    blank_ends=True,
    worth=frozenset({"TI", "BTI", "AB"}),
)
_MEDLINE_TAGS = re.compile(
    r"^(?:PMID|PMCR?|OWN|STAT|FAU|FED|DCOM|EDAT|BTI|CRDT) {0,2}-", re.MULTILINE
)
_TITLES = ("TI", "BTI", "TT")  # TT: in the original language
_USED = frozenset("TI BTI AB OAB FAU AU CN DP JT TA LID AID PMID MH OT FED ED".split())


def is_medline(head: str, name: str) -> bool:
    """Whether there are tags that only MEDLINE has."""
    return _MEDLINE_TAGS.search(head) is not None or (
        name.lower().endswith(".nbib") and re.search(r"^TI {0,2}-", head, re.MULTILINE) is not None
    )


def read_medline(source: Source) -> Iterator[Record | Rejected]:
    """A record from each PMID or blank line to the next."""
    for item in fields_of(source, _LAYOUT):
        yield item if isinstance(item, Rejected) else _record(item, source.name)


def _record(fields: Fields, source: str) -> Record | Rejected:
    return make_record(
        title=first_title(map(fields.text, _TITLES)),
        abstract=fields.text("AB", "OAB"),
        source=source,
        place=f"line {fields.line}",
        authors=(fields.all("FAU") or fields.all("AU")) + fields.all("CN")
        or fields.all("FED", "ED"),
        year=fields.text("DP", "DEP"),
        venue=fields.text("JT", "TA"),
        doi=first_with(fields.values, ("LID", "AID"), "[doi]"),
        pmid=fields.text("PMID"),
        tags=[tag.replace("*", "") for tag in fields.all("MH", "OT")],
        status=status_in(fields.others(_USED)),
        extra=fields.rest(_USED),
    )
