"""The authors that a question names, as the library's records write them.

A name counts without case and accents, by its family name or any later word ("Quispe" of "Carlos
Quispe Mamani"), with a given name or initial if one stands beside it. A slip is mended by
rapidfuzz against the authors' names. Family names that are everyday words ("Park") count only with
a capital or after words such as "by".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.index.filters import same_person
from rag.index.library import Library
from rag.text.lexicons import function_words, lexicon
from rag.text.person_names import PARTICLES, name_of
from rag.text.words import fold, words_of

_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?\.?")
# Before a name: "by Müller", "did Müller write".
_CUE = re.compile(
    r"\b(?:by|did|has|have|does|is|was|from|with|author|authors|dr|prof|professor|named|or|and)"
    r"\.?\s+$",
    re.IGNORECASE,
)
# Names that no record has: words with capitals after "by", before "et al.", in "did X write", "X's
# papers", "the X and Y paper"; a name in small letters only at the end, after "papers by".
_CAPITALS = (
    r"((?-i:[A-ZÀ-Þ])[\w’'-]*\.?(?:\s+(?:(?-i:[A-ZÀ-Þ])[\w’'-]*\.?|(?:d[aeiou]s?|van|von|der|ter)\b)){0,3})"
)
_VERB = r"(?=\s+(?:ever|also|write|written|wrote|author|co-?author|work|the\s|an?\s|involved|in\s))"
_UNKNOWN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:by|named|called|dr\.?|prof\.?|professor)\s+{_CAPITALS}",
        rf"\b(?:did|has|have|does|was|is|are|were)\s+{_CAPITALS}(?:\s*\([^)]*\))?(?:\s+and\s+[A-Z]\w+)?{_VERB}",
        rf"\b(?:has|have|did)\s+{_CAPITALS}(?=\s+publish)",
        rf"{_CAPITALS}\s+et\.?\s+al\b",
        rf"{_CAPITALS}['’]s\s+(?:other\s+)?(?:papers?|works?)\b",
        rf"{_CAPITALS}\s+and\s+(?-i:[A-Z])\w+\s+(?:papers?|study|article)\b",
        r"\b(?:papers?|articles?|anything|something|works?|written|else)\s+by\s+([^\W\d_]+)\W*$",
        r"\b([^\W\d_]+)\s+et\.?\s+al\b",
    )
)
_AND_MORE = re.compile(rf"\s*(?:,|and|or|&)\s+(?i:{_CAPITALS})")
_LIKE, _LIKE_SHORT = 0.8, 6  # a shorter name must follow a cue to be mended
_SHORTEST = 5
_NEAR = 0.45  # names this like an unknown one are offered
_NO_NAME = function_words() | lexicon(
    "asking_words", "paper_words", "saying_verbs", "name_enders", "record_words", "record_fields"
)


@dataclass(frozen=True, slots=True)
class Person:
    """An author that a question names: ``text[start:end]``.

    ``authors`` are the names in the library's records that it may be; none for a name that no
    record has. ``mended`` says that a slip in it was mended.
    """

    written: str
    start: int
    end: int
    authors: frozenset[str] = frozenset()
    mended: bool = False

    @property
    def name(self) -> str:
        """The name to show: the fullest of the records, or the written one."""
        return max(sorted(self.authors), key=len) if len(self.people) == 1 else self.written

    @property
    def people(self) -> list[list[str]]:
        """The names grouped by the persons that they belong to."""
        return distinct_people(self.authors)


def people_in(library: Library, text: str) -> list[Person]:
    """The authors that a text names, in its order; first those that the records have."""
    found = _known(library, text)
    spans = [span for pattern in _UNKNOWN for span in _unknown_spans(pattern, text)]
    for start, end in spans:
        end -= len(re.search(r"(?:['’]s?)?$", text[start:end])[0])  # type: ignore[index]
        written = text[start:end]
        free = all(end <= person.start or start >= person.end for person in found)
        if free and _is_name(library, written):
            found.append(Person(written, start, end))
    return sorted(found, key=lambda person: person.start)


def _unknown_spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where a pattern finds names, and those that follow them after "and"."""
    for match in pattern.finditer(text):
        start, end = match.span(1)
        yield start, start + len(match[1].rstrip(" .,'’"))
        while more := _AND_MORE.match(text, end):
            start, end = more.span(1)
            yield start, start + len(more[1].rstrip(" .,'’"))


def nearest_names(library: Library, written: str, most: int = 3) -> list[str]:
    """The authors whose names are most like one that no record has; perhaps none."""
    words = words_of(written)
    if not words:
        return []
    near = process.extract(
        words[-1],
        list(library.authors),
        scorer=OSA.normalized_similarity,
        score_cutoff=_NEAR,
        limit=most,
    )
    found = [min(library.authors[word], key=len) for word, _, _ in near]
    return list(dict.fromkeys(found))


def distinct_people(authors: Iterable[str]) -> list[list[str]]:
    """Names grouped by person: those with equal family names and agreeing given names.

    An initial that fits several full names belongs to the first of them.
    """
    people: list[list[str]] = []
    by_family: dict[str, list[list[str]]] = {}
    # Full names first, so that initials find them.
    for author in sorted(authors, key=lambda author: (-len(name_of(author).given), author)):
        same = by_family.setdefault(name_of(author).family, [])
        own = next((p for p in same if same_person(name_of(author), name_of(p[0]))), None)
        if own is None:
            own = []
            same.append(own)
            people.append(own)
        own.append(author)
    return people


def _known(library: Library, text: str) -> list[Person]:
    """Names that the library's records have, perhaps with a slip."""
    tokens = [match for match in _WORD.finditer(text)]
    found: list[Person] = []
    done = -1
    for at, token in enumerate(tokens):
        if at <= done:
            continue
        word = re.sub(r"['’]s?$", "", token.group().rstrip("."))
        person = _named_at(library, text, tokens, at, word)
        if person is None:
            continue
        # "Quispe Mamani": the next word belongs to the same authors.
        while at + 1 < len(tokens) and not text[person.end : tokens[at + 1].start()].strip():
            more = _authors_of(library, tokens[at + 1].group()) & person.authors
            if not more:
                break
            at += 1
            person = Person(
                text[person.start : tokens[at].end()], person.start, tokens[at].end(),
                more, person.mended,
            )  # fmt: skip
        done = at
        found.append(person)
    return found


def _named_at(
    library: Library, text: str, tokens: Sequence[re.Match[str]], at: int, word: str
) -> Person | None:
    """The author named by the word at this place, with the given name before or behind it."""
    token = tokens[at]
    end = token.start() + len(word)
    authors, mended = _authors_of(library, word), False
    first = at - _particles_before(text, tokens, at)
    start = tokens[first].start()
    cue = bool(_CUE.search(text[:start]))
    if not authors:
        authors, mended = _mended(library, word, cue), True
    if not authors:
        return None
    given = tokens[first - 1] if first and _is_beside(text, tokens[first - 1], start) else None
    with_given = _agreeing(authors, given.group()) if given else None
    if given is not None and with_given:
        return Person(text[given.start() : end], given.start(), end, with_given, mended)
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    if behind is not None and text[end : behind.start()].strip() in ("", ","):
        reversed_name = _agreeing(authors, behind.group())
        if reversed_name and behind.group()[0].isupper() == word[0].isupper():
            return Person(text[start : behind.end()], start, behind.end(), reversed_name, mended)
    capital = word[0].isupper() and (start > 0 or not _is_word(library, word))
    if not (capital or mended or cue or not _is_word(library, word)):
        return None
    if cue and not capital and not mended and _is_word(library, word) and not _by(text, start):
        return None
    other = given is not None and given.group()[0].isupper() and _looks_given(library, given)
    if other and given is not None and not _CUE.search(f"{given.group()} "):
        # "Peter Müller" is neither Anna nor Jörg.
        return Person(text[given.start() : end], given.start(), end)
    return Person(text[start:end], start, end, authors, mended)


def _by(text: str, start: int) -> bool:
    return bool(re.search(r"\bby\s+$", text[:start], re.IGNORECASE))


def _looks_given(library: Library, token: re.Match[str]) -> bool:
    """Whether a word with a capital may be a given name: no word of questions or papers."""
    word = token.group().rstrip(".")
    titles = {"dr", "prof", "professor", "mr", "mrs", "ms"}
    return (
        word.lower() not in _NO_NAME | titles
        and not _is_word(library, word)
        and not library.authors.get(fold(word))
    )


def _authors_of(library: Library, word: str) -> frozenset[str]:
    """The authors with this word in their names; "Mueller" is Müller, too."""
    parts = words_of(word)
    if len(parts) > 1:  # Lacroix-Tremblay
        found = [library.authors.get(part, frozenset[str]()) for part in parts]
        return frozenset.intersection(*found)
    folded = fold(word).rstrip(".")
    if folded in PARTICLES or len(folded) < 2 or folded in _NO_NAME:
        return frozenset()
    plain = re.sub(r"(?<=[aou])e(?!$)", "", folded)
    return library.authors.get(folded) or library.authors.get(plain) or frozenset()


def _mended(library: Library, word: str, cue: bool) -> frozenset[str]:
    """The authors whose name is all but spelled like this word, which stands nowhere."""
    folded = fold(word)
    shortest = _SHORTEST if cue else _LIKE_SHORT
    if len(folded) < shortest or folded in _NO_NAME or _is_word(library, word):
        return frozenset()
    near = process.extractOne(
        folded, library.authors.keys(), scorer=OSA.normalized_similarity, score_cutoff=_LIKE
    )
    return library.authors[near[0]] if near and near[0] not in PARTICLES else frozenset()


def _agreeing(authors: frozenset[str], given: str) -> frozenset[str]:
    """Those of the authors who have this given name or initial."""
    [*words] = words_of(given)
    if not words:
        return frozenset()
    first = words[0]
    names: Mapping[str, str] = {author: name_of(author).given for author in authors}
    return frozenset(
        author
        for author, own in names.items()
        if own and (own == first or (1 in (len(own), len(first)) and own[0] == first[0]))
    )


def _particles_before(text: str, tokens: Sequence[re.Match[str]], at: int) -> int:
    """How many particles ("van der") stand before the word."""
    count = 0
    while (
        count < at
        and fold(tokens[at - count - 1].group()) in PARTICLES
        and _is_beside(text, tokens[at - count - 1], tokens[at - count].start())
    ):
        count += 1
    return count


def _is_beside(text: str, token: re.Match[str], start: int) -> bool:
    return not text[token.end() : start].strip()


def _is_word(library: Library, word: str) -> bool:
    """Whether the papers' texts have the word, so that it may not be meant as a name."""
    terms = library.lexical.terms(word)
    return not terms or any(library.lexical.frequency(term) for term in terms)


def _is_name(library: Library, written: str) -> bool:
    """Whether a text that no record has as an author may still be meant as one."""
    words = written.split()
    if not words or any(fold(word).strip(".") in _NO_NAME for word in words):
        return False
    capital = all(w[0].isupper() or fold(w) in PARTICLES for w in words)
    return capital or not any(_is_word(library, word) for word in words)
