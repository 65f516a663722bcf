"""Splits names of people, however they are written, into parts that can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product

from rag.text.lexicons import lexicon, table
from rag.text.names.people import people
from rag.text.words import words_of

_SUFFIXES = lexicon("name_suffixes")
PARTICLES = lexicon("name_particles")
_MOST_SPELLINGS = 24
_CYRILLIC = "\u0400"  # from here on letters are replaced all together
_WORD = re.compile(r"[^\s,]+")
_PIECES = re.compile(r"[-–.]")
_ET_AL = re.compile(r"[\s,]+(?:et\.?\s+al\b.*|and (?:others|colleagues))$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """An author's name: the family name as one word, and the first given name or its initial.

    Middle names are left out: sources differ most in them. ``families`` are all spellings of the
    family name ("müller" is also "mueller"), ``givens`` of the given one ("xiao" of "Xiao-Ming" is
    also "xiaoming").
    """

    family: str
    given: str
    families: tuple[str, ...] = field(default=(), compare=False)
    givens: tuple[str, ...] = field(default=(), compare=False)


@lru_cache(maxsize=50_000)
def name_of(author: str) -> Name:
    """The parts of "Ada Lovelace", "Lovelace, Ada", "A. Lovelace", "Lovelace" or "Lovelace et al.".

    The family name is empty if the text has no letter.
    """
    [whole] = people([_ET_AL.sub("", author.strip())]) or ("",)
    parts = [part for part in re.split(r"[\s,]+", whole) if any(map(str.isalnum, part))]
    while len(parts) > 1 and "".join(words_of(parts[-1])) in _SUFFIXES:
        parts.pop()
    if not parts:
        return Name("", "")
    before = parts[:-1]
    while before and "".join(words_of(before[-1])) in PARTICLES:
        before.pop()
    families = spellings(parts[-1])
    givens = _givens(before[0]) if before else ()
    return Name(families[0], givens[0] if givens else "", families, givens)


def _givens(word: str) -> tuple[str, ...]:
    """The spellings of a given name: "Xiao-Ming" is Xiao and Xiaoming, but "J.-P." only J."""
    pieces = [piece for piece in _PIECES.split(word) if any(map(str.isalnum, piece))]
    whole = spellings(word) if len(pieces) > 1 and all(len(piece) > 1 for piece in pieces) else ()
    return tuple(dict.fromkeys((*spellings(pieces[0]), *whole))) if pieces else ()


def respellings(author: str) -> Iterator[str]:
    """The name with its family name as others write it without accents: Muller for Mueller.

    They may be names of other people, so they are for those whom nobody is called otherwise.
    """
    family = name_of(author).family
    words = [word for word in _WORD.finditer(author) if "".join(words_of(word[0])) == family]
    for word in words[-1:] if family else ():
        for short, long in (("u", "ue"), ("o", "oe"), ("a", "ae"), ("a", "aa")):
            for old, new in ((long, short), (short, long)):
                for found in re.finditer(old, word[0], re.IGNORECASE):
                    letter = new.capitalize() if found[0][0].isupper() else new
                    start, end = (word.start() + at for at in found.span())
                    yield f"{author[:start]}{letter}{author[end:]}"


def spellings(word: str) -> tuple[str, ...]:
    """The ways to write a name in plain letters, as one word; without its accents first."""
    if word.isascii():
        return ("".join(words_of(word)),)
    others = table("transliterations")
    letters = unicodedata.normalize("NFC", word).lower()
    ways = (
        others[letter]
        if letter in others and letter >= _CYRILLIC
        else (letter, *others.get(letter, ()))
        for letter in letters
    )
    written = map("".join, islice(product(*ways), _MOST_SPELLINGS))
    return tuple(dict.fromkeys("".join(words_of(way)) for way in (word, *written)))
