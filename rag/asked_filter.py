"""What a question says of authors, years and venues, apart from what it asks: "What did Smith et
al. say after 2023?" is "What did they say?" of the papers by Smith from 2024 on. Pure.

A name or a year is the matter itself far more often than not ("the 2017 transformer", "Adam"). So a
name counts only in a phrase that says who wrote or where it was published, and only where papers
carry it; a year only beside such a name, or after a word for papers or for publishing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rag.filter import both
from rag.metadata import words_of
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
_SAY = (
    r"(?:say|said|write|written|publish|published|report|reported|propose|proposed|find|found|show"
    r"|shown|argue|argued|claim|claimed|conclude|concluded|do|done|work|study|studied|introduce"
    r"|introduced|present|presented|contribute|contributed|discover|discovered)\b"
)
_PARTICLES = "van von de der den del della di da dos du la le ter ten zu".split()
# What ends a name that is written in small letters, or begins a question with a capital.
_NO_NAME = frozenset(
    f"""a about after also an and are as at based be before between by can compare could describe
    did do does during et explain find for from give had has have how i if in is it its list me name
    of on or our papers recent regarding show since so some summarise summarize tell than that the
    their them then there they this those through to until up using was we were what when where
    which while who whom whose why will with work works would you
    {_SAY[3:-3].replace("|", " ")}""".split()
)
_TOKEN = re.compile(r"[^\W\d_][\w'’.-]*")
_YEAR = r"((?:19|20)\d\d)\b"
# "et al.", "et al.'s", "et al. (2021)", "et al., 2021"
_ET_AL = (
    r"\s+(?:et\.?\s+al\b\.?|and (?:colleagues|co-?workers))"
    rf"(?:(?P<own>['’]s)|,?\s*\(?(?P<year>{_YEAR[1:-3]})\b\)?)?"
)
_MOST_IN_NAME, _MOST_IN_VENUE = 4, 12


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
    found, rest = ANY_PAPER, question
    for find in (_author, _venue, _years):
        part = find(rest, known, found)
        if part is not None:
            found, rest = both(found, part.filter), part.taken_out(rest)
    return (found, _tidy(rest)) if found else (ANY_PAPER, question)


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


def _author_phrases(text: str) -> Iterator[tuple[_Part, bool]]:
    """Every phrase of a kind that names who wrote, and whether its form alone says so."""
    for al in re.finditer(_ET_AL, text):
        start = _name_before(text, al.start())
        if start is not None:
            part = _people(text, start, al.start(), al.end(), "their" if al["own"] else "they")
            year = int(al["year"]) if al["year"] else None
            yield replace(part, filter=replace(part.filter, first_year=year, last_year=year)), True
    for by in re.finditer(rf"(?P<written>{_WRITTEN}\s+)?\bby\s+", text, re.IGNORECASE):
        before = text[: by.start()]
        end = _names_after(text, by.end())
        beside = by["written"] or re.search(rf"{_BY}\s+$", before, re.IGNORECASE)
        if end is not None and (beside or re.search(_BY, before, re.IGNORECASE)):
            part = _people(text, by.end(), end, end, "")
            yield replace(part, start=by.start()), bool(beside)
    for verb in re.finditer(r"\b(?:did|do|does|has|have)\s+", text, re.IGNORECASE):
        end = _names_after(text, verb.end())
        if end is not None and re.match(rf"\s+{_SAY}", text[end:], re.IGNORECASE):
            yield _people(text, verb.end(), end, end, "they"), False
    for own in re.finditer(rf"['’]s?\s+(?:(?:new|recent|latest)\s+)?(?={_PAPERS})", text):
        start = _name_before(text, own.start())
        if start is not None:
            yield _people(text, start, own.start(), own.end(), "their"), False


def _people(text: str, start: int, end: int, after: int, instead: str) -> _Part:
    """The names in ``text[start:end]``; the phrase goes on to ``after``."""
    names = re.split(r"\s*(?:,|&|\band\b|\bor\b)\s*", text[start:end])
    authors = tuple(name.strip(" .") for name in names if name.strip(" ."))
    if re.search(r"\bby\s+$", text[:start], re.IGNORECASE):
        written = re.search(rf"(?:{_WRITTEN}\s+)?\bby\s+$", text[:start], re.IGNORECASE)
        return _Part(written.start() if written else start, after, "", Filter(authors=authors))
    if instead == "they" and re.search(r"\b(?:to|of|from|in|with|than|like)\s+$", text[:start]):
        instead = "them"
    return _Part(start, after, instead, Filter(authors=authors))


def _names_after(text: str, start: int) -> int | None:
    """Where the name, or several joined by "and", that begins at ``start`` ends."""
    end = _name_after(text, start)
    while end is not None:
        joint = re.match(r"\s*(?:,|&|,?\s*\b(?:and|or)\b)\s*", text[end:])
        following = _name_after(text, end + joint.end()) if joint else None
        if joint is None or following is None or not text[end + joint.end()].isupper():
            break
        end = following
    return end


def _name_after(text: str, start: int) -> int | None:
    capital, end = text[start : start + 1].isupper(), start
    for count, token in enumerate(_TOKEN.finditer(text, start)):
        if text[end : token.start()].strip() or not _in_name(token[0], capital):
            break
        if count == _MOST_IN_NAME:
            return None  # nobody is called so
        end = token.end()
    name = text[start:end].rstrip()
    if re.search(r"['’]s?$", name) or not name:
        return None
    return end


def _name_before(text: str, end: int) -> int | None:
    start = end
    tokens = list(_TOKEN.finditer(text, 0, end))[-_MOST_IN_NAME:]
    capital = bool(tokens) and tokens[-1][0][0].isupper()
    for token in reversed(tokens):
        if text[token.end() : start].strip() or not _in_name(token[0], capital):
            break
        start = token.start()
    return start if start < end else None


def _in_name(word: str, capital: bool) -> bool:
    """Whether a word may be part of a name, which is written with capitals or without any."""
    plain = word.lower().strip(".")
    if plain in _NO_NAME:
        return False
    return not capital or word[0].isupper() or plain in _PARTICLES


# Venues.


def _venue(text: str, known: Known, found: Filter) -> _Part | None:
    for cue in re.finditer(rf"(?P<written>{_WRITTEN}\s+)?\b(?:in|at|from)\s+(?:the\s+)?", text):
        if cue["written"] or found or re.search(_PAPERS, text[: cue.start()], re.IGNORECASE):
            tokens = list(re.finditer(r"[\w&/'’.:-]+", text[cue.end() :]))[:_MOST_IN_VENUE]
            for count in range(len(tokens), 0, -1):
                start, end = cue.end() + tokens[0].start(), cue.end() + tokens[count - 1].end()
                if _published(text[start:end], known, sure=bool(cue["written"])):
                    return _at(text, cue.start(), start, end, known)
    for cue in re.finditer(rf"\b(\w+)(?:\s+{_YEAR})?(?=\s+{_MANY_PAPERS})", text):
        if _published(cue[1], known, sure=False):
            return _at(text, cue.start(), *cue.span(1), known)
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

_CUES: tuple[tuple[str, Callable[[int, int], Filter]], ...] = (
    (rf"between\s+{_YEAR}\s+and\s+{_YEAR}", lambda a, b: Filter(min(a, b), max(a, b))),
    (
        rf"(?:from|in|during)\s+{_YEAR}\s*(?:-|–|to|until|till|through)\s*{_YEAR}",
        lambda a, b: Filter(min(a, b), max(a, b)),
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
    beside = bool(cue["written"]) or re.search(rf"(?:{_PAPERS}|\b{_SAY})\s+$", before, re.I)
    single = wanted.first_year == wanted.last_year
    if beside or (found and not single):
        return bool(found) or bool(cue["written"] or re.search(_PAPERS + r"\s+$", before, re.I))
    opens = not before.strip() and text[cue.end() :].lstrip().startswith(",")
    spoken = re.search(rf"{_PAPERS}\b|{_WRITTEN}\b|\bsaid\b|\bsays?\b", before, re.I)
    return bool(found or opens or (spoken and not single)) and known.papers(wanted) > 0


def _knows_years(known: Known) -> bool:
    return known.papers(Filter(first_year=1)) > 0
