"""Keys: what papers can be looked up by, word for word, as terms of the lexical index.

A question asks: is this word somebody's name, are these words a title, which words are a letter
apart? The index's dictionary of terms says so in microseconds, however many papers there are, and
follows every change of them. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.text.languages import script_of
from rag.text.names.identifiers import plain_address
from rag.text.names.person_names import name_of
from rag.text.names.titles import head_of, work_name
from rag.text.words import fold, words_of
from rag.types import Paper

# The kinds of keys. Those of names have the whole name behind the key, after `BEHIND`.
NAME, GIVEN, IDENTIFIER, TITLE = "name:", "given:", "id:", "title:"
WORD, TITLE_WORD, VENUE, SCRIPT = "word:", "in title:", "venue:", "script:"
WORK, INITIALS = "work:", "initials:"  # of the part of a title before the colon
CAPITALS = "capitals:"  # of words as they are written, with a capital within: LESS
BEHIND = "\t"
_PART = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
_MIXED = re.compile(r".+[A-Z]").match  # a capital behind the first letter
_SHORTEST = 4  # letters of a word; shorter ones have too many neighbours
_SHORTEST_PART = 3  # letters of a part of a family name: not "el"
_OPENING = 300  # characters of an abstract, which show its script


def keys_of(paper: Paper) -> set[str]:
    """All keys of the paper."""
    title, about = forms_in(paper.title), " ".join((*paper.authors, paper.venue))
    text = title | forms_in(paper.abstract)
    keys = {f"{WORD}{key}" for key in _long({*text, *forms_in(about)})}
    keys.update(f"{TITLE_WORD}{key}" for key in _long(title))
    keys.update(f"{CAPITALS}{form}" for form in text if not form[1:].islower() and _MIXED(form))
    keys.update(_keys(paper))
    return keys


def _keys(paper: Paper) -> Iterator[str]:
    """The keys that are no words."""
    for author in paper.authors:
        yield from (f"{NAME}{key}{BEHIND}{author}" for key in _name_keys(author))
        if len(words := words_of(author)) > 1:
            yield f"{GIVEN}{words[0]}{BEHIND}{author}"
    yield from (f"{IDENTIFIER}{key}" for key in _identifiers(paper))
    head = head_of(paper.title)
    for text in (paper.title, head):
        yield f"{TITLE}{title_key(text)}"
    yield f"{WORK}{fold(work_name(paper.title))}"
    yield f"{INITIALS}{''.join(word[0] for word in words_of(head))}"
    if paper.venue:
        yield f"{VENUE}{paper.venue}"
    opening = paper.abstract[:_OPENING]
    if not opening.isascii() and (script := script_of(opening)):
        yield f"{SCRIPT}{script}"


def _name_keys(author: str) -> set[str]:
    """What an author is found by: each folded word of the name but the first.

    The last words of a name are a key together, too: "elamrani" of "Fátima El-Amrani"; and so
    is each spelling of a family name in plain letters: "mueller" of "Katrin Müller".
    """
    words = words_of(author)
    own = words[1:] or words
    long = [word for word in own[:-1] if len(word) >= _SHORTEST_PART]
    joined = ("".join(own[at:]) for at in range(len(own)))
    return {key for key in (*long, *joined, *name_of(author).families) if key}


def _identifiers(paper: Paper) -> set[str]:
    """DOI, arXiv id, "pmid:" and PMID, and bare address."""
    ids = paper.identifiers
    keys = [ids.doi, ids.arxiv, f"pmid:{ids.pmid}" if ids.pmid else None]
    return {key.lower() for key in (*keys, *map(plain_address, paper.urls[:1])) if key}


def title_key(title: str) -> str:
    """The words of a title in small letters, with single spaces."""
    return " ".join(re.findall(r"\w+", title.lower()))


def forms_in(text: str) -> set[str]:
    """The words of a text as it writes them, those with hyphens also whole."""
    found = set(_PART.findall(text))
    pieces = (piece for piece in set(text.split()) if "-" in piece)
    found.update(word for piece in pieces for word in _JOINED.findall(piece))
    return found


def _long(forms: set[str]) -> set[str]:
    """The keys of the words that have enough letters."""
    keys = {key_of(form) for form in forms}
    return {key for key in keys if len(key) >= _SHORTEST and not key.isdecimal()}


def key_of(word: str) -> str:
    """The word in small letters without accents and hyphens."""
    return (word.lower() if word.isascii() else fold(word)).replace("-", "")
