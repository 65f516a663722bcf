"""The authors that a question names, as the library's records write them.

A name counts without case and accents, by its family name or any later word ("Quispe" of "Carlos
Quispe Mamani"), with a given name or initial if one stands beside it; a given name alone counts
after words such as "by". A slip is mended by rapidfuzz against the authors' names. Family names
that are everyday words ("Park") count only with a capital or after such words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.answering.telling.asked.persons import Person, distinct_people
from rag.index.library import Library
from rag.query.metadata.phrases import ACCORDING_TO, AND_OTHERS, ASKED_OF
from rag.text.english import is_english, is_everyday, near_english
from rag.text.lexicons import function_words, lexicon
from rag.text.names.coined_names import is_coined_name
from rag.text.names.person_names import PARTICLES, name_of, spellings
from rag.text.words import fold, words_of

_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?\.?")
# Before a name: "by Müller", "did Müller write".
_CUE = re.compile(
    r"\b(?:by|did|has|have|does|is|was|from|with|author|authors|dr|prof|professor|named|called|or|and)"
    r"\.?\s+$",
    re.IGNORECASE,
)
# What stands only before an author; after the other words a name may be anything.
_WRITES = re.compile(r"\b(?:by|did|authors?|dr|prof|professor|named|called)\.?\s+$", re.IGNORECASE)
# Names that no record has: words with capitals after "by", before "et al.", in "did X write", "X's
# papers", "the X and Y paper"; a name in small letters only at the end, after "papers by".
_CAPITAL = r"(?-i:[A-ZÀ-Þ])[\w’'-]*\.?"
_CAPITALS = rf"({_CAPITAL}(?:\s+(?:{_CAPITAL}|(?:d[aeiou]s?|van|von|der|ter)\b)){{0,3}})"
_VERB = r"(?=\s+(?:ever|also|write|written|wrote|author|co-?author|work|the\s|an?\s|involved|in\s))"
_AUXILIARY = r"\b(?:did|has|have|does|was|is|are|were)"
_AND_ANOTHER = r"(?:\s*\([^)]*\))?(?:\s+and\s+[A-Z]\w+)?"
_UNKNOWN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:by|named|called|dr\.?|prof\.?|professor)\s+{_CAPITALS}",
        rf"{_AUXILIARY}\s+{_CAPITALS}{_AND_ANOTHER}{_VERB}",
        rf"\b(?:has|have|did)\s+{_CAPITALS}(?=\s+publish)",
        rf"{_CAPITALS}\s+et\.?\s+al\b",
        rf"{_CAPITALS}['’]s\s+(?:other\s+)?(?:papers?|works?)\b",
        rf"{_CAPITALS}\s+and\s+(?-i:[A-Z])\w+\s+(?:papers?|study|article)\b",
        r"\b(?:papers?|articles?|anything|something|works?|written|else)\s+by\s+([^\W\d_]+)\W*$",
        r"\b([^\W\d_]+)\s+et\.?\s+al\b",
    )
)
# The same for a name that stands nowhere, as it may else be anything: "What did Smith measure?".
_UNKNOWN_NOWHERE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{ASKED_OF}{_CAPITALS}(?=\s+(?-i:[a-z]))",
        rf"{ACCORDING_TO}{_CAPITALS}",
    )
)
_AND_MORE = re.compile(rf"\s*(?:,|and|or|&)\s+(?i:{_CAPITALS})")
_LIKE, _LIKE_SHORT = 0.79, 6  # a shorter name must follow a cue to be mended
_SHORTEST = 5
_SHORT_PART = 3  # of a family name in two words
_NO_NAME = function_words() | lexicon(
    "asking_words", "paper_words", "saying_verbs", "name_enders", "record_words", "record_fields"
)


def people_in(library: Library, text: str) -> list[Person]:
    """The authors that a text names, in its order; first those that the records have."""
    found = _alone(library, text) or _Reader(library, text).people()
    spans = [span for pattern in _UNKNOWN for span in _unknown_spans(pattern, text)]
    rarer = [span for pattern in _UNKNOWN_NOWHERE for span in _unknown_spans(pattern, text)]
    spans += [span for span in rarer if _stands_nowhere(library, text[slice(*span)])]
    for start, end in spans:
        end -= len(re.search(r"(?:['’]s?)?$", text[start:end])[0])  # type: ignore[index]
        written = text[start:end]
        free = all(end <= person.start or start >= person.end for person in found)
        if free and _is_name(library, written):
            found.append(Person(written, start, end))
    return sorted((_with_others(text, one) for one in found), key=lambda person: person.start)


def _alone(library: Library, text: str) -> list[Person]:
    """The author whose family name is the whole text, as "May": there no word is a small one."""
    name = text.strip(" .?!")
    authors = library.authors.get(fold(name), frozenset())
    meant = bool(authors) and name[0].isupper() and not _stands(library, name)
    start = text.index(name)
    return [Person(name, start, start + len(name), authors)] if meant else []


def _with_others(text: str, person: Person) -> Person:
    """The person with "et al." or "and colleagues" behind the name."""
    others = re.compile(AND_OTHERS).match(text, person.end)
    return replace(person, end=others.end()) if others else person


def _unknown_spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where a pattern finds names, and those that follow them after "and"."""
    for match in pattern.finditer(text):
        start, end = match.span(1)
        yield start, start + len(match[1].rstrip(" .,'’"))
        while more := _AND_MORE.match(text, end):
            start, end = more.span(1)
            yield start, start + len(more[1].rstrip(" .,'’"))


class _Reader:
    """Reads the names in a text that the library's records have, perhaps with a slip."""

    def __init__(self, library: Library, text: str) -> None:
        self._library = library
        self._text = text
        self._tokens = list(_WORD.finditer(text))

    def people(self) -> list[Person]:
        """The people named, in order."""
        found: list[Person] = []
        for at in range(len(self._tokens)):
            if not found or self._tokens[at].start() >= found[-1].end:
                person = self._person_at(at)
                if person is not None:
                    found.append(person)
        return found

    def _person_at(self, at: int) -> Person | None:
        """The author with the family name at this place, with what belongs to the name."""
        word = re.sub(r"['’]s?$", "", self._tokens[at].group().rstrip("."))
        first = at - self._particles_before(at)
        joined = self._joined(at, word)
        first = at - 1 if joined else first
        start, end = self._tokens[first].start(), self._tokens[at].start() + len(word)
        cued = bool(_CUE.search(self._text[:start]))
        authors, mended = joined or _authors_of(self._library, word), False
        if not authors and cued and not self._beside_name(at):
            authors = _called(self._library, word)
        if not authors:
            authors, mended = _mended(self._library, word, cued), True
        if not authors:
            return None
        given = self._tokens[first - 1] if first and self._touch(first - 1, start) else None
        if given is not None and given.group() in function_words():
            given = None  # "a Müller" is not A. Müller
        if given is not None and (with_given := _agreeing(authors, given.group())):
            person = Person(self._text[given.start() : end], given.start(), end, with_given, mended)
        elif (last := self._given_behind(at, authors)) is not None:
            with_given = _agreeing(authors, last.group())
            return Person(self._text[start : last.end()], start, last.end(), with_given, mended)
        elif not (mended or self._is_meant(word, start)):
            return None
        elif given is not None and _looks_given(self._library, given.group()):
            # "Peter Müller" is neither Anna nor Jörg.
            return Person(self._text[given.start() : end], given.start(), end)
        else:
            person = Person(self._text[start:end], start, end, authors, mended)
        return self._with_further_names(person, at)

    def _is_meant(self, word: str, start: int) -> bool:
        """Whether a word that is a family name is meant as one, and not as an everyday word."""
        capital = word[0].isupper() and start > 0
        by = re.search(r"\bby\s+$", self._text[:start], re.IGNORECASE)
        common = _is_word(self._library, word) or is_everyday(word)
        if word.isupper() and len(word) > 1 and not self._text.isupper() and common:
            return bool(_WRITES.search(self._text[:start]))  # "use BERT", where a Bert has written
        return capital or bool(by) or not common

    def _joined(self, at: int, word: str) -> frozenset[str]:
        """The authors whose family name is written as this word and a short one before it."""
        before = fold(self._tokens[at - 1].group()) if at else ""
        beside = at and self._touch(at - 1, self._tokens[at].start())
        if not (beside and len(before) <= _SHORT_PART):
            return frozenset()
        return self._library.authors.get(before + fold(word), frozenset())  # "o rourke"

    def _beside_name(self, at: int) -> bool:
        """Whether the next word is a family name, or has a capital as this one does."""
        following = (token.group() for token in self._tokens[at + 1 :])
        behind = next((word for word in following if fold(word) not in PARTICLES), "-")
        token = self._tokens[at].group()
        capitals = token[0].isupper() and behind[0].isupper()
        return capitals or bool(_authors_of(self._library, behind))

    def _given_behind(self, at: int, authors: frozenset[str]) -> re.Match[str] | None:
        """The given name after a family name: "Müller, Anna"."""
        if at + 1 == len(self._tokens):
            return None
        token, behind = self._tokens[at], self._tokens[at + 1]
        between = self._text[token.end() : behind.start()].strip()
        alike = behind.group()[0].isupper() == token.group()[0].isupper()
        fits = between in ("", ",") and alike and _agreeing(authors, behind.group())
        return behind if fits else None

    def _with_further_names(self, person: Person, at: int) -> Person:
        """The same with the next words, where they are names of the same authors, too."""
        for token in self._tokens[at + 1 :]:
            beside = not self._text[person.end : token.start()].strip()
            word = re.sub(r"['’]s?$", "", token.group())
            authors = _authors_of(self._library, word) & person.authors
            if not (beside and authors):
                break
            end = token.start() + len(word)
            written = self._text[person.start : end]
            person = replace(person, written=written, end=end, authors=authors)
        return person

    def _particles_before(self, at: int) -> int:
        """How many particles ("van der") stand before the word."""
        first = at
        while (
            first
            and fold(self._tokens[first - 1].group()) in PARTICLES
            and self._touch(first - 1, self._tokens[first].start())
        ):
            first -= 1
        return at - first

    def _touch(self, at: int, start: int) -> bool:
        """Whether nothing but space is between a word and the place ``start``."""
        return not self._text[self._tokens[at].end() : start].strip()


def _looks_given(library: Library, word: str) -> bool:
    """Whether a word with a capital may be a given name: no word of questions or papers."""
    word = word.rstrip(".")
    known = word.lower() in _NO_NAME or _is_word(library, word) or fold(word) in library.authors
    return word[0].isupper() and not known


def _authors_of(library: Library, word: str) -> frozenset[str]:
    """The authors with this word in their names; "Mueller" is Müller, too."""
    parts = words_of(word)
    if len(parts) > 1:  # Lacroix-Tremblay
        found = [library.authors.get(part, frozenset[str]()) for part in parts]
        return frozenset.intersection(*found)
    folded = fold(word).rstrip(".")
    if folded in PARTICLES or len(folded) < 2 or folded in _NO_NAME:
        return frozenset()
    written = [library.authors.get(way, frozenset[str]()) for way in spellings(word.rstrip("."))]
    plain = re.sub(r"(?<=[aou])e(?!$)", "", folded)
    return frozenset().union(*written) or library.authors.get(plain) or frozenset()


def _called(library: Library, word: str) -> frozenset[str]:
    """The authors with this given name, if they are one person and the word is nothing else."""
    folded = fold(word)
    if folded in _NO_NAME or is_everyday(word) or _is_word(library, word):
        return frozenset()
    authors = library.given_names.get(folded, frozenset())
    return authors if len(distinct_people(authors)) == 1 else frozenset()


def _mended(library: Library, word: str, cued: bool) -> frozenset[str]:
    """The authors whose name is all but spelled like this word, which stands nowhere."""
    folded = fold(word)
    shortest = _SHORTEST if cued else _LIKE_SHORT
    if len(folded) < shortest or folded in _NO_NAME or _is_word(library, word):
        return frozenset()
    if is_english(folded) or (not cued and near_english(folded, 1)):
        return frozenset()  # rather an English word, or a slip in one
    near = process.extractOne(
        folded, library.authors.keys(), scorer=OSA.normalized_similarity, score_cutoff=_LIKE
    )
    return library.authors[near[0]] if near and near[0] not in PARTICLES else frozenset()


def _agreeing(authors: frozenset[str], given: str) -> frozenset[str]:
    """Those of the authors who have this given name or initial."""
    first = next(iter(words_of(given)), "")

    def agrees(own: str) -> bool:
        initials = 1 in (len(own), len(first)) and own[:1] == first[:1]
        return bool(own and first) and (own == first or initials)

    return frozenset(author for author in authors if agrees(name_of(author).given))


def _stands(library: Library, word: str) -> bool:
    """Whether a paper's text has the word; small words such as "may" are not looked for."""
    return any(map(library.lexical.frequency, library.lexical.terms(word)))


def _is_word(library: Library, word: str) -> bool:
    """Whether the papers' texts have the word, so that it may not be meant as a name."""
    return not library.lexical.terms(word) or _stands(library, word)


def _stands_nowhere(library: Library, written: str) -> bool:
    """Whether a text is a plain name of which the papers have no word."""
    words = written.split()
    return not any(_is_word(library, word) or is_coined_name(word) for word in words)


def _is_name(library: Library, written: str) -> bool:
    """Whether a text that no record has as an author may still be meant as one."""
    words = written.split()
    if not words or any(fold(word).strip(".") in _NO_NAME for word in words):
        return False
    capital = all(w[0].isupper() or fold(w) in PARTICLES for w in words)
    return capital or not any(_is_word(library, word) for word in words)
