"""A record: one paper as one source describes it. Every reader yields records."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.types import Identifiers, PaperStatus


@dataclass(frozen=True, slots=True)
class Record:
    """A record with clean text: no markup, no entities, no LaTeX accents, single spaces.

    ``source`` is the file, as a resolved path; inside an archive ``archive.zip!inner.bib``; of a
    catalogue's answer ``arxiv:QUERY``. ``place`` is where in the source, in words: "line 12",
    "entry smith2020", "row 3". ``abstract`` is empty if the record has none. Author names begin
    with the given names. ``extra`` are fields that have no attribute here, as (name, value).
    ``title`` has no mark such as "RETRACTED:"; ``status`` says so.
    ``remark`` is what the user should check in the source, for the sync report; it is not stored.
    """

    title: str
    abstract: str
    source: str
    place: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    identifiers: Identifiers = field(default_factory=Identifiers)
    urls: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    status: PaperStatus = ""
    remark: str = field(default="", compare=False)
