"""Reader of Atom feeds, which arXiv's API returns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.markup.latex import from_accents
from rag.corpus.formats.source import Source
from rag.corpus.formats.xml.parsing import elements, text_at, texts_at
from rag.corpus.record import Record
from rag.types import Rejected

_FEED = re.compile(r"<(?:\w+:)?feed\b[^>]*http://www\.w3\.org/2005/Atom")
_ERROR = "arxiv.org/api/errors"


def is_atom(head: str, name: str) -> bool:
    """Whether an Atom feed begins."""
    return _FEED.search(head) is not None


def read_atom(source: Source) -> Iterator[Record | Rejected]:
    """One record per entry; an entry that reports an error is refused with its message.

    A feed without entries is valid: nothing was found. Raises FormatError if the XML is broken.
    """
    for number, entry in enumerate(elements(source, frozenset({"entry"})), start=1):
        place = text_at(entry, "id") or f"entry {number}"
        if _ERROR in place:
            why = text_at(entry, "summary") or "it is no paper"
            yield Rejected(source.name, f"entry {number}", f"arXiv answered: {why}")
        else:
            yield _record(entry, source.name, place)


def _record(entry: Element, source: str, place: str) -> Record | Rejected:
    arxiv = place if "arxiv.org" in place else ""
    journal = text_at(entry, "journal_ref")
    primary = entry.find("primary_category")
    category = primary.get("term", "") if primary is not None else ""
    return make_record(
        title=from_accents(text_at(entry, "title")),
        abstract=from_accents(text_at(entry, "summary", "content")),
        source=source,
        place=f"entry {place.rpartition('/abs/')[2]}",
        authors=[from_accents(name) for name in texts_at(entry, "author/name")],
        year=text_at(entry, "published", "updated"),
        venue=from_accents(journal) or f"arXiv {category}".strip() if arxiv else journal,
        doi=text_at(entry, "doi"),
        arxiv=arxiv,
        urls=[
            link.get("href", "")
            for link in entry.iterfind("link")
            if link.get("rel", "alternate") == "alternate"
        ],
        tags=[category.get("term", "") for category in entry.iterfind("category")],
        extra=[("comment", text_at(entry, "comment")), ("updated", text_at(entry, "updated"))],
    )
