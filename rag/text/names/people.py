"""Puts names of people into one form: given names first, "R.K. Dahlia".

Sources write "Dahlia, Rosa K", "Dahlia R.K." (Ovid), "Dahlia RK" (PubMed), "Dahlia R K" (EPPI) and
"Rosa K. Dahlia". (nameparser takes "Dahlia R.K." for a person with the given name Dahlia.)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence, Set
from functools import lru_cache
from typing import Literal, TypeAlias

from rag.text.lexicons import lexicon

# How a name is written: "Dahlia, Rosa", "Rosa Dahlia", "Dahlia R.K.", "Dahlia RK"; "Xiu LI" may be
# the second or the last.
Order: TypeAlias = Literal["", "commas", "given first", "dotted", "initials last", "either"]
_MOST_BARE = 3  # initials without full stops; more are a word in capitals
_LONGEST = 300  # characters; a longer text is not a name
_SUFFIX = re.compile(r"(?:jr|sr|2nd|3rd|4th)\.?|II|III|IV", re.IGNORECASE)
# Marks of affiliations and of who is to be written to, an ORCID or a number in brackets.
_SIGNS = "*†‡§¶#¹²³⁴⁵⁶⁷⁸⁹⁰"
_MARKS = re.compile(
    rf"[\s,]*(?:[{_SIGNS}]+|[\[(]\s*\d[\dXx,\s-]*[\])]"
    r"|(?<=[^\WA-Z\d_]{2})\d{1,2}(?:\s*,\s*\d{1,2})*"  # "J. Doe1,2", not "HOVON65"
    r"|(?:(?<=[A-Z]\.)|(?<=[A-Z]\.\s)|(?<=\s[A-Z]\s))\d[\d,\s]*)$"
)
_JOINED = re.compile(r"(?:and|und|&)\s+")
# "Rosa K. Dahlia", as most names are written, is seen at once.
_USUAL = re.compile(r"[A-Z][a-z]{2,}(?: [A-Z]\.?)?(?: [A-Z][a-z]{2,})+")
_VOWEL = re.compile(r"[AEIOUY]")


def name_from(given: str, family: str, particle: str = "", suffix: str = "") -> str:
    """A name in a form whose parts `people` cannot mistake: "van Berg, Jr, Rosa K"."""
    whole = " ".join(part for part in (particle, family) if part).replace(",", " ")
    return ", ".join(part for part in (whole, suffix, given.replace(",", " ")) if part.strip())


def people(names: Iterable[str], as_given: Collection[str] = ()) -> tuple[str, ...]:
    """The names, each once, with the given names first; those ``as_given`` stay as they are.

    "Dahlia RK" has the family name first unless another name of the list shows that it does not.
    """
    bare = [name if name in as_given else _without_marks(name) for name in names]
    orders = {_order(name) for name in bare if name not in as_given}
    turned = (name if name in as_given else _turned(name, orders) for name in bare)
    return tuple(dict.fromkeys(filter(None, turned)))


def _without_marks(name: str) -> str:
    name = _JOINED.sub("", name.strip(), count=1) if _JOINED.match(name.strip()) else name.strip()
    if name[-1:].isalpha() or name.endswith("."):
        return name  # as most names do; no mark ends so
    while len(name) <= _LONGEST and (found := _MARKS.search(name)):
        name = name[: found.start()]
    return name


def _turned(name: str, orders: Set[Order]) -> str:
    """The name in order, in a list whose names have these orders."""
    order = _order(name)
    if order == "commas":
        return _by_comma(name)
    believed = order == "dotted" or "given first" not in orders
    if order in ("", "given first") or not believed:
        return name
    if order == "either" and orders.isdisjoint(("dotted", "initials last")):
        return name
    words, suffix = suffix_apart(name.split())
    at = _first_initial(words)
    return " ".join([*map(_spaced, words[at:]), *words[:at], *suffix])


@lru_cache(maxsize=1 << 14)  # each name of a list is asked twice, and authors write several papers
def _order(name: str) -> Order:
    """How a name is written; empty where it is one word, or of no person."""
    if len(name) > _LONGEST or is_collective(name):
        return ""
    if "," in name:
        return "commas"
    if _USUAL.fullmatch(name):
        return "given first"
    words, _ = suffix_apart(name.split())
    at = _first_initial(words)
    if at == len(words):
        return "given first" if at > 1 and not _is_initials(words[-1]) else ""
    if any(map(_is_dotted, words[at:])):
        return "dotted"
    return "either" if words[-1].lower() in lexicon("short_families") else "initials last"


def _by_comma(name: str) -> str:
    """ "Family, Given", "Family, Jr, Given" and "Family, Given, Jr" with the given names first."""
    # JavaScript writes "null" for a given name that is not known.
    parts = [part for part in map(str.strip, name.split(",")) if part and part != "null"]
    suffixes = [part for part in parts[1:] if _SUFFIX.fullmatch(part)]
    others = [part for part in parts[1:] if part not in suffixes]
    if not parts or len(others) != 1 or len(suffixes) > 1:
        return ", ".join(parts)
    given = others[0].split()
    if all(map(_is_initials, given)):
        given = [_spaced(word) for word in given]
    return " ".join([*given, parts[0], *suffixes])


def suffix_apart(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words, and apart from them a suffix at the end: "JR" after a family name is initials."""
    last = words[-1] if words else ""
    named = len(words) > 2 or not last.isupper()
    if len(words) > 1 and _SUFFIX.fullmatch(last) and (named or last in ("II", "III", "IV")):
        return list(words[:-1]), [last]
    return list(words), []


def _first_initial(words: Sequence[str]) -> int:
    """Where the initials at the end begin; as many as there are words if there are none."""
    at = len(words)
    while at > 1 and _is_initials(words[at - 1]):
        at -= 1
    if at == 1 and _is_initials(words[0]):  # "LI XM" is a name, "J. R." and "WU YI" may be none
        bare = words[0].isalpha() and len(words[0]) > 1 and not _VOWEL.search(words[-1])
        return at if bare else len(words)
    return at


def _is_initials(word: str) -> bool:
    """Whether a word is some initials: "E", "E.", "R.K.", "Z.-J.", "Yu.A.", "RK", "J-P"."""
    bare = word.rstrip(".")
    return _is_dotted(word) or (len(bare) <= _MOST_BARE and bare.isalpha() and bare.isupper())


def _is_dotted(word: str) -> bool:
    """Whether a word is initials with full stops or hyphens, which cannot be a family name."""
    parts = [part for part in re.split(r"[.-]", word) if part]
    longest = 2 if "." in word else 1  # "Yu.A.", but "Yu-An" is a name
    return len(word) > len("".join(parts)) > 0 and all(
        len(part) <= longest and part[0].isupper() and part[1:].islower() == (len(part) > 1)
        for part in parts
    )


def _spaced(initials: str) -> str:
    """ "RK" and "RK." as "R K"; "R.K." as it is."""
    bare = initials.rstrip(".")
    return " ".join(bare) if len(bare) > 1 and bare.isalpha() and bare.isupper() else initials


def is_collective(name: str) -> bool:
    """Whether a name is that of a group or an institution, by its words.

    There are people called Press, School and Lab: "Press, William" and "Press WH".
    """
    words = lexicon("collectives")
    if words.isdisjoint(re.findall(r"\w+", name.lower())):
        return False
    family, comma, given = name.partition(",")
    if comma and "," not in given and len(family.split()) == 1:
        return not words.isdisjoint(re.findall(r"\w+", given.lower()))
    parts = name.split()
    return len(parts) == 1 or _first_initial(parts) != 1
