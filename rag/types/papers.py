"""Papers, filters and scopes, and the passages that a search finds.

Offsets are character offsets into ``Paper.abstract``, half open: ``abstract[start:end]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

# What became of a paper after it was published, from harmless to worst; empty if nothing is known.
PaperStatus: TypeAlias = Literal["", "corrected", "expression of concern", "withdrawn", "retracted"]
_STATUSES: tuple[PaperStatus, ...] = get_args(PaperStatus)
# Papers that nobody should rely on.
UNRELIABLE: frozenset[PaperStatus] = frozenset(("withdrawn", "retracted"))


def worst(statuses: Iterable[PaperStatus]) -> PaperStatus:
    """The worst of some statuses; empty if there are none."""
    return max(filter(None, statuses), key=_STATUSES.index, default="")


# The field of `Paper.extra` that leads back to the paper's item in Zotero.
ZOTERO_LINK = "zotero"
_LINK = re.compile(r"zotero://select/(?:library|groups/[1-9]\d{0,11})/items/[0-9A-Z]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """A paper's public identifiers: bare, in lower case, an arXiv id without its version."""

    doi: str | None = None
    arxiv: str | None = None
    pmid: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, merged from all records of it.

    ``paper_id`` is the paper's own identifier (arXiv id, DOI, PMID) or, without one, derived from
    the title, so that it survives re-ingest, re-order and new chunking. ``order`` is the
    paper's place in its source, from 0. ``urls`` are the record's own and those found in the
    abstract, in order. ``abstract`` is empty if no source had one. Author names begin with the
    given names. ``other_sources`` are the sources of further records of the paper. ``extra`` are
    fields that have no attribute here, as (name, value). ``title`` begins with ``status`` in
    capital letters where that is worse than a correction: "RETRACTED: ...".
    """

    paper_id: str
    title: str
    abstract: str
    urls: tuple[str, ...]
    order: int
    source: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    identifiers: Identifiers = Identifiers()
    tags: tuple[str, ...] = ()
    other_sources: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    status: PaperStatus = ""

    @property
    def url(self) -> str | None:
        """The paper's first URL, or None."""
        return self.urls[0] if self.urls else None

    @property
    def zotero(self) -> str | None:
        """The address that selects the paper's item in Zotero, or None.

        Any file may have such a field, so what has another form is none.
        """
        link = next((value for name, value in self.extra if name == ZOTERO_LINK), "")
        return link if _LINK.fullmatch(link) else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which papers are searched, by their metadata. An empty field does not restrict anything.

    Years are inclusive. A paper passes if it has any of the ``venues`` (where some are given), any
    of the ``authors``, and so on. ``retracted`` lets in only papers that were retracted or
    withdrawn (True), or only others (False). `rag.index.filters.matches` defines each field but
    those on the reader's marks, ``starred`` and ``own_tags`` (`rag.types.marks`): these become ids
    of papers in `rag.index.library.Library.scope`, since marks are not indexed.
    """

    first_year: int | None = None
    last_year: int | None = None
    venues: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    retracted: bool | None = None
    starred: bool = False
    own_tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != ANY_PAPER

    @property
    def by_marks(self) -> bool:
        """Whether it depends on the reader's marks."""
        return self.starred or bool(self.own_tags)


ANY_PAPER = Filter()


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a library that is searched: papers by id (empty: all) that pass a filter."""

    papers: tuple[str, ...] = ()
    filter: Filter = ANY_PAPER

    def __bool__(self) -> bool:
        return bool(self.papers or self.filter)


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Span:
    """A verbatim part of one abstract: ``abstract[start:end] == text``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that a search found. ``score`` is its cosine with the query, -1 to 1."""

    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class RankedPaper:
    """A paper in rank order, with the passages that matched, best first.

    A paper without an abstract matched by its title, and has no passages.
    """

    paper: Paper
    score: float
    passages: tuple[Passage, ...]
