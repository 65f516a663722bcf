"""Answers questions about the records of papers: who wrote it, when, where, what else."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.answering.telling.conditions import Conditions, papers_meeting, read_conditions
from rag.answering.telling.described import (
    Found,
    description_in,
    named_papers,
    paper_described,
    papers_described,
    papers_shown,
)
from rag.answering.telling.fields import Field, fields_asked, tell_fields
from rag.answering.telling.listing import (
    listed,
    missing_everywhere,
    nobody_named,
    people_notes,
    told_list,
)
from rag.answering.telling.told import Collection, Told
from rag.answering.telling.writing import Writer, bullets, names
from rag.index.filters import in_scope
from rag.query.query import Query
from rag.text.escaping import as_markdown
from rag.types import Paper, Scope

_MOST = 10  # papers that are told about one by one
_CHECK = re.compile(
    r"^(?:\w+,?\s+){0,2}?(?:did|do|does|is|are|was|were|has|have)\b|^(?:did|was|is)\b", re.IGNORECASE
)
_ELSE = re.compile(r"\b(?:else|others?|another|further|more)\b", re.IGNORECASE)
_SAME = re.compile(
    r"\bsame\b.*\b(?:authors?|people|persons?|group|team|researchers?|lab|hands?)\b"
    r"|\bauthors?\b.*\b(?:in common|share)|\b(?:share|common)\b.*\bauthors?\b", re.IGNORECASE
)
# Words that relate papers and describe none.
_RELATION = re.compile(r"\b(?:same|group|team|people|both|two|common|share)\b", re.IGNORECASE)
_NEWER = re.compile(
    r"\b(?:newer|newest|more recent|most recent|latest|later|younger|youngest)\b", re.IGNORECASE
)
_OLDER = re.compile(r"\b(?:older|oldest|earlier|earliest|first published|came first|came out first)\b", re.I)
_MOST_AUTHORS = re.compile(r"\b(?:most|more|largest number of|longest list of)\s+(?:co-?)?authors\b", re.I)
_FEWEST_AUTHORS = re.compile(r"\b(?:fewest|fewer|least)\s+(?:co-?)?authors\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Rank:
    """What papers are ordered by: ``value`` is lowest for the first; ``name`` says how."""

    name: str
    field: Field
    value: Callable[[Paper], float]


def about_records(query: Query, collection: Collection, shown: Sequence[str]) -> Told:
    """The answer to a question about the records of papers."""
    library = query.library
    named, text = named_papers(library, query.standalone, Scope(query.scope.papers))
    conditions = read_conditions(query, text)
    scope = Scope(query.scope.papers, conditions.outer)
    description = description_in(library, conditions.rest)
    fields = fields_asked(text)
    rank, check = _rank(text), bool(_CHECK.search(text))
    several = bool(rank or _SAME.search(text))
    if conditions.people and not named and _SAME.search(text):
        return told_list(query, conditions)
    if several and (description or named):
        apart = _RELATION.sub(" ", conditions.rest)
        found = papers_described(library, apart, scope) if description else []
        named = list(dict.fromkeys([*named, *(item.paper for item in found)]))
        if _SAME.search(text) and len(named) > 1:
            return _same_people(named)
    if rank and (len(named) > 1 or not description or not named):
        if len(named) < 2:
            named = papers_shown(library, text, shown, alone=False) or papers_meeting(query, conditions)
        return _extreme(named, rank, len(named) > 1 and several)
    if not named and conditions.people and not (check and description):
        return _by_people(query, conditions, description)
    unsure = None
    if not named and description and not _only_conditions(conditions, description, text):
        unsure = paper_described(library, description, scope)
        if unsure is None or not unsure.fits:
            return _not_here(query, conditions, description, unsure)
        named = [unsure.paper]
    if not named and not conditions:
        named = papers_shown(library, query.asked, shown, alone=True)
    if not named:
        return told_list(query, conditions) if conditions else _which_paper(query, fields)
    opening = _likely(unsure) if unsure is not None else ""
    if _ELSE.search(text) and not conditions.people:
        return _others_by(query, named, fields, opening)
    if check and conditions:
        return _verdict(query, conditions, named, fields, opening)
    writer = Writer()
    lines = [tell_fields(paper, fields, writer) for paper in named[:_MOST]]
    return writer.told(opening, lines[0] if len(lines) == 1 else bullets(lines))


def _rank(text: str) -> _Rank | None:
    """The order in which a question asks for the first paper."""

    def year(paper: Paper) -> float:
        return float(paper.year or 0)

    def count(paper: Paper) -> float:
        return float(len(paper.authors))

    orders = (
        (_MOST_AUTHORS, _Rank("has the most authors", "author_count", lambda p: -count(p))),
        (_FEWEST_AUTHORS, _Rank("has the fewest authors", "author_count", count)),
        (_NEWER, _Rank("is the newest", "year", lambda p: -year(p))),
        (_OLDER, _Rank("is the oldest", "year", year)),
    )
    return next((rank for pattern, rank in orders if pattern.search(text)), None)


def _extreme(papers: Sequence[Paper], rank: _Rank, chosen: bool) -> Told:
    """The first of the papers in an order, and of few papers the others, too."""
    by_authors = rank.field == "author_count"
    known = [p for p in papers if (p.authors if by_authors else p.year is not None)]
    if not known:
        lacking = "authors" if by_authors else "years"
        return Told(f"The records here have no {lacking}, so I cannot tell.")
    ordered = sorted(known, key=rank.value)
    first = [paper for paper in ordered if rank.value(paper) == rank.value(ordered[0])]
    writer = Writer()
    name = rank.name
    if chosen and len(papers) == 2:
        name = name.replace("newest", "newer of the two").replace("oldest", "older of the two")
        name = name.replace("the most", "more").replace("the fewest", "fewer")
    value = f"{len(ordered[0].authors)} authors" if by_authors else f"{ordered[0].year}"
    if len(first) > 1:
        lead = f"{len(first)} papers are level ({value}):"
        return writer.told(lead, listed(first, writer, _MOST))
    block = f"{writer.title(ordered[0])} {name} ({value})."
    rest = listed(ordered[1:], writer, 3) if chosen or len(ordered) > 1 else ""
    missing = [paper for paper in papers if paper not in known]
    note = ""
    if chosen and missing:
        note = bullets(tell_fields(paper, [rank.field], writer) for paper in missing)
    return writer.told(block, f"Then:\n\n{rest}" if rest else "", note)


def _same_people(papers: Sequence[Paper]) -> Told:
    """Whether papers have authors in common, and all their authors."""
    writer = Writer()
    lines = bullets(tell_fields(paper, ["authors"], writer) for paper in papers)
    if not all(paper.authors for paper in papers):
        return writer.told(lines)
    groups = [set(paper.authors) for paper in papers]
    shared = [name for name in papers[0].authors if all(name in group for group in groups)]
    if not shared:
        lead = "No, they have no author in common."
    elif all(group == groups[0] for group in groups):
        lead = f"Yes, they have the same authors: {names(shared)}."
    else:
        lead = f"Partly: {names(shared)} wrote {'both' if len(papers) == 2 else 'all of them'}."
    return writer.told(lead, lines)


def _by_people(query: Query, conditions: Conditions, description: str) -> Told:
    """The papers by the people named; of those on a topic, where some of them are on it."""
    if not description or conditions.unknown_people:
        return told_list(query, conditions)
    library = query.library
    papers = papers_meeting(query, conditions)
    terms = set(library.lexical.terms(description))
    on_topic = [p for p in papers if terms <= library.terms_of(f"{p.title} {p.abstract}")]
    if not on_topic or len(on_topic) == len(papers):
        return told_list(query, conditions)
    writer = Writer()
    lead = f"On {names([description])} {conditions.in_words()}:"
    rest = [paper for paper in papers if paper not in on_topic]
    others = f"Also {conditions.in_words()}:"
    return writer.told(
        people_notes(conditions), lead, listed(on_topic, writer), others, listed(rest, writer)
    )


def _others_by(
    query: Query, papers: Sequence[Paper], fields: Sequence[Field], opening: str
) -> Told:
    """What else the authors of these papers wrote."""
    writer = Writer()
    chosen = slice(0, 1) if "first_author" in fields else slice(-1, None)
    only_one = "first_author" in fields or "last_author" in fields
    authors = {
        author for p in papers for author in (p.authors[chosen] if only_one else p.authors)
    }
    lines = [tell_fields(paper, fields or ["authors"], writer) for paper in papers[:_MOST]]
    own = lines[0] if len(lines) == 1 else bullets(lines)
    if not authors:
        return writer.told(opening, own)
    ids = {paper.paper_id for paper in papers}
    others = [
        paper
        for paper in query.library.papers
        if paper.paper_id not in ids and not authors.isdisjoint(paper.authors)
    ]
    if not others:
        return writer.told(opening, own, "Nothing else here is by them.")
    who = "they wrote" if len(authors) > 1 else "this author wrote"
    return writer.told(opening, own, f"Here {who} also:", listed(others, writer, _MOST))


def _verdict(
    query: Query,
    conditions: Conditions,
    papers: Sequence[Paper],
    fields: Sequence[Field],
    opening: str,
) -> Told:
    """Whether papers meet the conditions ("did Müller write it", "is it from 2019?"), and why."""
    writer = Writer()
    wanted = list(fields)
    if conditions.people:
        wanted = [*(name for name in fields if name.endswith("_author")), *wanted] or ["authors"]
        wanted = wanted if any("author" in name for name in wanted) else ["authors", *wanted]
    if conditions.filter.first_year or conditions.filter.last_year:
        wanted.append("year")
    if conditions.filter.venues or conditions.elsewhere or conditions.form:
        wanted.append("venue")
    wanted = list(dict.fromkeys(wanted))
    scope = Scope(filter=replace(conditions.filter, authors=()))
    lines = []
    for paper in papers[:_MOST]:
        told = tell_fields(paper, wanted, writer)
        if " has no " in told:
            lines.append(told)
            continue
        passes = conditions.passed_by(paper) and in_scope(scope, paper)
        if passes and conditions.people and "first_author" in wanted:
            passes = paper.authors[0] in conditions.people[0].authors
        if passes and conditions.people and "last_author" in wanted:
            passes = paper.authors[-1] in conditions.people[0].authors
        lines.append(f"{'Yes' if passes else 'No'}. {told}")
    unknown = [nobody_named(query.library, p.written) for p in conditions.unknown_people]
    body = lines[0] if len(lines) == 1 else bullets(lines)
    return writer.told(opening, people_notes(conditions), body, " ".join(unknown))


def _only_conditions(conditions: Conditions, description: str, text: str) -> bool:
    """Whether a question asks for a list of papers that meet conditions, and describes none."""
    plural = re.search(r"\b(?:papers|articles|studies|works|publications|anything|something)\b", text)
    return bool(conditions and plural and len(description.split()) < 2)


def _not_here(
    query: Query, conditions: Conditions, description: str, nearest: Found | None
) -> Told:
    """That no paper fits a description; of the people named, what there is."""
    lacking = missing_everywhere(query.library, replace(conditions, people=()))
    line = f"I find no paper here on “{as_markdown(description)}”."
    if conditions.unknown_people:
        more = [nobody_named(query.library, p.written) for p in conditions.unknown_people]
        return Told(" ".join([line, *more]), reason="not_in_corpus")
    if conditions.people:
        return told_list(query, conditions, f"{line} ")
    near = f" The nearest is “{as_markdown(nearest.paper.title)}”." if nearest and nearest.near else ""
    note = f" The records here have {lacking}, either." if lacking else ""
    return Told(f"{line}{near}{note}", reason="not_in_corpus")


def _which_paper(query: Query, fields: Sequence[Field]) -> Told:
    """Asks for the paper; a field that no record has needs no paper."""
    papers = query.library.papers
    lacking = []
    if "authors" in fields and not any(paper.authors for paper in papers):
        lacking.append("no authors")
    if "year" in fields and all(paper.year is None for paper in papers):
        lacking.append("no years")
    if "venue" in fields and not any(paper.venue for paper in papers):
        lacking.append("no venues")
    line = f"The records here have {' and '.join(lacking)}. " if lacking else ""
    return Told(f"{line}Which paper do you mean? Name it, or say what it is about.")


def _likely(found: Found) -> str:
    return "" if found.sure else "Most likely you mean this paper:"
