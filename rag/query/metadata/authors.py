"""Finds authors in a question: "by Smith", "what did Smith et al. say", "Smith's papers". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.index.filters import respelled
from rag.query.metadata.phrases import PAPERS, SAY, WRITTEN, YEAR, LibraryFacts, Phrase
from rag.text.lexicons import function_words, lexicon
from rag.text.person_names import PARTICLES
from rag.types import Filter

_MOST_IN_NAME = 4  # words
_NAMES_TOO = lexicon("names_too")
# Words that end a name in small letters, or that begin a question with a capital.
_NO_NAME = (
    function_words() | lexicon("asking_words", "paper_words", "saying_verbs", "name_enders")
) - _NAMES_TOO
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_BY = rf"(?:{PAPERS}|\b(?:any|some)thing)"
# "et al.", "et al.'s", "et al. (2021)", "et al., 2021"
_ET_AL = (
    r"\s+(?:et\.?\s+al\b\.?|and (?:colleagues|co-?workers))"
    rf"(?:(?P<own>['’]s)|,?\s*\(?(?P<year>{YEAR})\b\)?)?"
)
_BEFORE_THEM = (
    "to|of|from|in|with|than|like|about|on|for|against|between|compare|describe|explain"
    "|summari[sz]e|cite|and"
)
_PLURAL = {"has": "have", "does": "do", "is": "are", "was": "were"}


def find_authors(text: str, library: LibraryFacts, _: Filter) -> Phrase | None:
    """The first phrase that names authors of the library's papers."""
    for phrase, explicit in _author_phrases(text):
        if explicit:
            phrase = replace(phrase, filter=respelled(phrase.filter, library.matching))
        names = phrase.filter.authors
        written = [library.matching(Filter(authors=(name,))) for name in names]
        if all(written) and (explicit or sum(written) > library.mentioning(names[-1])):
            return phrase if library.has_years else replace(phrase, filter=Filter(authors=names))
    return None


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
    for al in re.finditer(_ET_AL, text):
        start = _name_before(text, al.start())
        if start is not None:
            phrase = _people(text, start, al.start(), al.end(), "their" if al["own"] else "they")
            year = int(al["year"]) if al["year"] else None
            dated = replace(phrase.filter, first_year=year, last_year=year)
            yield replace(phrase, filter=dated), True
    for by in re.finditer(rf"(?P<written>{WRITTEN}\s+)?\bby\s+", text, re.IGNORECASE):
        before = text[: by.start()]
        end = _names_after(text, by.end())
        beside = by["written"] or re.search(rf"{_BY}\s+$", before, re.IGNORECASE)
        if end is not None and (beside or re.search(_BY, before, re.IGNORECASE)):
            phrase = _people(text, by.end(), end, end, "")
            yield replace(phrase, start=by.start()), bool(beside)
    for verb in re.finditer(r"\b(?:did|do|does|has|have)\s+", text, re.IGNORECASE):
        end = _names_after(text, verb.end())
        if end is not None and re.match(rf"\s+{SAY}", text[end:], re.IGNORECASE):
            yield _people(text, verb.end(), end, end, "they"), False
    for own in re.finditer(rf"['’]s?\s+(?:(?:new|recent|latest)\s+)?(?={PAPERS})", text):
        start = _name_before(text, own.start())
        if start is not None:
            yield _people(text, start, own.start(), own.end(), "their"), False


def _people(text: str, start: int, end: int, after: int, instead: str) -> Phrase:
    """The phrase that names ``text[start:end]`` and ends at ``after``."""
    names = re.split(r"\s*(?:,|&|\band\b|\bor\b)\s*", text[start:end])
    authors = tuple(name.strip(" .") for name in names if name.strip(" ."))
    if re.search(r"\bby\s+$", text[:start], re.IGNORECASE):
        written = re.search(rf"(?:{WRITTEN}\s+)?\bby\s+$", text[:start], re.IGNORECASE)
        return Phrase(written.start() if written else start, after, "", Filter(authors=authors))
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
    plural = _PLURAL[verb[1].lower()]
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
