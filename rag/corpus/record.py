"""One paper as one source tells it: what every reader of a format gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.types import Identifiers


@dataclass(frozen=True, slots=True)
class Record:
    """A record with its text cleaned: no markup, no entities, no LaTeX accents, single spaces.

    ``source`` is the file, as a resolved path; inside an archive ``archive.zip!inner.bib``; of a
    catalogue that was asked ``arxiv:QUERY``. ``place`` is where in it, in words: "line 12",
    "entry smith2020", "row 3". ``abstract`` is empty where the record has none. Authors are names
    with the given ones first. ``extra`` are the fields without a name here, as (name, value).
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
