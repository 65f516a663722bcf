"""Finds the papers of the library that a manuscript cites: by identifier, else by title.

A wrong paper is worse than none, since its abstract would be held against a sentence that never
meant it. So a title must be whole and nearly verbatim, authors and years must not disagree, and an
identifier does not count if the title beside it is clearly another paper's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from rag.checking.manuscripts.draft import Reference
from rag.corpus.dedupe.keys import MatchKeys
from rag.corpus.dedupe.matching import (
    another_paper,
    authors_agree,
    relate,
    same_paper,
    years_agree,
)
from rag.corpus.record import Record
from rag.index.library import Library
from rag.index.words.keys import TITLE, title_key
from rag.text.names.identifiers import (
    ARXIV_DOI,
    find_arxiv,
    find_doi,
    linked_arxiv,
    linked_doi,
    linked_pmid,
)
from rag.text.names.person_names import name_of
from rag.text.names.titles import head_of, normalise_title, unmarked
from rag.text.words import fold
from rag.types import Paper

_CANDIDATES = 10
_YEARS_APART = 3  # from preprint to journal
_WORDS = 4  # of a title that is a paper's by itself
_TYPO_WORDS, _TYPO_LETTERS = 6, 40  # of a title that may have a typing error
_IN_ENTRY = 60.0  # of 100: a title that stands in an entry, however it is written
_ENTRY_WORDS = 6  # of an entry that must have a title
_PMID = re.compile(r"\bpmid:?\s*0*(\d{1,9})", re.IGNORECASE)
# What a title in an entry stands between. A colon bounds it only behind a year or an initial.
_BEFORE = re.compile(r"(?:[.,;?!\"'“”‘’()\[\]{}*_]|[)\d.]\s*:)$")
_BEHIND = re.compile(r"[.,;?!\"'“”‘’()\[\]{}*_]")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a citation's key leads to; without a ``paper``, ``problem`` may say why."""

    title: str
    paper: Paper | None = None
    problem: str = ""


class Resolver:
    """Finds the cited papers in one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def find(self, reference: Reference) -> Resolved:
        """The paper that the reference means, or none."""
        if reference.record is not None:
            return self._by_record(reference.record)
        if reference.problem or not reference.text:
            return Resolved("", problem=reference.problem)
        return self._by_entry(reference.text)

    def _by_record(self, record: Record) -> Resolved:
        ids = record.identifiers
        links = [key for url in record.urls for key in _linked(url)]
        pmid = f"pmid:{ids.pmid}" if ids.pmid else None
        one = MatchKeys(record)
        for key in filter(None, (ids.doi, ids.arxiv, pmid, *links)):
            if paper := self._identified(key):
                if another_paper(one, _keys_of(paper)):
                    return Resolved(record.title, problem=_other(paper))
                return Resolved(record.title, paper)
        same = [p for p in self._titled(record.title) if _is_same(one, _keys_of(p))]
        return Resolved(record.title, same[0] if len(same) == 1 else None)

    def _by_entry(self, entry: str) -> Resolved:
        for key in _identifiers_in(entry):
            if paper := self._identified(key):
                if not _may_be_of(entry, paper):
                    return Resolved(entry, problem=_other(paper))
                return Resolved(entry, paper)
        same = [paper for paper in self._near(entry) if _is_entry_of(entry, paper)]
        # The longest: a title may begin with another paper's title.
        same.sort(key=lambda paper: -len(paper.title))
        return Resolved(entry, same[0] if same else None)

    def _identified(self, key: str) -> Paper | None:
        key = key.lower().removeprefix(ARXIV_DOI)
        return self._library.by_id.get(self._library.identified(key))

    def _titled(self, title: str) -> list[Paper]:
        keys = dict.fromkeys(f"{TITLE}{title_key(text)}" for text in (title, head_of(title)))
        held = [paper for key in keys for paper in self._library.holders(key)]
        return list({paper.paper_id: paper for paper in (*held, *self._near(title))}.values())

    def _near(self, text: str) -> list[Paper]:
        found = self._library.lexical.search(text[:1000], _CANDIDATES)
        return [self._library.by_id[i] for i, _ in found if i in self._library.by_id]


def _identifiers_in(entry: str) -> Iterator[str]:
    if doi := find_doi(entry):
        yield doi
    if "arxiv" in entry.lower() and (arxiv := find_arxiv(entry)):
        yield arxiv
    if pmid := _PMID.search(entry):
        yield f"pmid:{pmid[1]}"
    for url in re.findall(r"https?://\S+", entry):
        yield from _linked(url.rstrip(".,;)"))


def _linked(url: str) -> Iterator[str]:
    pmid = linked_pmid(url)
    yield from filter(None, (linked_doi(url), linked_arxiv(url), f"pmid:{pmid}" if pmid else ""))


def _keys_of(paper: Paper) -> MatchKeys:
    return MatchKeys(
        Record(
            unmarked(paper.title),
            paper.abstract,
            paper.source,
            "",
            authors=paper.authors,
            year=paper.year,
            venue=paper.venue,
            identifiers=paper.identifiers,
        )
    )


def _is_same(one: MatchKeys, other: MatchKeys) -> bool:
    """Whether a record of a bibliography is this paper, by title and what else both have."""
    if same_paper(one, other):
        return True
    if one.markers != other.markers or one.generic or not authors_agree(one, other):
        return False
    relation = relate(one, other)
    if not years_agree(one, other, _YEARS_APART):
        return False
    if relation == "equal":
        return len(one.words) >= _WORDS
    long = len(one.words) >= _TYPO_WORDS and len(one.squeezed) > _TYPO_LETTERS
    return relation == "typo" and long


def _may_be_of(entry: str, paper: Paper) -> bool:
    """Whether an entry with the paper's identifier says nothing else: it has the title, or none."""
    bare = normalise_title(re.sub(r"https?://\S+|10\.\d{4,9}/\S+", " ", entry))
    if len(bare.split()) < _ENTRY_WORDS:
        return True
    return fuzz.partial_ratio(normalise_title(paper.title), bare) >= _IN_ENTRY


def _is_entry_of(entry: str, paper: Paper) -> bool:
    """Whether the entry has the paper's whole title, set apart, and no other author or year."""
    title = unmarked(paper.title)
    words = re.findall(r"\w+", title)
    found = re.search(r"\W+".join(map(re.escape, words)), entry, re.IGNORECASE)
    if not words or found is None:
        return False
    before, after = entry[: found.start()].rstrip(), entry[found.end() :].lstrip()
    if (before and not _BEFORE.search(before)) or (after and not _BEHIND.match(after)):
        return False
    years = [int(year) for year in re.findall(r"(?<![\d./-])(?:1[89]|20)\d\d(?!\d)", entry)]
    if paper.year and years and min(abs(y - paper.year) for y in years) > _YEARS_APART:
        return False
    if paper.authors and before:
        families = name_of(paper.authors[0]).families
        said = set(re.findall(r"\w+", fold(before)))
        if said and said.isdisjoint(families):
            return False
    elif len(words) < _WORDS:
        return False
    return True


def _other(paper: Paper) -> str:
    return f"its identifier is that of another paper, “{paper.title}”"
