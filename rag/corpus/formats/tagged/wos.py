"""Reader of Web of Science's tagged text, also called ISI or CIW."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.formats.fields.normalise import make_record, year_of
from rag.corpus.formats.fields.status import status_in
from rag.corpus.formats.source import Source
from rag.corpus.formats.tagged.lines import Fields, Layout, fields_of, split
from rag.corpus.record import Record
from rag.types import Rejected

_LAYOUT = Layout(
    tag=re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)"),
    starts="PT",
    ends="ER",
    outside=frozenset({"FN", "VR", "EF"}),
    worth=frozenset({"TI"}),
)
_HEADER = re.compile(r"^\s*FN .+\n+VR ")
_RECORD = re.compile(r"^PT [A-Z]\s*$", re.MULTILINE)
_FIELD = re.compile(r"^(?:AU|TI|SO|UT) \S", re.MULTILINE)
_USED = frozenset("PT TI AB AF AU PY SO JI J9 DI PM DE ID".split())


def is_wos(head: str, name: str) -> bool:
    """Whether the export's header is there, or a record of the format begins."""
    if _HEADER.match(head):
        return True
    return _RECORD.search(head) is not None and _FIELD.search(head) is not None


def read_wos(source: Source) -> Iterator[Record | Rejected]:
    """A record from each PT to its ER, to the next PT, or to the end of the file."""
    for item in fields_of(source, _LAYOUT):
        yield item if isinstance(item, Rejected) else _record(item, source.name)


def _record(fields: Fields, source: str) -> Record | Rejected:
    return make_record(
        title=fields.text("TI"),
        abstract=fields.text("AB"),
        source=source,
        place=f"line {fields.line}",
        authors=split(fields.all("AF") or fields.all("AU")),
        year=next(filter(year_of, fields.all("PY", "PD", "EA")), ""),
        venue=fields.text("SO", "JI", "J9"),
        doi=fields.text("DI"),
        pmid=fields.text("PM"),
        tags=split([fields.text("DE"), fields.text("ID")]),
        status=status_in(fields.others(_USED)),
        extra=fields.rest(_USED),
    )
