"""Answers questions about the records of papers: who wrote it, when, where, what else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.telling.asked.asked import Asked, read_asked
from rag.answering.telling.asked.conditions import Conditions, papers_meeting, read_conditions
from rag.answering.telling.asked.described import (
    Found,
    description_in,
    paper_described,
    papers_described,
    papers_on,
    papers_shown,
)
from rag.answering.telling.asked.fields import Field, has_field, tell_fields
from rag.answering.telling.asked.ranks import rank_asked
from rag.answering.telling.records.lacking import told_lacking
from rag.answering.telling.records.listing import (
    listed,
    missing_everywhere,
    nobody_named,
    people_notes,
    told_list,
)
from rag.answering.telling.records.relations import told_first, told_others, told_shared
from rag.answering.telling.told import Told
from rag.answering.telling.writing import Writer, bullets, joined, names, number_of
from rag.index.filters import in_scope
from rag.query.follow_ups import refers_back
from rag.query.query import Query
from rag.query.topic import topic_of
from rag.text.characters.escaping import as_markdown
from rag.text.lexicons import lexicon
from rag.text.words import words_of
from rag.types import Paper, Scope

_MOST = 10  # papers that are told about one by one
_FEW = 3
# Fields that a line of a list has.
_LISTED = {"authors", "title", "year", "venue", "publisher"}
_ELSE = re.compile(r"\b(?:else|others?|another|further|more)\b", re.IGNORECASE)
_SAME = re.compile(
    r"\bsame\b.*\b(?:authors?|people|persons?|group|team|researchers?|lab|hands?)\b"
    r"|\bauthors?\b.*\b(?:in common|share)|\b(?:share|common)\b.*\bauthors?\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\b(?:how many|number of|count)\b", re.IGNORECASE)
_VENUE = re.compile(
    r"\b(?:published|appeared|printed|presented|journals?|conferences?|venues?)\b", re.IGNORECASE
)
_APART = re.compile(
    rf"{_ELSE.pattern}|\b(?:that|which)\s+(?:is|are|was|were)(?:n['’]?t|\s+not)\b"
    r"|\b(?:apart|aside|besides|beyond|except\w*|excluding|not counting|other than|without)\b"
    r"(?:\s+(?:from|for)\b)?(?P<apart>[^,;?]*)",
    re.IGNORECASE,
)
_SINGULAR = re.compile(r"\b(?:paper|study|article|one|it|trial|that|this)\b", re.IGNORECASE)
_OF_ALL = lexicon("plural_fields") | {"all", "any", "collection", "every", "everything", "papers"}
_BOTH = re.compile(r"\b(?:both|two|respectively)\b", re.IGNORECASE)
_MOST_NAMED = 8  # words of names, years and venues; a longer text describes papers
# Words that relate papers and describe none.
_RELATING = re.compile(r"\b(?:same|group|team|people|both|two|common|share)\b", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\b(?:papers|articles|studies|works|publications|anything|something|everything)\b", re.I
)


def about_records(query: Query, shown: Sequence[str]) -> Told | None:
    """The answer to a question about the records of papers; None if it is about all of them."""
    asked = read_asked(query, shown)
    if asked.of_all:
        return None
    of_one = asked.named or asked.conditions or asked.description or refers_back(query.asked)
    if not of_one and (lacking := told_lacking(query, asked.text)):
        return lacking
    told = _relation(asked) or _by_people(asked) or _of_papers(asked)
    if told is None:
        return None
    nowhere = asked.fields and not any(
        has_field(paper, name) for paper in told.papers for name in asked.fields
    )
    return replace(told, reason="not_in_abstracts") if told.papers and nowhere else told


def papers_by_record(query: Query) -> Told | None:
    """The answer to a list or count of papers by their records alone; None if it has a topic.

    A list of chosen papers, or by a plain filter, is not told either: sentences say what they do.
    """
    counts = bool(_COUNT.search(query.standalone))
    plain = query.lists_whole_scope and not counts and query.scope.filter.retracted is None
    if query.scope.papers or plain:
        return None
    if len(description_in(query.library, query.standalone).split()) > _MOST_NAMED:
        return None
    conditions = read_conditions(query.library, query.standalone, query.scope.filter)
    if not _VENUE.search(query.standalone):
        conditions = replace(conditions, elsewhere="")
    topic = description_in(query.library, conditions.rest)
    return told_list(query, conditions) if conditions and not topic else None


def _relation(asked: Asked) -> Told | None:
    """Which paper is the first by year or authors, or whether several have the same authors."""
    rank, same = rank_asked(asked.conditions.rest), bool(_SAME.search(asked.text))
    if rank is None and not same:
        return None
    if same and asked.conditions.people and not asked.named:
        return told_list(asked.query, asked.conditions)
    papers = list(asked.named)
    if asked.description:
        apart = _RELATING.sub(" ", asked.conditions.rest)
        found = papers_described(asked.library, apart, asked.scope)
        papers = list(dict.fromkeys([*papers, *(item.paper for item in found)]))
    chosen = papers if len(papers) > 1 else papers_shown(asked.library, asked.text, asked.shown)
    if same:
        return told_shared(chosen) if len(chosen) > 1 else None
    if rank is None or (len(chosen) < 2 and asked.description and asked.named):
        return None
    if len(chosen) > 1:
        return told_first(chosen, rank, chosen=True)
    pool = papers_meeting(asked.query, asked.conditions)
    on_topic = papers_on(asked.library, asked.description, pool, surely=True)
    told = told_first(on_topic or pool, rank, chosen=False)
    topic = topic_of(asked.text) if asked.description else ""
    if not told.papers and (about := papers_on(asked.library, topic, pool, surely=True)):
        writer, line = Writer(), f"On “{as_markdown(topic)}”, in no order:"
        return writer.told(told.text, line, listed(about, writer))
    if on_topic or not asked.description:
        return told
    none = f"I find no paper clearly on “{as_markdown(asked.description)}”. Of all:"
    return replace(told, text=f"{none}\n\n{told.text}")


def _by_people(asked: Asked) -> Told | None:
    """The papers by the people named; of those on a topic, where some of them are on it."""
    conditions, description = asked.conditions, asked.description
    apart = _APART.search(conditions.rest)
    if not conditions.people or (asked.named and not apart):
        return None
    if asked.checks and description and not (apart or _SEVERAL.search(asked.text)):
        return None
    conditions = replace(conditions, apart=asked.named)
    papers = papers_meeting(asked.query, conditions)
    if apart and not asked.named and (left_out := _left_out(asked, apart["apart"] or "", papers)):
        conditions = replace(conditions, apart=(left_out,))
        papers = papers_meeting(asked.query, conditions)
        description = description_in(asked.library, apart.string.replace(apart["apart"], " "))
    on_topic = papers_on(asked.library, description, papers)
    writer = Writer()
    fits = on_topic or papers
    if not set(asked.fields) <= _LISTED and 0 < len(fits) <= _FEW and not conditions.unknown_people:
        lines = bullets(tell_fields(paper, asked.fields, writer) for paper in fits)
        return writer.told(people_notes(conditions), lines)
    if conditions.unknown_people or not papers or len(on_topic) == len(papers):
        return told_list(asked.query, conditions)
    if not on_topic:
        none = f"I find none on “{as_markdown(description)}”. " if description else ""
        return told_list(asked.query, conditions, none)
    others = len(papers) - len(on_topic)
    number = f"{len(on_topic)} of the {number_of(len(papers))} {conditions.in_words()}"
    return writer.told(
        people_notes(conditions),
        f"{number} {'is' if len(on_topic) == 1 else 'are'} on {names([description])}:",
        listed(on_topic, writer),
        f"{number_of(others, 'other paper')} here {'is' if others == 1 else 'are'} by them, too.",
    )


def _left_out(asked: Asked, text: str, papers: Sequence[Paper]) -> Paper | None:
    """The one of some papers that a text describes, as in "besides the truffle paper"."""
    description = description_in(asked.library, text)
    if not (description and papers):
        return None
    pool = Scope(tuple(paper.paper_id for paper in papers))
    found = paper_described(asked.library, description, pool)
    return found.paper if found is not None and found.fits else None


def _of_papers(asked: Asked) -> Told | None:
    """What the records of the papers meant say; or which papers meet the conditions."""
    conditions = asked.conditions
    papers, opening = list(asked.named), ""
    if not papers and asked.description and not _only_conditions(asked):
        found = paper_described(asked.library, asked.description, asked.scope)
        if _BOTH.search(asked.text):
            apart = papers_described(asked.library, conditions.rest, asked.scope)
            pool = papers_meeting(asked.query, Conditions(asked.scope.filter))
            on_topic = papers_on(asked.library, asked.description, pool)
            papers = [item.paper for item in apart] if len(apart) > 1 else on_topic[:2]
        back = papers_shown(asked.library, asked.query.asked, asked.shown)
        if len(papers) > 1:
            pass
        elif back and not (found and found.sure):
            papers = back
        elif found is None or not found.fits:
            return _not_here(asked, found)
        else:
            papers = _alike(asked, found)
            opening = "" if found.sure or papers[1:] else "Most likely you mean this paper:"
    if not papers and (not conditions or refers_back(asked.query.asked)):
        papers = papers_shown(asked.library, asked.query.asked, asked.shown, alone=not conditions)
    if not papers:
        return _of_no_paper(asked)
    if _ELSE.search(asked.text) and not conditions.people:
        return told_others(asked.library, papers, asked.fields, opening)
    if asked.checks and conditions:
        return _verdict(asked, papers, opening)
    writer = Writer()
    lines = [tell_fields(paper, asked.fields, writer) for paper in papers[:_MOST]]
    return writer.told(opening, lines[0] if len(lines) == 1 else bullets(lines))


def _of_no_paper(asked: Asked) -> Told | None:
    """The papers that meet the conditions; else asks which paper is meant, if it is about one."""
    if asked.conditions:
        return told_list(asked.query, asked.conditions)
    of_all = not _OF_ALL.isdisjoint(words_of(asked.text)) or rank_asked(asked.conditions.rest)
    return None if of_all else _which_paper(asked)


def _alike(asked: Asked, found: Found) -> list[Paper]:
    """The paper found; for "who works on volcanoes" all papers that are on that."""
    several = "authors" in asked.fields and not _SINGULAR.search(asked.text)
    if not several:
        return [found.paper]
    pool = papers_meeting(asked.query, Conditions(asked.conditions.outer))
    on_topic = papers_on(asked.library, asked.description, pool)
    return on_topic[:_MOST] if found.paper in on_topic else [found.paper]


def _verdict(asked: Asked, papers: Sequence[Paper], opening: str) -> Told:
    """Whether papers meet the conditions ("did Müller write it", "is it from 2019?"), and why."""
    conditions, writer = asked.conditions, Writer()
    wanted = list(asked.fields)
    if conditions.people and not any("author" in name for name in wanted):
        wanted.insert(0, "authors")
    if conditions.filter.first_year or conditions.filter.last_year or conditions.years:
        wanted.append("year")
    if conditions.filter.venues or conditions.elsewhere or conditions.form:
        wanted.append("venue")
    lines = []
    for paper in papers[:_MOST]:
        told = tell_fields(paper, tuple(dict.fromkeys(wanted)), writer)
        unsaid = " has no " in told  # neither yes nor no
        verdict = "Yes" if _passes(conditions, paper, wanted) else "No"
        lines.append(told if unsaid else f"{verdict}. {told}")
    unknown = [nobody_named(asked.library, p.written) for p in conditions.unknown_people]
    body = lines[0] if len(lines) == 1 else bullets(lines)
    return writer.told(opening, people_notes(conditions), body, " ".join(unknown))


def _passes(conditions: Conditions, paper: Paper, fields: Sequence[Field]) -> bool:
    """Whether the paper meets the conditions, and the people have the place that is asked about."""
    scope = Scope(filter=replace(conditions.filter, authors=()))
    if not conditions.passed_by(paper) or not in_scope(scope, paper):
        return False
    places = {"first_author": 0, "last_author": -1}
    asked_about = [paper.authors[at] for name, at in places.items() if name in fields]
    people = frozenset[str]().union(*(person.authors for person in conditions.people))
    return not asked_about or not people or any(author in people for author in asked_about)


def _only_conditions(asked: Asked) -> bool:
    """Whether a question asks for a list of papers that meet conditions, and describes none."""
    many = _SEVERAL.search(asked.text)
    return bool(asked.conditions and many and len(asked.description.split()) < 2)


def _not_here(asked: Asked, nearest: Found | None) -> Told:
    """That no paper fits a description; of the people named, what there is."""
    conditions = asked.conditions
    line = f"I find no paper here on “{as_markdown(asked.description)}”."
    if conditions.unknown_people and asked.library.authors:
        nobody = [nobody_named(asked.library, p.written) for p in conditions.unknown_people]
        return Told(" ".join([line, *nobody]), reason="not_in_corpus")
    if conditions.people and not missing_everywhere(asked.library, conditions):
        return told_list(asked.query, conditions, f"{line} ")
    near = (
        f" The nearest is “{as_markdown(nearest.paper.title)}”." if nearest and nearest.near else ""
    )
    return Told(f"{line}{near}", reason="not_in_corpus")


def _which_paper(asked: Asked) -> Told:
    """Asks for the paper; a field that no record has needs no paper."""
    library, lacking = asked.library, []
    if any("author" in name for name in asked.fields) and not library.authors:
        lacking.append("no authors")
    if "year" in asked.fields and not library.has_years:
        lacking.append("no years")
    if "venue" in asked.fields and not library.venues:
        lacking.append("no venues")
    line = f"The records here have {joined(lacking)}. " if lacking else ""
    return Told(f"{line}Which paper do you mean? Name it, or say what it is about.")
