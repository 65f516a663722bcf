"""What a question says of authors, years and venues, apart from what it asks: "What did Smith et
al. say after 2023?" is "What did they say?" of the papers by Smith from 2024 on. Pure.

A name or a year is the matter itself far more often than not ("the 2017 transformer", "Adam"). So a
name counts only in a phrase that says who wrote or where it was published, and only where papers
carry it; a year only beside such a name, or after a word for papers or for publishing. And where
the question says more than a filter can there is none: none is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rag.index.filters import both
from rag.retrieval.query.author_phrases import SAY, WORD, in_name, name_before, names_after
from rag.retrieval.query.filter_doubts import alternative, more_years, negated, negates
from rag.text.words import words_of
from rag.types import ANY_PAPER, Filter

_MANY_PAPERS = r"(?:papers|works|articles|studies|publications|preprints)\b"
_PAPERS = (
    r"\b(?:papers?|works?|articles?|stud(?:y|ies)|publications?|preprints?|abstracts?|surveys?"
    r"|research)"
)
_BY = rf"(?:{_PAPERS}|\b(?:any|some)thing)"
_WRITTEN = (
    r"\b(?:(?:that|which)\s+(?:was|were|is|are|ha(?:s|ve)\s+been)\s+)?"
    r"(?:(?:co-?)?authored|written|published|appeared|appearing|accepted|presented)"
)
_YEAR = r"((?:19|20)\d\d)\b"
# "et al.", "et al.'s", "et al. (2021)", "et al., 2021"
_ET_AL = (
    r"\s+(?:et\.?\s+al\b\.?|and (?:colleagues|co-?workers))"
    rf"(?:(?P<own>['’]s)|,?\s*\(?(?P<year>{_YEAR[1:-3]})\b\)?)?"
)
_MOST_IN_VENUE = 12
_LONGEST = 500  # characters; a longer text is more than a question for papers
_JOINT = r"(?:,?\s*\b(?:and|or)\b|[,/&])"
_BEFORE_THEM = (
    "to|of|from|in|with|than|like|about|on|for|against|between|compare|describe|explain"
    "|summari[sz]e|cite|and"
)
_PLURAL = {"has": "have", "does": "do", "is": "are", "was": "were"}


@dataclass(frozen=True, slots=True)
class Known:
    """What a library knows: how many papers a filter lets in, how many papers speak of the rarest
    word of a text, and whether a venue is called so, word by word.
    """

    papers: Callable[[Filter], int]
    speak_of: Callable[[str], int]
    is_venue: Callable[[tuple[str, ...]], bool]


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the text that says a filter, and what stands there without it."""

    start: int
    end: int
    instead: str
    filter: Filter

    def taken_out(self, text: str) -> str:
        return f"{text[: self.start]} {self.instead} {text[self.end :]}"


def split_filter(question: str, known: Known) -> tuple[Filter, str]:
    """The filter and the rest of the question; no filter and the question itself for most."""
    if len(question) > _LONGEST or negates(question):
        return ANY_PAPER, question
    found, rest = ANY_PAPER, question
    for find in (_author, _venue, _years):
        part = find(rest, known, found)
        if part is not None:
            if _is_doubtful(part, rest, known):
                return ANY_PAPER, question
            found, rest = both(found, part.filter), part.taken_out(rest)
    return (found, _tidy(rest)) if found else (ANY_PAPER, question)


def _is_doubtful(part: _Part, text: str, known: Known) -> bool:
    """Whether the text asks for more, or for other papers, than this part of it says."""
    before, after, wanted = text[: part.start], text[part.end :], part.filter
    dated = wanted.first_year is not None or wanted.last_year is not None
    return (
        negated(before)
        or alternative(before, after)
        or (dated and more_years(before, after))
        or (bool(wanted.authors) and _more_authors(part.taken_out(text), known))
        or (bool(wanted.venues) and _more_venues(part, text, known))
    )


def _tidy(text: str) -> str:
    """Single spaces, none before a stop, nothing but words at the start."""
    text = re.sub(r"\s+([?.!,;:])", r"\1", " ".join(text.split()))
    text = re.sub(r",(?=[?.!,])|^[\s,;:]+", "", text)
    return text if re.search(r"\w", text) else "papers"


# Authors.


def _author(text: str, known: Known, _: Filter) -> _Part | None:
    for part, sure in _author_phrases(text):
        names = part.filter.authors
        held = [known.papers(Filter(authors=(name,))) for name in names]
        if all(held) and (sure or sum(held) > known.speak_of(names[-1])):
            return part if _knows_years(known) else replace(part, filter=Filter(authors=names))
    return None


def _more_authors(rest: str, known: Known) -> bool:
    """Whether what is left of the question names authors too."""
    names = {part.filter.authors for part, _ in _author_phrases(rest)}
    if any(known.papers(Filter(authors=authors)) for authors in names):
        return True
    words = {re.sub(r"['’]s?$", "", token[0]) for token in WORD.finditer(rest)}
    capitals = [word for word in words if word[:1].isupper() and in_name(word, True)]
    held = ((word, known.papers(Filter(authors=(word,)))) for word in capitals)
    return any(papers and papers > known.speak_of(word) for word, papers in held)


def _author_phrases(text: str) -> Iterator[tuple[_Part, bool]]:
    """Every phrase of a kind that names who wrote, and whether its form alone says so."""
    for al in re.finditer(_ET_AL, text):
        start = name_before(text, al.start())
        if start is not None:
            part = _people(text, start, al.start(), al.end(), "their" if al["own"] else "they")
            year = int(al["year"]) if al["year"] else None
            yield replace(part, filter=replace(part.filter, first_year=year, last_year=year)), True
    for by in re.finditer(rf"(?P<written>{_WRITTEN}\s+)?\bby\s+", text, re.IGNORECASE):
        before = text[: by.start()]
        end = names_after(text, by.end())
        beside = by["written"] or re.search(rf"{_BY}\s+$", before, re.IGNORECASE)
        if end is not None and (beside or re.search(_BY, before, re.IGNORECASE)):
            part = _people(text, by.end(), end, end, "")
            yield replace(part, start=by.start()), bool(beside)
    for verb in re.finditer(r"\b(?:did|do|does|has|have)\s+", text, re.IGNORECASE):
        end = names_after(text, verb.end())
        if end is not None and re.match(rf"\s+{SAY}", text[end:], re.IGNORECASE):
            yield _people(text, verb.end(), end, end, "they"), False
    for own in re.finditer(rf"['’]s?\s+(?:(?:new|recent|latest)\s+)?(?={_PAPERS})", text):
        start = name_before(text, own.start())
        if start is not None:
            yield _people(text, start, own.start(), own.end(), "their"), False


def _people(text: str, start: int, end: int, after: int, instead: str) -> _Part:
    """The names in ``text[start:end]``; the phrase goes on to ``after``."""
    names = re.split(r"\s*(?:,|&|\band\b|\bor\b)\s*", text[start:end])
    authors = tuple(name.strip(" .") for name in names if name.strip(" ."))
    if re.search(r"\bby\s+$", text[:start], re.IGNORECASE):
        written = re.search(rf"(?:{_WRITTEN}\s+)?\bby\s+$", text[:start], re.IGNORECASE)
        return _Part(written.start() if written else start, after, "", Filter(authors=authors))
    if instead == "they":
        start, instead = _pronoun(text, start)
    return _Part(start, after, instead, Filter(authors=authors))


def _pronoun(text: str, start: int) -> tuple[int, str]:
    """What stands for the names at ``start``, and where it begins: "has Smith" is "have they"."""
    before = text[:start]
    if re.search(rf"\b(?:{_BEFORE_THEM})\s+$", before, re.IGNORECASE):
        return start, "them"
    verb = re.search(rf"\b({'|'.join(_PLURAL)})\s+$", before, re.IGNORECASE)
    if verb is None:
        return start, "they"
    plural = _PLURAL[verb[1].lower()]
    return verb.start(), f"{plural.capitalize() if verb[1][0].isupper() else plural} they"


# Venues.


def _venue(text: str, known: Known, found: Filter) -> _Part | None:
    for cue in re.finditer(rf"(?P<written>{_WRITTEN}\s+)?\b(?:in|at|from)\s+(?:the\s+)?", text):
        if cue["written"] or found or re.search(_PAPERS, text[: cue.start()], re.IGNORECASE):
            held = _longest_venue(text, cue.end(), known, sure=bool(cue["written"]))
            if held is not None:
                return _at(text, cue.start(), *held, known)
    for cue in re.finditer(rf"\b(\w+)(?:\s+{_YEAR})?(?=\s+{_MANY_PAPERS})", text):
        if _published(cue[1], known, sure=False):
            return _at(text, cue.start(), *cue.span(1), known)
    return None


def _more_venues(part: _Part, text: str, known: Known) -> bool:
    """Whether the question names another venue beside this one, or elsewhere."""
    if _venue(part.taken_out(text), known, part.filter) is not None:
        return True
    beside = re.match(rf"\s*{_JOINT}\s*(?:(?:in|at|from)\s+)?(?:the\s+)?", text[part.end :])
    if beside and _longest_venue(text, part.end + beside.end(), known, sure=True):
        return True
    earlier = re.search(rf"(\w+)\s*{_JOINT}\s*$", text[: part.start])
    return bool(earlier and _published(earlier[1], known, sure=True))


def _longest_venue(text: str, at: int, known: Known, *, sure: bool) -> tuple[int, int] | None:
    """Where the longest name that begins at ``at`` stands, if papers were published there."""
    tokens = list(re.finditer(r"[\w&/'’.:-]+", text[at:]))[:_MOST_IN_VENUE]
    for count in range(len(tokens), 0, -1):
        start, end = at + tokens[0].start(), at + tokens[count - 1].end()
        if _published(text[start:end], known, sure=sure):
            return start, end
    return None


def _at(text: str, start: int, name: int, end: int, known: Known) -> _Part:
    """The venue ``text[name:end]`` with the year after it, if there is one."""
    wanted = Filter(venues=(text[name:end].strip(" .,"),))
    year = re.match(rf"\s+{_YEAR}", text[end:])
    if year and _knows_years(known):
        wanted = replace(wanted, first_year=int(year[1]), last_year=int(year[1]))
        end += year.end()
    return _Part(start, end, "", wanted)


def _published(name: str, known: Known, *, sure: bool) -> bool:
    """Whether papers were published there, and unless ``sure`` more than speak of it."""
    words = tuple(words_of(name))
    acronym = len(words) == 1 and sum(letter.isupper() for letter in name) > 1
    if not (acronym or (name[:1].isupper() and known.is_venue(words))):
        return False
    return known.papers(Filter(venues=(name,))) > (0 if sure else known.speak_of(name))


# Years.

_TO_NOW = (
    r"(?:\s*(?:-|–|to|until|till|through)\s*(?:the\s+)?(?:present(?:\s+day)?|now|today|date)\b"
    r"|\+|\s+(?:or|and)\s+(?:later|newer|after|beyond|afterwards|onwards?)\b)"
)
_CUES: tuple[tuple[str, Callable[[int, int], Filter]], ...] = (
    (rf"between\s+{_YEAR}\s+and\s+{_YEAR}", lambda a, b: Filter(min(a, b), max(a, b))),
    (
        rf"(?:from|in|during)\s+{_YEAR}\s*(?:-|–|to|until|till|through)\s*{_YEAR}",
        lambda a, b: Filter(min(a, b), max(a, b)),
    ),
    (rf"(?:since|from|in|of)\s+{_YEAR}{_TO_NOW}", lambda a, _: Filter(first_year=a)),
    (
        rf"(?:from|in|of)\s+{_YEAR}\s+(?:or|and)\s+(?:earlier|older|before)\b",
        lambda a, _: Filter(None, a),
    ),
    (rf"(?:after|later\s+than|newer\s+than)\s+{_YEAR}", lambda a, _: Filter(first_year=a + 1)),
    (
        # "from 2022 on diffusion" is of 2022
        rf"(?:since|from)\s+{_YEAR}\s+(?:onwards?|on)\b(?=\W*$|[,;]|\s+(?:about|in)\b)",
        lambda a, _: Filter(first_year=a),
    ),
    (rf"since\s+{_YEAR}", lambda a, _: Filter(first_year=a)),
    (rf"(?:before|earlier\s+than|older\s+than)\s+{_YEAR}", lambda a, _: Filter(None, a - 1)),
    (rf"(?:until|till|up\s+to|through)\s+{_YEAR}", lambda a, _: Filter(None, a)),
    (rf"(?:in|from|of|during)\s+{_YEAR}", lambda a, _: Filter(a, a)),
)
_PUBLISHED = rf"(?:{_WRITTEN}\s+)"


def _years(text: str, known: Known, found: Filter) -> _Part | None:
    for pattern, filter_of in _CUES:
        for cue in re.finditer(rf"(?P<written>{_PUBLISHED})?\b{pattern}", text, re.IGNORECASE):
            years = [int(year) for year in cue.groups()[1:]]
            wanted = filter_of(years[0], years[-1])
            if _counts(text, cue, known, both(found, wanted), found):
                return _Part(*cue.span(), "", wanted)
    return None


def _counts(text: str, cue: re.Match[str], known: Known, wanted: Filter, found: Filter) -> bool:
    """Whether the years are those of papers.

    Right after a word for papers or publishing they are. Further on in such a question, or beside
    a name, they may be what is asked about, and are taken for that where no paper would be left.
    """
    if not _knows_years(known):
        return False
    before = text[: cue.start()]
    beside = bool(cue["written"]) or re.search(rf"(?:{_PAPERS}|\b{SAY})\s+$", before, re.I)
    single = wanted.first_year == wanted.last_year
    if beside or (found and not single):
        return bool(found) or bool(cue["written"] or re.search(_PAPERS + r"\s+$", before, re.I))
    opens = not before.strip() and text[cue.end() :].lstrip().startswith(",")
    spoken = re.search(rf"{_PAPERS}\b|{_WRITTEN}\b|\bsaid\b|\bsays?\b", before, re.I)
    return bool(found or opens or (spoken and not single)) and known.papers(wanted) > 0


def _knows_years(known: Known) -> bool:
    return known.papers(Filter(first_year=1)) > 0
