"""Metadata filters: which papers pass one, and how one narrows another. Pure.

`matches` is the specification. The dense and lexical engines match labels instead
(`rag.index.labels`), and a test checks that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath

from rag.text.lexicons import table
from rag.text.names.person_names import Name, name_of, respellings
from rag.text.words import fold, words_of
from rag.types import UNRELIABLE, Filter, Paper, Scope

_CATALOGUE = re.compile(r"(\w{2,}):(?![\\/])")  # arxiv:QUERY, but not a drive letter


def matches(wanted: Filter, paper: Paper) -> bool:
    """Whether the paper passes the filter. A paper without a year passes no range of years.

    Conditions on the reader's marks are not looked at; see `Filter`.
    """
    return (
        _in_years(wanted, paper.year)
        and (not wanted.authors or _any_author(wanted.authors, paper.authors))
        and (not wanted.venues or any(_in_venue(v, paper.venue) for v in wanted.venues))
        and (not wanted.sources or _any_source(wanted.sources, paper))
        and (not wanted.tags or _any_tag(wanted.tags, paper.tags))
        and wanted.retracted in (None, paper.status in UNRELIABLE)
    )


def in_scope(scope: Scope, paper: Paper) -> bool:
    """Whether the scope includes the paper."""
    return (not scope.papers or paper.paper_id in scope.papers) and matches(scope.filter, paper)


def same_person(wanted: Name, author: Name) -> bool:
    """Whether an author may be the wanted person.

    The family names must be equal in some spelling. The given names must be equal too, unless one
    side has none, or only an initial that agrees.
    """
    if not wanted.family or set(wanted.families).isdisjoint(author.families):
        return False
    if not wanted.given:
        return True
    return any(
        mine == theirs or (1 in (len(mine), len(theirs)) and mine[0] == theirs[0])
        for mine in wanted.givens
        for theirs in author.givens
    )


def respelled(wanted: Filter, count: Callable[[Filter], int]) -> Filter:
    """The filter with each author whom no paper has in a spelling that some paper has, if any.

    ``count`` gives how many papers pass a filter.
    """

    def found(author: str) -> bool:
        return count(Filter(authors=(author,))) > 0

    authors = (
        author if found(author) else next(filter(found, respellings(author)), author)
        for author in wanted.authors
    )
    return replace(wanted, authors=tuple(authors)) if wanted.authors else wanted


def narrowed(given: Filter, more: Filter) -> Filter:
    """``given`` narrowed by ``more``: only years in both ranges pass.

    If both name venues, authors, sources, tags or a status, those of ``given`` apply. Conditions
    on the reader's marks are always of ``given``: no question states any.
    """
    firsts = [year for year in (given.first_year, more.first_year) if year is not None]
    lasts = [year for year in (given.last_year, more.last_year) if year is not None]
    return Filter(
        max(firsts, default=None),
        min(lasts, default=None),
        given.venues or more.venues,
        given.authors or more.authors,
        given.sources or more.sources,
        given.tags or more.tags,
        more.retracted if given.retracted is None else given.retracted,
        given.starred,
        given.own_tags,
    )


def _in_years(wanted: Filter, year: int | None) -> bool:
    first, last = wanted.first_year, wanted.last_year
    if first is None and last is None:
        return True
    return year is not None and (first is None or first <= year) and (last is None or year <= last)


def _any_author(wanted: Sequence[str], authors: Sequence[str]) -> bool:
    names = [name_of(author) for author in authors]
    return any(same_person(name_of(given), name) for given in wanted for name in names)


def _in_venue(wanted: str, venue: str) -> bool:
    """Whether the venue has all words of one of the names of the wanted venue."""
    words = set(words_of(venue))
    return any(words.issuperset(way) for way in venue_ways(wanted))


def _any_source(wanted: Sequence[str], paper: Paper) -> bool:
    sources = (paper.source, *paper.other_sources)
    names = {name for source in sources for name in source_names(source)}
    return any(fold(given) in names for given in wanted)


def _any_tag(wanted: Sequence[str], tags: Sequence[str]) -> bool:
    own = [words_of(tag) for tag in tags]
    return any(words and words in own for words in map(words_of, wanted))


def venue_ways(venue: str) -> list[list[str]]:
    """The names of a venue, each a list of words; a venue with all words of one of them matches.

    They are the given words and, for a well-known venue, the words of its full name or its
    acronym.
    """
    own = words_of(venue)
    full = [list(name) for letters, name in table("venues").items() if own == [letters]]
    short = [[letters] for letters, name in table("venues").items() if set(own).issuperset(name)]
    return [way for way in (own, *full, *short) if way]


def source_names(source: str) -> tuple[str, ...]:
    """The names of a source, folded: ``a/b.zip!c/d.bib`` is also ``d.bib`` and ``b.zip``.

    They are its path and file name, those of the archive and of the member in it, and its folder;
    for a catalogue's answer also the name of the catalogue.
    """
    catalogue = _CATALOGUE.match(source)
    if catalogue:
        return tuple(dict.fromkeys(fold(name) for name in (source, catalogue[1])))
    archive, mark, member = source.partition("!")
    outside = PurePath(archive)
    names = [source, archive, outside.name]
    names += [member, PurePath(member).name] if mark else []
    names += [str(outside.parent)] if outside.is_absolute() else []
    return tuple(dict.fromkeys(fold(name) for name in names if name))
