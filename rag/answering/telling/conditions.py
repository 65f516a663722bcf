"""Conditions on records that a question states: authors, years, venues, and how many authors.

The metadata filter of the question (`query.scope`) is one of them. It is found with care, since a
wrong filter hides papers from a search; a question that is known to be about records may be read
more freely ("petrova", "the nineties", "journal of shoreline ecology").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answering.telling.people import Person, people_in
from rag.answering.telling.writing import names
from rag.index.filters import in_scope, narrowed
from rag.index.library import Library
from rag.query.metadata.years import CUES
from rag.query.query import Query
from rag.text.lexicons import function_words, lexicon
from rag.text.wording import describe
from rag.text.words import words_of
from rag.types import ANY_PAPER, Filter, Paper

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DECADES = {
    "nineties": 1990,
    "eighties": 1980,
    "seventies": 1970,
    "sixties": 1960,
    "noughties": 2000,
}
_DECADE = re.compile(r"\b(?:((?:19|20)\d)0['’]?s|" + "|".join(_DECADES) + r")\b", re.IGNORECASE)
_NOW = re.compile(r"\b(this|last) year\b", re.IGNORECASE)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_AUTHORS = re.compile(
    r"\b(?P<how>more than|over|at least|fewer than|less than|at most|only|exactly|just)?\s*"
    r"(?P<many>\d+|one|two|three|four|five|six|a single|single)[\s-]authors?(?:ed)?\b"
    r"|\b(?P<sole>sole|solo)[\s-]+author(?:ed|s)?\b|\bwritten alone\b",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?P<conference>conference (?:papers?|articles?|talks?)|proceedings papers?"
    r"|conference proceedings)\b"
    r"|\b(?P<journal>journal (?:papers?|articles?))\b|\b(?P<preprint>pre-?prints?)\b",
    re.IGNORECASE,
)
# Words that many venues have in their names.
_VENUE_WORDS = function_words() | {
    "annals", "bulletin", "conference", "international", "journal", "letters", "meeting",
    "proceedings", "quarterly", "reports", "review", "symposium", "transactions", "workshop",
}  # fmt: skip
_FORMS = {
    "conference": "from conferences",
    "journal": "from journals",
    "preprint": "from preprint servers",
}
_CONFERENCE = {"proceedings", "conference", "symposium", "workshop", "meeting"}
_UNKNOWN_VENUE = re.compile(
    r"\b(?:(?:in|at|from)\s+(?:the\s+(?:journal\s+)?)?|(?=(?-i:Journal|Annals|Transactions) of\b))"
    r"((?-i:[A-Z][\w&.-]*)(?:\s+(?:(?-i:[A-Z][\w&.-]*)|of|and|or|on|the|for)\b)*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What papers a question asks for, by their records.

    ``together`` asks for papers of all ``people``, not of any. ``fewest`` and ``most`` bound the
    number of authors; ``form`` is "conference", "journal" or "preprint". ``elsewhere`` is a venue
    that no record has. ``rest`` is the question without the words of its conditions; ``outer`` is
    the part of the filter that its words do not state.
    """

    filter: Filter = ANY_PAPER
    people: tuple[Person, ...] = ()
    together: bool = False
    fewest: int = 0
    most: int | None = None
    form: str = ""
    elsewhere: str = ""
    rest: str = ""
    outer: Filter = ANY_PAPER

    def __bool__(self) -> bool:
        return bool(self.filter or self.people or self.fewest or self.form or self.elsewhere)

    @property
    def unknown_people(self) -> tuple[Person, ...]:
        """The people whose name no record has."""
        return tuple(person for person in self.people if not person.authors)

    def passed_by(self, paper: Paper) -> bool:
        """Whether a paper of the scope meets the conditions besides the filter."""
        if self.elsewhere:
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
        if self.fewest:
            parts.append(f"by {self._number()}")
        if self.form:
            parts.append(_FORMS[self.form])
        if self.elsewhere:
            parts.append(f"in {names([self.elsewhere])}")
        return " ".join(parts)

    def _number(self) -> str:
        if self.most is None:
            return f"{self.fewest} authors or more"
        if self.fewest == self.most:
            return "a single author" if self.most == 1 else f"{self.most} authors"
        return f"at most {self.most} authors"


def read_conditions(query: Query, text: str) -> Conditions:
    """The conditions that ``text``, the question without titles of papers, states."""
    library = query.library
    people = tuple(people_in(library, text))
    rest = _without(text, [(person.start, person.end) for person in people])
    venues, rest = _venues_in(library, rest)
    years, rest = years_in(rest)
    outer = query.scope.filter
    if people:  # they say more than the filter: slips are mended, namesakes told apart
        outer = replace(outer, authors=())
    if venues:
        outer = replace(outer, venues=())
    if years:
        outer = replace(outer, first_year=None, last_year=None)
    stated = narrowed(narrowed(outer, Filter(venues=venues)), years)
    fewest, most, rest = _author_numbers(rest)
    form = _FORM.search(rest)
    elsewhere = "" if stated.venues else _unknown_venue(library, rest, text)
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
        " ".join(rest.split()),
        outer,
    )


def papers_meeting(query: Query, conditions: Conditions) -> list[Paper]:
    """The papers in the question's scope that meet the conditions, in the library's order."""
    scope = replace(query.scope, filter=conditions.filter)
    return [
        paper
        for paper in query.library.papers
        if conditions.passed_by(paper) and in_scope(scope, paper)
    ]


def form_of(paper: Paper) -> str:
    """Whether a paper appeared at a "conference", in a "journal", or as a "preprint"; or ""."""
    kind = dict(paper.extra).get("type", "").lower()
    words = set(words_of(paper.venue))
    if "proceedings" in kind or "conference" in kind or words & _CONFERENCE:
        return "conference"
    if words & {"arxiv", "biorxiv", "medrxiv", "preprint"} or (
        paper.identifiers.arxiv and not paper.venue
    ):
        return "preprint"
    return "journal" if paper.venue else ""


def years_in(text: str) -> tuple[Filter, str]:
    """The years that a text states, and the text without them."""
    if match := _DECADE.search(text):
        first = int(f"{match[1]}0") if match[1] else _DECADES[match[0].lower()]
        return Filter(first, first + 9), text.replace(match[0], " ")
    if match := _NOW.search(text):
        year = date.today().year - (match[1].lower() == "last")
        return Filter(year, year), text.replace(match[0], " ")
    for pattern, filter_of in CUES:
        if cue := re.search(rf"\b{pattern}", text, re.IGNORECASE):
            years = [int(year) for year in cue.groups()]
            return filter_of(years[0], years[-1]), text.replace(cue[0], " ")
    years = [int(year) for year in _YEAR.findall(text)]
    if len(set(years)) == 1:
        return Filter(years[0], years[0]), _YEAR.sub(" ", text)
    return ANY_PAPER, text


def _venues_in(library: Library, text: str) -> tuple[tuple[str, ...], str]:
    """The venues of the library that a text names, and the text without them."""
    words = [(match, words_of(match.group())) for match in re.finditer(r"\w+", text)]
    present = {word for _, own in words for word in own}
    found: list[tuple[int, str]] = []
    for venue in {paper.venue for paper in library.papers if paper.venue}:
        own = words_of(venue)
        telling = [word for word in own if word not in _VENUE_WORDS]
        whole = f" {' '.join(own)} " in f" {' '.join(words_of(text))} "
        if whole or (len(telling) > 1 and present.issuperset(telling)):
            found.append((len(own), venue))
    if not found:
        return (), text
    found.sort(key=lambda item: (-item[0], item[1]))
    taken = {word for _, venue in found for word in words_of(venue)} - function_words()
    rest = _without(text, [m.span() for m, own in words if taken.issuperset(own)])
    return tuple(venue for _, venue in found), rest


def _unknown_venue(library: Library, rest: str, text: str) -> str:
    """A venue after "published in" and the like that no record has; or ""."""
    if not re.search(
        r"\b(?:publish\w*|appear\w*|printed|journals?|conferences?|come|from|in)\b", text
    ):
        return ""
    for match in _UNKNOWN_VENUE.finditer(rest):
        words = match[1].split()
        known = lexicon("record_words", "record_fields") | {"english", "january"}
        if all(word.lower() in known for word in words):
            continue
        return match[1].strip(" .")
    return ""


def _author_numbers(text: str) -> tuple[int, int | None, str]:
    """The fewest and most authors that a text asks for, and the text without it; 0 if none."""
    match = _AUTHORS.search(text)
    if match is None or re.search(r"\bhow many\s*$", text[: match.start()], re.IGNORECASE):
        return 0, None, text
    rest = text.replace(match[0], " ")
    many = (match["many"] or "one").lower().removeprefix("a ")
    number = int(many) if many.isdigit() else _NUMBERS.get(many, 1)
    how = (match["how"] or "").lower()
    if how in ("more than", "over"):
        return number + 1, None, rest
    if how == "at least":
        return number, None, rest
    if how in ("fewer than", "less than"):
        return 1, number - 1, rest
    if how == "at most":
        return 1, number, rest
    return number, number, rest


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text
