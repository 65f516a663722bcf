"""What people write of authors, venues, files and tags, made comparable. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

# Letters with no accent to drop that are written without their stroke all the same.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHES = str.maketrans("", "", "'’‘`ʼ")
_AFTER_NAME = frozenset(("jr", "sr", "ii", "iii", "iv"))
# They belong to the family name, and are left out as often as not: van der Maaten, Maaten.
_PARTICLES = frozenset("von van de der den del della di da dos du la le ter ten zu zur".split())
_ET_AL = re.compile(r"[\s,]+(?:et\.?\s+al\b.*|and (?:others|colleagues))$", re.IGNORECASE)
# Venues that people call by letters which sources seldom print, and words of their names in full.
_VENUES = (
    ("neurips", "neural information processing systems"),
    ("nips", "neural information processing systems"),
    ("icml", "international conference machine learning"),
    ("iclr", "international conference learning representations"),
    ("cvpr", "conference computer vision pattern recognition"),
    ("iccv", "international conference computer vision"),
    ("eccv", "european conference computer vision"),
    ("acl", "annual meeting association computational linguistics"),
    ("emnlp", "empirical methods natural language processing"),
    ("kdd", "knowledge discovery data mining"),
    ("jmlr", "journal machine learning research"),
    ("tpami", "transactions pattern analysis machine intelligence"),
    ("pnas", "proceedings national academy sciences"),
)
_CATALOGUE = re.compile(r"(\w{2,}):(?![\\/])")  # arxiv:QUERY, and no drive of a disk


@dataclass(frozen=True, slots=True)
class Name:
    """An author's name: the family name in one piece, and the first given name or its initial.

    Middle names are left out, in which sources differ the most.
    """

    family: str
    given: str


def fold(text: str) -> str:
    """Without case, accents and typographic variants of letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))
    return bare.casefold().translate(_PLAIN)


def words_of(text: str) -> list[str]:
    """The folded words; an apostrophe does not end one."""
    return re.findall(r"\w+", fold(text.translate(_APOSTROPHES)))


def name_of(author: str) -> Name:
    """The parts of "Ada Lovelace", "Lovelace, Ada", "A. Lovelace", "Lovelace" or "Lovelace et al.".

    The family name is empty where nothing is a letter.
    """
    family, comma, given = _ET_AL.sub("", author.strip()).partition(",")
    if comma and "".join(words_of(given)) not in _AFTER_NAME:
        family = f"{given} {family}"
    parts = [pieces for part in family.split() if (pieces := words_of(part))]
    while len(parts) > 1 and "".join(parts[-1]) in _AFTER_NAME:
        parts.pop()
    if not parts:
        return Name("", "")
    before = parts[:-1]
    while before and "".join(before[-1]) in _PARTICLES:
        before.pop()
    return Name("".join(parts[-1]), before[0][0] if before else "")


def venue_ways(venue: str) -> list[list[str]]:
    """Lists of words of which a venue must have one whole list to be the one that is wanted.

    The words themselves, and for well-known venues those of the name in full, or its letters.
    """
    words = words_of(venue)
    full = [name.split() for letters, name in _VENUES if words == [letters]]
    short = [[letters] for letters, name in _VENUES if set(words).issuperset(name.split())]
    return [ways for ways in (words, *full, *short) if ways]


def source_names(source: str) -> tuple[str, ...]:
    """What a source may be called, folded: ``a/b.zip!c/d.bib`` is also ``d.bib`` and ``b.zip``.

    Its path and its name; those of the archive and of the member where it is in one; the folder
    that it lies in; of a catalogue's answer also the catalogue's name.
    """
    catalogue = _CATALOGUE.match(source)
    if catalogue:
        return tuple(dict.fromkeys(fold(name) for name in (source, catalogue[1])))
    archive, mark, member = source.partition("!")
    outside = PurePath(archive)
    names = [source, archive, outside.name]
    names += [member, PurePath(member).name] if mark else []
    names += [str(outside.parent)] if outside.is_absolute() else []
    return tuple(dict.fromkeys(fold(name) for name in names if name))
