"""Conditions on records that a question states: authors, years, venues, and how many authors.

The metadata filter of the question (`query.scope`) is one of them. It is found with care, since a
wrong filter hides papers from a search; a question that is known to be about records may be read
more freely ("petrova", "the nineties", "journal of shoreline ecology").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.answering.telling.asked.people import people_in
from rag.answering.telling.asked.persons import Person
from rag.answering.telling.asked.venues import form_of, unknown_venue, venues_in, without
from rag.answering.telling.asked.years import years_in
from rag.answering.telling.writing import joined, names
from rag.index.filters import narrowed
from rag.index.library import Library
from rag.query.query import Query
from rag.text.characters.escaping import as_markdown
from rag.text.lexicons import lines
from rag.text.wording import describe
from rag.text.words import fold
from rag.types import ANY_PAPER, Filter, Paper

_NUMBERS = {word: number for number, word in enumerate(" ".join(lines("cardinals")).split())}
_MANY = rf"(?P<many>\d+|{'|'.join(_NUMBERS)}|a single|single)"
_AUTHORS = re.compile(
    r"\b(?P<how>more than|over|at least|fewer than|less than|under|at most|up to|only|exactly"
    r"|just)?"
    rf"\s*\b{_MANY}(?P<open>\+|\s+or\s+more)?[\s-](?:co-?)?(?:authors?|writers?)(?:ed)?\b"
    r"(?:\s+(?:or|and)\s+(?P<way>more|fewer|less)\b)?"
    r"|\b(?:sole|solo)[\s-]+author(?:ed|s)?\b|\b(?:written|authored) alone\b"
    r"|\b(?:by|wrote it|written) (?:only |just )?(?:one|a single) (?:person|author)\b",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?P<conference>conference (?:papers?|articles?|talks?)|proceedings papers?"
    r"|conference proceedings|(?:at|in|from) an? (?:conference|workshop|symposium))\b"
    r"|\b(?P<journal>journal (?:papers?|articles?)|(?:in|from) an? journal)\b"
    r"|\b(?P<preprint>pre-?prints?)\b",
    re.IGNORECASE,
)
_FORMS = {
    "conference": "from conferences",
    "journal": "from journals",
    "preprint": "from preprint servers",
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What papers a question asks for, by their records.

    ``together`` asks for papers of all ``people``, not of any. ``fewest`` and ``most`` bound the
    number of authors; ``form`` is "conference", "journal" or "preprint". ``elsewhere`` is a venue
    that no record has; ``years`` are several, of which a paper has one; the papers ``apart``
    do not count. ``rest`` is the question without the words of its conditions; ``outer`` is the
    part of the filter that its words do not state.
    """

    filter: Filter = ANY_PAPER
    people: tuple[Person, ...] = ()
    together: bool = False
    fewest: int = 0
    most: int | None = None
    form: str = ""
    elsewhere: str = ""
    years: frozenset[int] = frozenset()
    apart: tuple[Paper, ...] = ()
    rest: str = ""
    outer: Filter = ANY_PAPER

    def __bool__(self) -> bool:
        others = self.people or self.fewest or self.form or self.elsewhere or self.years
        return bool(self.filter or others)

    @property
    def unknown_people(self) -> tuple[Person, ...]:
        """The people whose name no record has."""
        return tuple(person for person in self.people if not person.authors)

    def passed_by(self, paper: Paper) -> bool:
        """Whether a paper of the scope meets the conditions besides the filter."""
        if self.elsewhere or paper in self.apart or (self.years and paper.year not in self.years):
            return False
        if self.people:
            own = set(paper.authors)
            each = [not own.isdisjoint(person.authors) for person in self.people]
            if not (all(each) if self.together else any(each)):
                return False
        if self.fewest and not (
            self.fewest <= len(paper.authors) and len(paper.authors) <= (self.most or 10**6)
        ):
            return False
        return not self.form or form_of(paper) == self.form

    def in_words(self) -> str:
        """The conditions as a phrase that follows "papers"; Markdown."""
        parts = []
        if self.people:
            joint = " and " if self.together else " or "
            parts.append(f"by {joint.join(names([person.name]) for person in self.people)}")
        if self.filter:
            parts.append(re.sub(r"^of (?=\d)", "from ", names([describe(self.filter)])))
        if self.years:
            parts.append(f"from {joined([str(year) for year in sorted(self.years)])}")
        if self.fewest:
            parts.append(f"by {self._number()}")
        if self.form:
            parts.append(_FORMS[self.form])
        if self.elsewhere:
            parts.append(f"in {names([self.elsewhere])}")
        if self.apart:
            parts.append(f"besides {joined([f'“{as_markdown(p.title)}”' for p in self.apart])}")
        return " ".join(parts)

    def _number(self) -> str:
        if self.most is None:
            return f"{self.fewest} authors or more"
        if self.fewest == self.most:
            return "a single author" if self.most == 1 else f"{self.most} authors"
        return f"at most {self.most} authors"


def read_conditions(library: Library, text: str, outer: Filter = ANY_PAPER) -> Conditions:
    """The conditions that ``text``, a question without titles of papers, states.

    ``outer`` is the filter of the question.
    """
    people = tuple(people_in(library, text))
    rest = without(text, [(_with_by(text, person.start), person.end) for person in people])
    venues, rest = venues_in(library, rest)
    years = years_in(rest)
    rest = years.rest
    if people:  # they say more than the filter: slips are mended, namesakes told apart
        outer = replace(outer, authors=())
    if venues:
        outer = replace(outer, venues=())
    if years.range or years.any_of:
        outer = replace(outer, first_year=None, last_year=None)
    stated = narrowed(narrowed(outer, Filter(venues=venues)), years.range)
    fewest, most, rest = _author_numbers(rest)
    form = _FORM.search(rest)
    elsewhere = "" if stated.venues else unknown_venue(rest, text)
    if elsewhere:
        rest = rest.replace(elsewhere, " ")
    if form:
        rest = rest.replace(form[0], " ")
    together = len(people) > 1 and not re.search(r"\bor\b|,", text[people[0].end : people[1].start])
    return Conditions(
        stated,
        people,
        together,
        fewest,
        most,
        (form.lastgroup or "") if form else "",
        elsewhere,
        years.any_of,
        (),
        " ".join(rest.split()),
        outer,
    )


def _with_by(text: str, start: int) -> int:
    """The start of a name with "by" before it, which would else stand before a year."""
    by = re.search(r"\bby\s+$", text[:start], re.IGNORECASE)
    return by.start() if by else start


def papers_meeting(query: Query, conditions: Conditions) -> list[Paper]:
    """The papers in the question's scope that meet the conditions, in the library's order."""
    library = query.library
    pool = library.papers_within(replace(query.scope, filter=conditions.filter))
    return [paper for paper in pool if conditions.passed_by(paper)]


def _author_numbers(text: str) -> tuple[int, int | None, str]:
    """The fewest and most authors that a text asks for, and the text without it; 0 if none."""
    match = _AUTHORS.search(text)
    if match is None or re.search(r"\bhow many\s*$", text[: match.start()], re.IGNORECASE):
        return 0, None, text
    rest = text.replace(match[0], " ")
    many = fold(match["many"] or "one").removeprefix("a ")
    number = int(many) if many.isdigit() else _NUMBERS.get(many, 1)
    how = fold(match["how"] or "")
    if how in ("more than", "over"):
        return number + 1, None, rest
    if how == "at least" or match["open"] or match["way"] == "more":
        return number, None, rest
    if how in ("fewer than", "less than", "under"):
        return 1, number - 1, rest
    if how in ("at most", "up to") or match["way"]:
        return 1, number, rest
    return number, number, rest
