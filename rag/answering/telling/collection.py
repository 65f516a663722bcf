"""Answers questions about the collection as a whole, from its records and its map."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.telling.conditions import Conditions, form_of, papers_meeting, read_conditions
from rag.answering.telling.described import description_in, named_papers
from rag.answering.telling.examples import examples_for
from rag.answering.telling.fields import fields_asked, has_field
from rag.answering.telling.listing import MOST_LISTED, line_of, listed, missing_everywhere, told_list
from rag.answering.telling.people import distinct_people
from rag.answering.telling.told import Collection, Told, Topic
from rag.answering.telling.writing import Writer, bullets, names, number_of
from rag.query.query import Query, QueryText
from rag.text.escaping import as_markdown
from rag.types import Paper, Scope

_FAR = 0.5  # an example that is further away says nothing
_TOPICS, _EXAMPLES, _TOP = 8, 2, 8
_NEWEST = re.compile(
    r"\b(?:newest|latest|most recent|youngest|last paper|most current|newer)\b", re.IGNORECASE
)
_OLDEST = re.compile(r"\b(?:oldest|earliest|first paper|first published|older)\b", re.IGNORECASE)
_NEW_SHOWN = 3
_LACKING = re.compile(
    r"\b(?:without|lack\w*|missing|ha(?:ve|s|d) no|with no|don['’]?t have|not have)\b"
    r"|\b(?:do|does|have|has)\s+(?:all|every|each)\b|\bevery (?:paper|one|record)\b",
    re.IGNORECASE,
)
_EACH_YEAR = re.compile(
    r"\b(?:per|each|every|by) year\b|\bbreakdown\b|\bdistribut\w*|\bover the years\b", re.IGNORECASE
)
_SORTED = re.compile(r"\bsort(?:ed|ing)?\b(?!\s+of)|\bnewest to oldest\b|\boldest to newest\b|\bby date\b|\bchronolog\w*", re.I)
_MORE_THAN = re.compile(r"\b(?:more|over|fewer|less)(?:\s+than)?\s+(\d+)\b|\bat least (\d+)\b", re.I)
_ABSTRACT = re.compile(r"\babstracts?\b", re.IGNORECASE)


def about_collection(query: Query, collection: Collection) -> Told:
    """The answer to a question about the collection."""
    library = query.library
    if not library.papers:
        return Told("This collection is still empty: add papers on the Library page.")
    _, text = named_papers(library, query.standalone, Scope())
    conditions = read_conditions(query, text)
    if _LACKING.search(text) and (told := _lacking(query, text)):
        return told
    newest, oldest = _NEWEST.search(conditions.rest), _OLDEST.search(conditions.rest)
    if conditions and not (newest or oldest) and not _superlative_of(text):
        return replace(told_list(query, conditions), reason=None)
    papers = papers_meeting(query, conditions)
    if conditions and (not papers or missing_everywhere(library, conditions)):
        return replace(told_list(query, conditions), reason=None)
    if _SORTED.search(text):
        return _by_year(papers, first_old=bool(oldest and not newest))
    if newest or oldest:
        return _ends(papers, newest=bool(newest), oldest=bool(oldest))
    return _facets(query, text, papers, conditions, collection)


def _facets(
    query: Query,
    text: str,
    papers: Sequence[Paper],
    conditions: Conditions,
    collection: Collection,
) -> Told:
    """What the words and the nearest examples ask for; the whole portrait if that is unclear."""
    fields = set(fields_asked(text)) & {"year", "venue", "authors", "author_count"}
    nearest = examples_for("collection", query.library.embedder).nearest(
        QueryText(query.library, text)
    )
    group = nearest.group if nearest.score >= _FAR else "portrait"
    if group in ("year", "venue", "authors") and not fields:
        fields = {group}
    if group in ("about", "other") and fields and not _is_field_word_only(text):
        fields = set()
    writer = Writer()
    size = _size(papers, conditions, text)
    if group == "list" and not fields:
        return writer.told(size, listed(papers, writer, MOST_LISTED))
    blocks = [size]
    if "year" in fields:
        blocks.append(_years(papers, each=bool(_EACH_YEAR.search(text))))
    if "venue" in fields:
        blocks.append(_venues(papers))
    if fields & {"authors", "author_count"}:
        blocks.append(_authors(papers))
    topics = collection.topics
    if group == "topics" and not (fields and not re.search(r"\b(?:topic|subject|field|theme)", text, re.I)):
        blocks.append(_topics(topics(), writer))
    elif not fields and group == "about":
        blocks = [_about(query, text, papers), size, _topics(topics(), writer)]
    elif not fields and group in ("portrait", "other"):
        unsaid = "The records do not say that. This is what they hold." if group == "other" else ""
        blocks = [unsaid, size, *_portrait(papers), _topics(topics(), writer)]
    return writer.told(*blocks)


def _size(papers: Sequence[Paper], conditions: Conditions, text: str = "") -> str:
    bare = sum(not paper.abstract for paper in papers)
    abstracts = ", each with its abstract" if not bare else f", {bare} of them without an abstract"
    which = f" {conditions.in_words()}" if conditions else ""
    stated = _MORE_THAN.search(text)
    opening = ""
    if stated and not conditions:
        limit = int(stated[1] or stated[2])
        fewer = re.search(r"\b(?:fewer|less)\b", stated[0], re.IGNORECASE)
        is_so = len(papers) < limit if fewer else len(papers) > limit - (stated[2] is not None)
        opening = "Yes. " if is_so else "No. "
    return f"{opening}This collection holds {number_of(len(papers))}{which}{abstracts}."


def _years(papers: Sequence[Paper], *, each: bool = False) -> str:
    """From when to when the papers are, and from which years most."""
    years = Counter(paper.year for paper in papers if paper.year is not None)
    if not years:
        return "The records here have no years."
    if len(years) == 1:
        text = f"They are all from {next(iter(years))}."
    else:
        most = max(years.values())
        top = [str(year) for year in sorted(years) if years[year] == most]
        text = f"They are from {min(years)} to {max(years)}"
        text += f", most from {names(top)} ({most} each)." if len(top) > 1 else f", most from {top[0]} ({most})."
        text = text if len(top) <= 4 else f"They are from {min(years)} to {max(years)}."
        if each:
            text += " " + ", ".join(f"{year}: {years[year]}" for year in sorted(years)) + "."
    return text + _without(len(papers) - years.total(), "year")


def _venues(papers: Sequence[Paper]) -> str:
    """The venues with the most papers."""
    venues = Counter(paper.venue for paper in papers if paper.venue)
    if not venues:
        return "The records here have no venues."
    forms = Counter(form_of(paper) for paper in papers)
    meetings = f"; {forms['conference']} papers are from conferences" if forms["conference"] else ""
    text = f"They are from {number_of(len(venues), 'venue')}{meetings}. {_counted(venues, 'venue')}"
    return text + _without(len(papers) - venues.total(), "venue")


def _authors(papers: Sequence[Paper]) -> str:
    """How many authors there are, and those with the most papers."""
    wrote = Counter(author for paper in papers for author in set(paper.authors))
    if not wrote:
        return "The records here have no authors."
    people = Counter({own[0]: sum(wrote[a] for a in own) for own in distinct_people(wrote)})
    text = f"They have {number_of(len(people), 'author')}. {_counted(people, 'author')}"
    return text + _without(sum(not paper.authors for paper in papers), "author")


def _counted(values: Counter[str], noun: str) -> str:
    """The most frequent values with their numbers, as a sentence."""
    ordered = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    shown = ordered[:_TOP]
    if ordered[0][1] == 1:
        return f"Each {noun} has one paper: {names([name for name, _ in ordered], _TOP)}."
    # Those level with the last one shown would be left out by chance.
    if len(ordered) > _TOP and ordered[_TOP][1] == shown[-1][1] < shown[0][1]:
        shown = [item for item in shown if item[1] > shown[-1][1]]
    listed_ = ", ".join(f"{as_markdown(name)} ({count})" for name, count in shown)
    return f"Most papers: {listed_}."


def _without(count: int, noun: str) -> str:
    return f" {number_of(count).capitalize()} {'has' if count == 1 else 'have'} no {noun}." if count else ""


def _topics(topics: Sequence[Topic], writer: Writer) -> str:
    """The groups of the map, each with two example papers."""
    lines = []
    for topic in topics[:_TOPICS]:
        examples = [writer.short(paper) for paper in topic.papers[:_EXAMPLES]]
        label = f"**{names(topic.words)}**" if topic.words else "**Others**"
        such = f", such as {' and '.join(examples)}" if examples else ""
        lines.append(f"{label} ({number_of(len(topic.papers))}){such}")
    more = len(topics) - len(lines)
    left = [f"and {number_of(more, 'smaller group')}"] if more > 0 else []
    return f"The largest groups of similar papers:\n\n{bullets([*lines, *left])}" if lines else ""


def _portrait(papers: Sequence[Paper]) -> list[str]:
    """Years, venues and authors in short; together if the records have none of them."""
    fields = {"years": "year", "authors": "authors", "venues": "venue"}
    lacking = [
        f"no {label}" for label, name in fields.items() if not any(has_field(p, name) for p in papers)
    ]
    told = [f"The records here have {names(lacking)}."] if lacking else []
    if "no years" not in lacking:
        told.append(_years(papers))
    if "no venues" not in lacking:
        told.append(_venues(papers))
    return [" ".join(told)]


def _ends(papers: Sequence[Paper], *, newest: bool, oldest: bool) -> Told:
    """The newest or the oldest papers, or both."""
    dated = [paper for paper in papers if paper.year is not None]
    if not dated:
        return Told("The records here have no years, so I cannot tell which paper is older or newer.")
    writer = Writer()
    blocks = []
    for wanted, name, sign in ((newest, "newest", -1), (oldest, "oldest", 1)):
        if not wanted:
            continue
        ordered = sorted(dated, key=lambda paper, sign=sign: sign * (paper.year or 0))
        first = [paper for paper in ordered if paper.year == ordered[0].year]
        if len(first) == 1:
            blocks.append(f"The {name} paper is from {first[0].year}: {line_of(first[0], writer)}.")
            if not (newest and oldest):
                blocks.append(f"Next:\n\n{listed(ordered[1:], writer, 2).partition('- and ')[0]}")
        else:
            lead = f"The {name} papers are from {ordered[0].year}:"
            blocks += [lead, listed(first, writer, 10)]
    return writer.told(*blocks, _without(len(papers) - len(dated), "year").strip())


def _by_year(papers: Sequence[Paper], *, first_old: bool) -> Told:
    """All papers by year."""
    dated = [paper for paper in papers if paper.year is not None]
    if not dated:
        return Told("The records here have no years, so I cannot sort the papers.")
    ordered = sorted(dated, key=lambda paper: (paper.year or 0) * (1 if first_old else -1))
    writer = Writer()
    return writer.told(_years(papers), listed(ordered, writer, MOST_LISTED))


def _lacking(query: Query, text: str) -> Told | None:
    """The papers whose record lacks a field; None if the question names no field."""
    if _ABSTRACT.search(text):
        fields = ["abstract"]
    else:
        fields = [f for f in fields_asked(text) if f in ("authors", "year", "venue", "doi", "link")]
    if not fields:
        return None
    papers = papers_meeting(query, Conditions())
    writer = Writer()
    blocks = []
    for name in fields[:2]:
        bare = [
            paper
            for paper in papers
            if not (paper.abstract if name == "abstract" else has_field(paper, name))
        ]
        label = {"doi": "DOI", "authors": "authors"}.get(name, name)
        if not bare:
            blocks.append(f"Every one of the {number_of(len(papers))} here has its {label}.")
        elif len(bare) == len(papers):
            plural = {"year": "years", "venue": "venues", "doi": "DOIs", "link": "links"}
            blocks.append(f"The records here have no {plural.get(name, label)}.")
        else:
            verb = "has" if len(bare) == 1 else "have"
            blocks.append(f"{len(bare)} of the {number_of(len(papers))} here {verb} no {label}:")
            blocks.append(listed(bare, writer, 10))
    return writer.told(*blocks)


def _about(query: Query, text: str, papers: Sequence[Paper]) -> str:
    """In how many papers the words stand about which the question asks; what that says."""
    library = query.library
    parts = re.split(r"\b(?:and|or|to|vs|versus)\b|,", _ABOUT_WORDS.sub(" ", text))
    said = {}
    for words in filter(None, (description_in(library, part) for part in parts)):
        terms = set(library.lexical.terms(words))
        held = [library.terms_of(paper.title) | library.terms_of(paper.abstract) for paper in papers]
        said[as_markdown(words)] = sum(terms <= own for own in held)
    if not said:
        return ""
    counts = " and ".join(f"“{words}” in {count or 'none'}" for words, count in said.items())
    verdict = ""
    if len(said) == 1:
        share = next(iter(said.values())) / len(papers)
        verdict = (
            "Mostly, " if share > 0.5 else "In part, " if share > 0.1 else
            "Only a little, " if share else "No, "
        )  # fmt: skip
    line = f"{verdict}by the words of titles and abstracts: {counts} of {number_of(len(papers))}."
    return line[0].upper() + line[1:]


_ABOUT_WORDS = re.compile(
    r"\b(?:mostly|mainly|purely|entirely|all|only|just|about|any|at all|besides|covered|everything"
    r"|lean|leans|towards?|share|proportion|much|stuff|other|than|hard|both|biased|focused|focus"
    r"|limited|restricted|basically|primarily|whole|also|things?)\b",
    re.IGNORECASE,
)


def _is_field_word_only(text: str) -> bool:
    """Whether years, venues or authors are asked for by a word that means nothing else."""
    return bool(
        re.search(
            r"\b(?:years?|dates?|journals?|venues?|conferences?|authors?|who|wrote|when)\b", text, re.I
        )
    )


def _superlative_of(text: str) -> bool:
    """Whether a question asks for the most frequent value among the papers that it describes."""
    return bool(re.search(r"\bmost (?:frequent|common|prolific|papers)\b|\btop \w+\b", text, re.I))
