"""Finds authors in a question: "by Smith", "what did Smith et al. say", "Smith's papers". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.index.filters import respelled
from rag.query.metadata.phrases import (
    ACCORDING_TO,
    AND_OTHERS,
    GROUP,
    PAPERS,
    SAY,
    WRITTEN,
    YEAR,
    LibraryFacts,
    Phrase,
)
from rag.query.metadata.verbs import verb_follows
from rag.text.lexicons import function_words, lexicon
from rag.text.names.person_names import PARTICLES
from rag.text.words import fold
from rag.types import Filter

_MOST_IN_NAME = 4  # words
_NAMES_TOO = lexicon("names_too")
# Words that end a name in small letters, or that begin a question with a capital.
_NO_NAME = (
    function_words() | lexicon("asking_words", "paper_words", "saying_verbs", "name_enders")
) - _NAMES_TOO
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_IN_YEAR = rf",?\s*\(?(?P<year>{YEAR})\b\)?"
# "et al.", "et al.'s", "et al. (2021)", "and colleagues"
_ET_AL = rf"(?P<al>{AND_OTHERS})(?:(?P<own>['’]s)|{_IN_YEAR})?"
_GROUP_OF = re.compile(
    rf"the\s+(?:{GROUP}|authors?|papers?|study|work)\s+(?:of|by|from|around)\s+"
    r"|(?:dr|prof|professor|mr|mrs|ms)\b\.?\s+",
    re.IGNORECASE,
)
_POSSESSED = rf"['’]s?\s+(?:(?:new|recent|latest)\s+)?(?:(?={PAPERS})|(?=(?P<any>\w)))"
# What an author has in a paper: "the results of Smith".
_OWN = (
    r"(?:approach|articles?|conclusions?|data|experiments?|findings?|idea|methods?|models?|papers?"
    r"|results?|study|team|trial|view|work)"
)
_BY = rf"(?:{PAPERS}|\b(?:any|some)thing|\b(?:is|are|was|were|been)\s+\w+|\b{_OWN})"
_BEFORE_THEM = (
    "to|of|from|in|with|than|like|about|on|for|against|between|compare|describe|explain"
    "|summari[sz]e|cite|and"
)
# A verb of any kind before what is spoken of, and the question that it belongs to.
_ABOUT = re.compile(
    r"\s+(?:\w+ly\s+)?(?!not\b)(?P<verb>[a-z]+)(?=\s+(?:about|on|regarding|concerning)\b)"
)
_WHAT = re.compile(r"\bwhat\b[^.?!]*$", re.IGNORECASE)
# "did Smith find", "tell me what Smith found"
_ASKED = r"\b(?:did|do|does|has|have|had|(?<=\w\s)(?:what|how|why))\s+"
_ENDS = re.compile(r"\W*(?:$|\s(?:about|on|in|regarding|concerning)\b)")
_WRITING = lexicon("writing_verbs")
_ACCORDING = re.compile(rf"{ACCORDING_TO}$", re.IGNORECASE)
_PLURAL = {"has": "have", "does": "do", "is": "are", "was": "were"}


def find_authors(text: str, library: LibraryFacts, _: Filter) -> Phrase | None:
    """The first phrase that names authors of the library's papers."""
    for phrase, explicit in _author_phrases(text):
        if explicit:
            phrase = replace(phrase, filter=respelled(phrase.filter, library.matching))
        names = phrase.filter.authors
        written = [library.matching(Filter(authors=(name,))) for name in names]
        if all(written) and (explicit or sum(written) > library.mentioning(names[-1])):
            wanted = replace(phrase.filter, authors=names)
            wanted = wanted if library.has_years else Filter(authors=names)
            return _with_plain_verb(text, replace(phrase, filter=wanted))
    return None


def _with_plain_verb(text: str, phrase: Phrase) -> Phrase:
    """The phrase with the verb after it, where that only leads to what it is about.

    "What did Smith report about gates?" becomes "What did they say about gates?".
    """
    verb = _ABOUT.match(text, phrase.end)
    leads = verb and verb["verb"] not in _WRITING and _WHAT.search(text[: phrase.start])
    if verb and leads and phrase.instead.lower().endswith("they"):
        say = "said" if re.match("ha(?:ve|d)", phrase.instead, re.IGNORECASE) else "say"
        return replace(phrase, end=verb.end(), instead=f"{phrase.instead} {say}")
    return phrase


def names_more_authors(rest: str, library: LibraryFacts) -> bool:
    """Whether the rest of a question names more authors."""
    names = {phrase.filter.authors for phrase, _ in _author_phrases(rest)}
    if any(library.matching(Filter(authors=authors)) for authors in names):
        return True
    words = {re.sub(r"['’]s?$", "", token[0]) for token in _WORD.finditer(rest)}
    capitals = [word for word in words if word[:1].isupper() and _in_name(word, True)]
    written = ((word, library.matching(Filter(authors=(word,)))) for word in capitals)
    return any(papers and papers > library.mentioning(word) for word, papers in written)


def _author_phrases(text: str) -> Iterator[tuple[Phrase, bool]]:
    """Every phrase that may name authors, and whether its form alone shows that it does."""
    for phrases in (_with_others, _with_year, _who_wrote, _who_said, _whose):
        yield from phrases(text)


def _with_others(text: str) -> Iterator[tuple[Phrase, bool]]:
    """ "Smith et al.", "Smith and colleagues", "Smith's group"."""
    for al in re.finditer(_ET_AL, text):
        start = _name_before(text, al.start())
        if start is not None:
            phrase = _people(text, start, al.start(), al.end(), "their" if al["own"] else "they")
            yield _dated(phrase, al["year"]), " al" in al["al"]


def _with_year(text: str) -> Iterator[tuple[Phrase, bool]]:
    """ "Smith (2021)", "Smith and Müller, 2021"; whether they wrote in that year is the test."""
    for year in re.finditer(_IN_YEAR, text):
        start = _names_before(text, year.start())
        if start is not None:
            phrase = _people(text, start, year.start(), year.end(), "they")
            yield _dated(phrase, year["year"]), False


def _who_wrote(text: str) -> Iterator[tuple[Phrase, bool]]:
    """ "papers by Smith", "written by Smith", "was found by Smith"."""
    for by in re.finditer(rf"(?P<written>{WRITTEN}\s+)?\bby\s+", text, re.IGNORECASE):
        before = text[: by.start()]
        end = _names_after(text, by.end())
        beside = by["written"] or re.search(rf"{_BY}\s+$", before, re.IGNORECASE)
        if end is not None and (beside or re.search(_BY, before, re.IGNORECASE)):
            phrase = _people(text, by.end(), end, end, "")
            yield replace(phrase, start=by.start()), bool(beside)


def _who_said(text: str) -> Iterator[tuple[Phrase, bool]]:
    """ "did Smith" with any verb behind it, "did the team of Smith", "according to Smith"."""
    for verb in re.finditer(_ASKED, text, re.IGNORECASE):
        group = _GROUP_OF.match(text, verb.end())
        start = group.end() if group else verb.end()
        end = _names_after(text, start)
        small = text[start : start + 1].islower()
        says = re.match(rf"\s+{SAY}", text[end:]) if end is not None and small else None
        if end is not None and (says or (not small and verb_follows(text, verb, end))):
            yield _from(verb.end(), _people(text, start, end, end, "they")), False
        elif end is not None and small and _ENDS.match(text, end):
            # "what did smith measure": the last of these words may be a verb.
            name = text[start:end].rpartition(" ")[0].rstrip()
            if name and _WHAT.search(text[: verb.start()]):
                yield _people(text, start, start + len(name), start + len(name), "they"), False
    for cue in re.finditer(ACCORDING_TO, text, re.IGNORECASE):
        end = _names_after(text, cue.end())
        if end is not None and text[cue.end()].isupper():
            yield _people(text, cue.end(), end, end, ""), False


def _whose(text: str) -> Iterator[tuple[Phrase, bool]]:
    """ "Smith's results", "the results of Smith", "the Smith paper"."""
    for own in re.finditer(_POSSESSED, text):
        start = _name_before(text, own.start())
        if start is not None and (own["any"] is None or text[start].isupper()):
            yield _people(text, start, own.start(), own.end(), "their"), False
    for of in re.finditer(rf"\b{_OWN}\s+(?:of|from)\s+", text, re.IGNORECASE):
        end = _names_after(text, of.end())
        if end is not None and text[of.end()].isupper():
            yield _people(text, of.end(), end, end, "they"), False
    for paper in re.finditer(
        rf"\bthe\s+(?=[^\W\d_]+\s+(?:{PAPERS}\b|{GROUP}))", text, re.IGNORECASE
    ):
        end = _name_after(text, paper.end())
        if end is not None and text[paper.end()].isupper():
            yield _from(paper.start(), _people(text, paper.end(), end, end, "their")), False


def _dated(phrase: Phrase, year: str | None) -> Phrase:
    first = int(year) if year else None
    return replace(phrase, filter=replace(phrase.filter, first_year=first, last_year=first))


def _from(start: int, phrase: Phrase) -> Phrase:
    """The phrase, which begins earlier, as the subject of its sentence."""
    instead = "they" if phrase.instead == "them" else phrase.instead
    return replace(phrase, start=min(start, phrase.start), instead=instead)


def _people(text: str, start: int, end: int, after: int, instead: str) -> Phrase:
    """The phrase that names ``text[start:end]`` and ends at ``after``."""
    names = re.split(r"\s*(?:,|&|\band\b|\bor\b)\s*", text[start:end])
    authors = tuple(name.strip(" .") for name in names if name.strip(" ."))
    if re.search(r"\bby\s+$", text[:start], re.IGNORECASE):
        written = re.search(rf"(?:{WRITTEN}\s+)?\bby\s+$", text[:start], re.IGNORECASE)
        return Phrase(written.start() if written else start, after, "", Filter(authors=authors))
    if cue := _ACCORDING.search(text[:start]):
        comma = re.compile(r"\s*,\s*").match(text, after)
        return Phrase(cue.start(), comma.end() if comma else after, "", Filter(authors=authors))
    if instead == "they":
        start, instead = _pronoun(text, start)
    return Phrase(start, after, instead, Filter(authors=authors))


def _pronoun(text: str, start: int) -> tuple[int, str]:
    """The pronoun that replaces the names at ``start``, and its place: "has Smith": "have they"."""
    before = text[:start]
    if re.search(rf"\b(?:{_BEFORE_THEM})\s+$", before, re.IGNORECASE):
        return start, "them"
    verb = re.search(rf"\b({'|'.join(_PLURAL)})\s+$", before, re.IGNORECASE)
    if verb is None:
        return start, "they"
    plural = _PLURAL[fold(verb[1])]
    return verb.start(), f"{plural.capitalize() if verb[1][0].isupper() else plural} they"


def _names_after(text: str, start: int) -> int | None:
    """The end of the name that begins at ``start``, or of several names joined by "and"."""
    end = _name_after(text, start)
    while end is not None:
        joint = re.match(r"\s*(?:,|&|,?\s*\b(?:and|or)\b)\s*", text[end:])
        following = _name_after(text, end + joint.end()) if joint else None
        if joint is None or following is None or not text[end + joint.end()].isupper():
            break
        end = following
    return end


def _names_before(text: str, end: int) -> int | None:
    """The start of the name with a capital that ends at ``end``, or of several joined by "and"."""
    start = _name_before(text, end)
    if start is None or not text[start].isupper():
        return None
    while joint := re.search(r"\s*(?:,|&|\band\b)\s*$", text[:start]):
        before = _name_before(text, joint.start())
        if before is None or not text[before].isupper():
            break
        start = before
    return start


def _name_after(text: str, start: int) -> int | None:
    capital, end = text[start : start + 1].isupper(), start
    for count, token in enumerate(_WORD.finditer(text, start)):
        if text[end : token.start()].strip() or not _in_name(token[0], capital):
            break
        if count == _MOST_IN_NAME:
            return None  # no name has so many words
        end = token.end()
    name = text[start:end].rstrip()
    if re.search(r"['’]s?$", name) or not name:
        return None
    return end


def _name_before(text: str, end: int) -> int | None:
    """The start of the name that ends at ``end``."""
    start = end
    tokens = list(_WORD.finditer(text, 0, end))[-_MOST_IN_NAME:]
    capital = bool(tokens) and tokens[-1][0][0].isupper()
    for token in reversed(tokens):
        if text[token.end() : start].strip() or not _in_name(token[0], capital):
            break
        start = token.start()
    return start if start < end else None


def _in_name(word: str, capital: bool) -> bool:
    """Whether a word may be part of a name; ``capital``: of a name that begins with a capital.

    Some words are names only with a capital: "he" is not a name, "He" may be one.
    """
    plain = word.lower().strip(".")
    if plain in _NO_NAME or word in _NAMES_TOO:
        return False
    return not capital or word[0].isupper() or plain in PARTICLES
