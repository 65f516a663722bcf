"""Lists the papers that meet conditions on their records."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.telling.asked.conditions import Conditions, papers_meeting
from rag.answering.telling.asked.fields import byline
from rag.answering.telling.asked.persons import nearest_names
from rag.answering.telling.told import Told
from rag.answering.telling.writing import Writer, bullets, names, number_of
from rag.index.library import Library
from rag.query.query import Query
from rag.types import Paper

MOST_LISTED = 30
_VENUES = 5
_MOST_NAMESAKES = 20  # persons of one name who are told apart


def told_list(query: Query, conditions: Conditions, opening: str = "") -> Told:
    """The papers that meet the conditions, with their number; or why there are none."""
    library = query.library
    lacking = missing_everywhere(library, conditions)
    if lacking:
        return Told(f"The records here have {lacking}, so I cannot tell.")
    if conditions.unknown_people:
        return _nobody(library, conditions)
    papers = papers_meeting(query, conditions)
    if not papers and conditions.together:
        return _apart(query, conditions)
    if not papers:
        return Told(_none(query, conditions), reason="not_in_corpus")
    writer = Writer()
    verb = "is" if len(papers) == 1 else "are"
    extent = f"{number_of(len(query.scope.papers))} that were chosen"
    if not query.scope.papers:
        extent = f"{number_of(len(library.papers))} here"
    count = f"{len(papers):,} of the {extent} {verb}"
    lead = f"{opening}{count} {conditions.in_words()}:"
    return writer.told(people_notes(conditions), lead, *_by_person(papers, conditions, writer))


def _by_person(papers: Sequence[Paper], conditions: Conditions, writer: Writer) -> list[str]:
    """The papers as a list; for each of several persons of one name a list of their own."""
    namesakes = conditions.people[0].people if len(conditions.people) == 1 else []
    if not 1 < len(namesakes) <= _MOST_NAMESAKES:
        return [listed(papers, writer)]
    blocks = []
    for names_of_one in namesakes:
        if own := [paper for paper in papers if not set(names_of_one).isdisjoint(paper.authors)]:
            blocks += [f"By {names(names_of_one[:1])} ({len(own):,}):", listed(own, writer)]
    return blocks


def listed(papers: Sequence[Paper], writer: Writer, most: int = MOST_LISTED) -> str:
    """A line for each paper, and how many more there are."""
    lines = [line_of(paper, writer) for paper in papers[:most]]
    left = len(papers) - len(lines)
    return bullets([*lines, f"and {left:,} more"] if left else lines)


def line_of(paper: Paper, writer: Writer) -> str:
    """Title, number, authors, venue and year."""
    who = byline(paper)
    return f"{writer.title(paper)}{f', {who}' if who else ''}"


def people_notes(conditions: Conditions) -> str:
    """How the names in the question were taken."""
    notes = []
    for person in conditions.people:
        shown = names([person.written])
        if person.mended:
            notes.append(f"“{shown}” is taken as {names(sorted(person.authors))}.")
        elif len(people := person.people) > 1:
            notes.append(
                f"{len(people):,} authors here are named {shown}: "
                f"{names([own[0] for own in people], _MOST_NAMESAKES)}."
            )
    return " ".join(dict.fromkeys(notes))


def missing_everywhere(library: Library, conditions: Conditions) -> str:
    """Which of the fields that are asked for no record has: "no years"; else ""."""
    wanted = conditions.filter
    lacking = []
    if (conditions.people or wanted.authors or conditions.fewest) and not library.authors:
        lacking.append("no authors")
    dated = wanted.first_year is not None or wanted.last_year is not None
    if dated and not library.has_years:
        lacking.append("no years")
    placed = wanted.venues or conditions.elsewhere or conditions.form
    if placed and not library.venues:
        lacking.append("no venues")
    return " and ".join(lacking)


def nobody_named(library: Library, written: str) -> str:
    """That no record has an author of this name, with the nearest names."""
    near = nearest_names(library, written)
    offer = f" The nearest name{'s are' if near[1:] else ' is'} {names(near)}." if near else ""
    return f"No paper here is by anyone named {names([written])}.{offer}"


def _nobody(library: Library, conditions: Conditions) -> Told:
    lines = [nobody_named(library, person.written) for person in conditions.unknown_people]
    return Told(" ".join(lines), reason="not_in_corpus")


def _apart(query: Query, conditions: Conditions) -> Told:
    """No paper is by all of several people: those of each."""
    writer = Writer()
    everybody = names([person.name for person in conditions.people])
    blocks = [f"No paper here is by {everybody} together."]
    for person in conditions.people:
        alone = Conditions(conditions.filter, (person,))
        if papers := papers_meeting(query, alone):
            blocks += [f"By {names([person.name])}:", listed(papers, writer, 5)]
    return writer.told(people_notes(conditions), *blocks)


def _none(query: Query, conditions: Conditions) -> str:
    library = query.library
    if query.scope.papers:
        return f"None of the papers that were chosen is {conditions.in_words()}."
    line = f"No paper here is {conditions.in_words()}."
    if conditions.elsewhere or conditions.filter.venues:
        venues = sorted(library.venues.values())
        return f"{line} The venues here are {names(venues, _VENUES)}."
    if conditions.filter:
        years = [paper.year for paper in library.papers if paper.year is not None]
        return f"{line} The papers here are from {min(years)} to {max(years)}." if years else line
    return line
