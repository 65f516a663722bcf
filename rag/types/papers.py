"""Papers, where they are searched for, and what is found in them.

Offsets are character offsets into ``Paper.abstract``, half open: ``abstract[start:end]``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What the world calls a paper: bare, in lower case, an arXiv id without its version."""

    doi: str | None = None
    arxiv: str | None = None
    pmid: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as it was read.

    ``paper_id`` is the source's own identifier where it has one, else derived from the title,
    so that it survives re-ingest, re-order and new chunking. ``order`` is the paper's place in
    its source, from 0. ``urls`` are the record's own and those found in the abstract, in order.
    ``abstract`` is empty where no source had one. Authors are names with the given ones first.
    ``other_sources`` are those whose records were merged into this one; ``extra`` are the fields
    that nothing here has a name for, as (name, value).
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

    @property
    def url(self) -> str | None:
        """The paper's first URL, or None."""
        return self.urls[0] if self.urls else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which papers are looked at, by what is known of them; what is empty asks for nothing.

    Years are inclusive. A paper is let in that has any of the ``venues`` (where some are given),
    any of the ``authors``, and so on. `rag.index.filters.matches` says what each of them means.
    """

    first_year: int | None = None
    last_year: int | None = None
    venues: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != ANY_PAPER


ANY_PAPER = Filter()


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a library that is searched: some papers by id (all where empty), filtered."""

    papers: tuple[str, ...] = ()
    filter: Filter = ANY_PAPER

    def __bool__(self) -> bool:
        return bool(self.papers or self.filter)


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one abstract, verbatim: ``abstract[start:end] == text``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found. ``score`` is its cosine with the query, -1 to 1."""

    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class RankedPaper:
    """A paper in rank order, with the passages that found it, best first.

    None where the paper has no abstract and its title was found.
    """

    paper: Paper
    score: float
    passages: tuple[Passage, ...]
