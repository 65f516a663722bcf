"""Splits names of people, however they are written, into parts that can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.lexicons import lexicon
from rag.text.words import words_of

_SUFFIXES = lexicon("name_suffixes")
PARTICLES = lexicon("name_particles")
_ET_AL = re.compile(r"[\s,]+(?:et\.?\s+al\b.*|and (?:others|colleagues))$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """An author's name: the family name as one word, and the first given name or its initial.

    Middle names are left out: sources differ most in them.
    """

    family: str
    given: str


def name_of(author: str) -> Name:
    """The parts of "Ada Lovelace", "Lovelace, Ada", "A. Lovelace", "Lovelace" or "Lovelace et al.".

    The family name is empty if the text has no letter.
    """
    family, comma, given = _ET_AL.sub("", author.strip()).partition(",")
    if comma and "".join(words_of(given)) not in _SUFFIXES:
        family = f"{given} {family}"
    parts = [folded for part in family.split() if (folded := words_of(part))]
    while len(parts) > 1 and "".join(parts[-1]) in _SUFFIXES:
        parts.pop()
    if not parts:
        return Name("", "")
    before = parts[:-1]
    while before and "".join(before[-1]) in PARTICLES:
        before.pop()
    return Name("".join(parts[-1]), before[0][0] if before else "")
