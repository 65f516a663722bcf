"""Relations of records: which paper is newer, whether authors are shared, what else they wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.telling.fields import Field, tell_fields
from rag.answering.telling.listing import listed
from rag.answering.telling.persons import distinct_people, spellings_of
from rag.answering.telling.told import Told
from rag.answering.telling.writing import Writer, bullets, names, number_of
from rag.index.library import Library
from rag.types import Paper

_MOST = 10  # papers that are told about one by one
_NEXT = 2  # papers that follow the first of all
_NEWER = re.compile(
    r"\b(?:newer|newest|more recent|most recent|latest|later|younger|youngest)\b", re.IGNORECASE
)
_OLDER = re.compile(
    r"\b(?:older|oldest|earlier|earliest|first published|published first|came out first)\b", re.I
)
_MOST_AUTHORS = re.compile(
    r"\b(?:most|more|largest number of|longest list of)\s+(?:co-?)?authors\b", re.I
)
_FEWEST_AUTHORS = re.compile(r"\b(?:fewest|fewer|least)\s+(?:co-?)?authors\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rank:
    """An order of papers: by ``field``, the highest or the lowest first.

    ``of_two`` and ``of_all`` say what the first of two papers and of more is.
    """

    field: Field
    highest: bool
    of_two: str
    of_all: str

    def value(self, paper: Paper) -> int | None:
        """What papers are ordered by; None if the record has none."""
        return paper.year if self.field == "year" else len(paper.authors) or None


_RANKS = (
    (_MOST_AUTHORS, Rank("author_count", True, "has more authors", "has the most authors")),
    (_FEWEST_AUTHORS, Rank("author_count", False, "has fewer authors", "has the fewest authors")),
    (_NEWER, Rank("year", True, "is the newer of the two", "is the newest")),
    (_OLDER, Rank("year", False, "is the older of the two", "is the oldest")),
)


def rank_asked(text: str) -> Rank | None:
    """The order in which a question asks for the first paper."""
    return next((rank for pattern, rank in _RANKS if pattern.search(text)), None)


def told_first(papers: Sequence[Paper], rank: Rank, *, chosen: bool) -> Told:
    """The first of the papers in an order and the next ones; all if the papers were ``chosen``."""
    values = {paper.paper_id: value for paper in papers if (value := rank.value(paper)) is not None}
    if not values:
        lacking = "years" if rank.field == "year" else "authors"
        return Told(f"The records here have no {lacking}, so I cannot tell.")
    known = [paper for paper in papers if paper.paper_id in values]
    ordered = sorted(known, key=lambda paper: values[paper.paper_id], reverse=rank.highest)
    best = values[ordered[0].paper_id]
    first = [paper for paper in ordered if values[paper.paper_id] == best]
    shown = str(best) if rank.field == "year" else number_of(best, "author")
    writer = Writer()
    if len(first) > 1:
        return writer.told(
            f"{len(first)} papers are level ({shown}):", listed(first, writer, _MOST)
        )
    is_first = rank.of_two if chosen and len(papers) == 2 else rank.of_all
    lead = f"{writer.title(ordered[0])} {is_first} ({shown})."
    rest = listed(ordered[1 : _MOST if chosen else _NEXT + 1], writer)
    missing = [paper for paper in papers if paper.paper_id not in values] if chosen else []
    note = bullets(tell_fields(paper, [rank.field], writer) for paper in missing)
    return writer.told(lead, f"Then:\n\n{rest}" if rest else "", note)


def told_shared(papers: Sequence[Paper]) -> Told:
    """Whether papers have authors in common, and all their authors."""
    writer = Writer()
    lines = bullets(tell_fields(paper, ["authors"], writer) for paper in papers)
    if not all(paper.authors for paper in papers):
        return writer.told(lines)
    people = distinct_people({author for paper in papers for author in paper.authors})
    wrote = [[not set(own).isdisjoint(paper.authors) for paper in papers] for own in people]
    shared = [max(own, key=len) for own, of in zip(people, wrote, strict=True) if all(of)]
    if not shared:
        lead = "No, they have no author in common."
    elif len(shared) == len(people):
        lead = f"Yes, they have the same authors: {names(shared)}."
    else:
        lead = f"Partly: {names(shared)} wrote {'both' if len(papers) == 2 else 'all of them'}."
    return writer.told(lead, lines)


def told_others(
    library: Library, papers: Sequence[Paper], fields: Sequence[Field], opening: str
) -> Told:
    """What else the authors of these papers wrote; only the first or last one, if asked for."""
    writer = Writer()
    places = [at for name, at in (("first_author", 0), ("last_author", -1)) if name in fields]
    authors = {
        author
        for paper in papers
        if paper.authors
        for author in ([paper.authors[at] for at in places] if places else paper.authors)
    }
    lines = [tell_fields(paper, fields or ["authors"], writer) for paper in papers[:_MOST]]
    own = lines[0] if len(lines) == 1 else bullets(lines)
    if not authors:
        return writer.told(opening, own)
    ids = {paper.paper_id for paper in papers}
    spellings = {spelling for author in authors for spelling in spellings_of(library, author)}
    others = [
        paper
        for paper in library.papers
        if paper.paper_id not in ids and not spellings.isdisjoint(paper.authors)
    ]
    if not others:
        return writer.told(opening, own, "Nothing else here is by them.")
    who = "they wrote" if len(authors) > 1 else "this author wrote"
    return writer.told(opening, own, f"Here {who} also:", listed(others, writer, _MOST))
