"""Relations of records: which paper is newer, whether authors are shared, what else they wrote."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.telling.asked.fields import Field, tell_fields
from rag.answering.telling.asked.persons import distinct_people, spellings_of
from rag.answering.telling.asked.ranks import Rank
from rag.answering.telling.records.listing import listed
from rag.answering.telling.told import Told
from rag.answering.telling.writing import Writer, bullets, names, number_of
from rag.index.library import Library
from rag.types import Filter, Paper, Scope

_MOST = 10  # papers that are told about one by one
_NEXT = 2  # papers that follow the first of all


def told_first(papers: Sequence[Paper], rank: Rank, *, chosen: bool) -> Told:
    """The first of the papers in an order and the next ones; all if the papers were ``chosen``."""
    values = {
        paper.paper_id: value for paper in papers if (value := rank.by.value(paper)) is not None
    }
    if not values:
        lacking = f"{rank.field.removesuffix('s')}s"
        return Told(f"The records here have no {lacking}, so I cannot tell.")
    known = [paper for paper in papers if paper.paper_id in values]
    ordered = sorted(known, key=lambda paper: values[paper.paper_id], reverse=rank.highest)
    best = values[ordered[0].paper_id]
    first = [paper for paper in ordered if values[paper.paper_id] == best]
    shown = str(best) if rank.field == "year" else number_of(best, rank.by.shown)
    writer = Writer()
    if len(first) > 1:
        return writer.told(
            f"{len(first)} papers are level ({shown}):", listed(first, writer, _MOST)
        )
    lead = f"{writer.title(ordered[0])} {rank.first_of(len(papers) if chosen else 0)} ({shown})."
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
    theirs = library.papers_within(Scope(filter=Filter(authors=tuple(sorted(authors)))))
    others = [
        paper
        for paper in theirs
        if paper.paper_id not in ids and not spellings.isdisjoint(paper.authors)
    ]
    if not others:
        return writer.told(opening, own, "Nothing else here is by them.")
    who = "they wrote" if len(authors) > 1 else "this author wrote"
    return writer.told(opening, own, f"Here {who} also:", listed(others, writer, _MOST))
