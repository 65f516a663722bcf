"""The keys of a record that are compared to decide whether two records are the same paper. Pure."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.corpus.record import Record
from rag.text.languages import LETTERS, language_in
from rag.text.lexicons import function_words
from rag.text.names.people import is_collective
from rag.text.names.person_names import name_of
from rag.text.names.titles import work_name
from rag.text.words import PLAIN_LETTERS, words_of

# Accents are handled first, while they are next to their letter: \'e, \"{o}, \v{c}.
_ACCENT = re.compile(r"""\\(?:['"`^~=.]|[cvuHkrbdt](?=\{))\s*\{?\\?([A-Za-z])\}?""")
_FONT = re.compile(
    r"\\(?:emph|text[a-z]*|math[a-z]*|bf|it|rm|sc|tt|ensuremath|operatorname|left|right)\b\*?"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
# Names of one letter and a symbol: C++, C#, B+ and B- mesons.
_LETTER_AND_SYMBOL = re.compile(r"(?<![^\W_])[^\W\d_](?:\+\+|[+#]|[-–−](?![^\W_]))")
_MINUS = str.maketrans("–−", "--")
_ROMAN = re.compile(r"(?:x{0,3})(?:ix|iv|v?i{1,3}|v)|x{1,3}")
_NUMERALS = {"i": 1, "v": 5, "x": 10}
_COUNTED = {
    word: str(number)
    for words in ("one two three four five six seven eight nine ten", "first second third")
    for number, word in enumerate(words.split(), start=1)
}
_PARTS = frozenset("part parts chapter volume vol paper type section lecture case phase".split())
_LETTERS: dict[int, str] = PLAIN_LETTERS | str.maketrans({"&": " and ", "~": " "})
_GREEK = {
    chr(code): " " + unicodedata.name(chr(code)).rsplit(" ", 1)[-1].lower() + " "
    for code in range(0x3B1, 0x3CA)
    if code != 0x3C2
}
_GREEK["ς"] = _GREEK["σ"]
_GREEK_TABLE: dict[int, str] = str.maketrans(_GREEK)

# Words of titles about another paper. Two records of one paper have the same ones.
_MARKERS = frozenset(
    "erratum errata corrigendum corrigenda correction comment comments commentary reply response "
    "retraction retracted addendum rejoinder discussion editorial supplement supplementary "
    "supplemental appendix withdrawn review".split()
)
_NOTICES = frozenset(
    "erratum errata corrigendum corrigenda correction retraction reply comment comments response "
    "rejoinder addendum".split()
)
# Titles of three words and more that many papers share, as words in a row.
_GENERIC = frozenset(
    "call for papers|editor s note|introduction to the special issue|"
    "introduction to this special issue|letter to the editor|letters to the editor|"
    "note from the editor|table of contents".split("|")
)
_SKETCH = 2  # shingles
_FEWEST_WORDS = 5  # to tell a language by
_TOLD = 500  # characters of an abstract, enough to tell its language
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class MatchKeys:
    """A record with its keys; each is computed when it is first needed."""

    record: Record

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The title's words: lower case, without accents and markup, Greek letters by name."""
        return tuple(_WORD.findall(_plain(self.record.title)))

    @cached_property
    def squeezed(self) -> str:
        """The title's letters and digits only."""
        return "".join(self.words)

    @property
    def cut(self) -> bool:
        """Whether the title ends in dots."""
        return self.record.title.rstrip(" }").endswith(("...", "…"))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The title's numbers in digits, also of Roman numerals and words; letters of parts."""
        found = [digits.lstrip("0") for digits in _DIGITS.findall(" ".join(self.words))]
        last = len(self.words) - 1
        for at, word in enumerate(self.words):
            # One letter is a number only after a word for parts, "Part I", "type B", or at the end.
            part = len(word) == 1 and at > 0 and self.words[at - 1] in _PARTS
            if word in _COUNTED:
                found.append(_COUNTED[word])
            elif _ROMAN.fullmatch(word) and (len(word) > 1 or part or at == last):
                found.append(_roman(word))
            elif part and word.isalpha():
                found.append(word)
        return tuple(sorted(found))

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The title's names of one letter and a symbol, which are not among its words: c++, b-."""
        return tuple(
            sorted(_LETTER_AND_SYMBOL.findall(_plain(self.record.title).translate(_MINUS)))
        )

    @cached_property
    def name(self) -> str:
        """The part before a colon, if that is a name ("TOMCAT: Test-time ..."); else empty."""
        return squeeze(work_name(self.record.title))

    @cached_property
    def markers(self) -> frozenset[str]:
        """The title's words that mark it as about another paper, such as "erratum"."""
        return _MARKERS.intersection(self.words)

    @cached_property
    def content(self) -> frozenset[str]:
        """The title's words of three letters and more, without those of grammar."""
        return frozenset(w for w in self.words if len(w) > 2 and w not in function_words())

    @property
    def bracketed(self) -> bool:
        """Whether the title is a translation, which PubMed puts into brackets."""
        title = self.record.title.rstrip(". ")
        return title.startswith("[") and title.endswith("]")

    @cached_property
    def language(self) -> str:
        """The language of title and abstract, empty for English and where it cannot be told."""
        words = LETTERS.findall(f"{self.record.title} {self.record.abstract[:_TOLD]}")
        if len(words) < _FEWEST_WORDS and self.squeezed.isascii():
            return ""  # the name of a species may look like any language
        found = language_in(words, lambda word: word.lower() in function_words())
        return found.code if found else ""

    @property
    def notice(self) -> bool:
        """Whether the title begins as a notice about another paper, such as "Erratum to"."""
        return not _NOTICES.isdisjoint(self.words[:2])

    @cached_property
    def generic(self) -> bool:
        """Whether many papers have this title, such as "Introduction"."""
        few = len(self.words) < 3 and len(self.squeezed) < 20
        return few or " ".join(self.words) in _GENERIC

    @cached_property
    def of_people(self) -> MatchKeys:
        """The record with only people as its authors, no groups."""
        people = tuple(name for name in self.record.authors if not is_collective(name))
        whole = len(people) == len(self.record.authors)
        return self if whole else MatchKeys(replace(self.record, authors=people))

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The authors' family names, folded."""
        return tuple(name for name in map(_family, self.record.authors) if name)

    @cached_property
    def namings(self) -> Mapping[str, frozenset[str]]:
        """What each author may be called in another record, by the folded family name.

        The spellings of the family name, and all names together in any order, because "Li Xiaoming"
        and "Xiaoming Li" are one person.
        """
        found = ((_family(author), _namings(author)) for author in self.record.authors)
        return {family: frozenset((family, *namings)) for family, namings in found if family}

    @cached_property
    def abstract_words(self) -> frozenset[str]:
        """The abstract's words of four letters and more."""
        return frozenset(word for word in _abstract_words(self.record.abstract) if len(word) > 3)

    @cached_property
    def shingles(self) -> frozenset[int]:
        """Hashes of the abstract's runs of three words."""
        return frozenset(_shingles(self.record.abstract).tolist())

    def sketch(self) -> list[int]:
        """The smallest shingles, of which very similar abstracts have one in common. Not cached."""
        least: list[int] = _shingles(self.record.abstract)[:_SKETCH].tolist()
        return least


def squeeze(title: str) -> str:
    """The title's letters and digits, the same for two spellings of one title."""
    return "".join(_WORD.findall(_plain(title)))


def _roman(numeral: str) -> str:
    values = [_NUMERALS[letter] for letter in numeral]
    return str(sum(-a if a < b else a for a, b in zip(values, (*values[1:], 0), strict=True)))


def _plain(title: str) -> str:
    """The title in lower case and plain characters, as one types it."""
    if "\\" in title or "$" in title or "{" in title:
        title = _ACCENT.sub(r"\1", title)
        title = _FONT.sub("", title)
        title = _COMMAND.sub(r" \1 ", title)
        title = re.sub(r"[{}$^_\\]", "", title)
    if title.isascii():
        return title.lower().translate(_LETTERS)
    folded = unicodedata.normalize("NFKD", title.casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return bare.translate(_LETTERS | _GREEK_TABLE)


def _family(name: str) -> str:
    """The family name of "Ada Lovelace", "Lovelace, Ada", "Lovelace A" or "Lovelace A.-B."."""
    family, comma, _ = name.partition(",")
    parts = family.split()
    while not comma and len(parts) > 1 and _are_initials(parts[-1]):
        parts.pop()
    words: list[str] = _WORD.findall(_plain(" ".join(parts)))
    return words[-1] if words else ""


def _namings(name: str) -> Iterator[str]:
    yield from filter(None, name_of(name).families)
    words = ["".join(words_of(word)) for word in name.replace(",", " ").split()]
    if len(words) > 1 and all(len(word) > 1 for word in words):
        yield " ".join(sorted(words))


def _are_initials(name: str) -> bool:
    letters = re.sub(r"[.-]", "", name)
    return letters.isupper() and len(letters) <= 2


def _abstract_words(abstract: str) -> list[str]:
    return _WORD.findall(abstract.lower())


def _shingles(abstract: str) -> NDArray[np.uint64]:
    """A hash of each run of three words, each once, ascending."""
    words = np.array([_code(word) for word in _abstract_words(abstract)], dtype=np.uint64)
    if len(words) < 3:
        return words[:0]
    return np.unique((words[:-2] * _MULTIPLIER + words[1:-1]) * _MULTIPLIER + words[2:])


@lru_cache(maxsize=200_000)
def _code(word: str) -> int:
    """A hash that is the same in every run, unlike Python's own."""
    return zlib.crc32(word.encode())
