"""The list of references at the end of a text: its entries, by the numbers or names that cite them.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rag.checking.manuscripts.citing import author_key
from rag.checking.manuscripts.draft import Block, Reference
from rag.text.names.person_names import name_of

_NUMBER = re.compile(r"(?:\[\^?(\d{1,4})\]:?|\(?(\d{1,4})[.)])\s+(?=\S)")
_DEFINITION = re.compile(r"\[\d{1,4}\]:\s")  # of a link in Markdown
_BRACKETED = re.compile(r"\[\d{1,4}\]\s")
_YEAR = re.compile(r"(?<![\d./:-])(?:1[89]|20)\d\d[a-z]?(?!\w)")
_IN_PARENTHESES = re.compile(r"\(((?:1[89]|20)\d\d[a-z]?)[^()]{0,20}\)")
_AND = re.compile(r"\s(?:and|&)\s")
_FEWEST_WORDS = 3  # of an entry


def apart(blocks: Iterable[Block]) -> tuple[list[Block], list[Reference]]:
    """The blocks without those of the list of references, and the references."""
    prose: list[Block] = []
    entries: list[Block] = []
    within = False
    for block in blocks:
        if block.kind == "heading":
            within = is_heading(block.text)
            if within:
                continue
        if block.kind == "paragraph" and (within or _DEFINITION.match(block.text)):
            entries.append(block)
        else:
            prose.append(block)
    if not entries:  # a list without a heading is at the end
        at = len(prose)
        while at and _BRACKETED.match(prose[at - 1].text):
            at -= 1
        if at < len(prose) and prose[at].text.startswith("[1]"):
            prose, entries = prose[:at], prose[at:]
    return prose, list(references_of([entry.text for entry in entries]))


def is_heading(text: str) -> bool:
    """Whether it is the heading of a list of references, numbered or not."""
    bare = re.sub(r"^[\dIVX.]*\s*", "", text).strip(" :.").lower()
    return bare in _HEADINGS


_HEADINGS = (
    "references",
    "bibliography",
    "literature",
    "literature cited",
    "works cited",
    "reference list",
    "references cited",
    "cited literature",
    "sources",
)


def references_of(entries: Sequence[str]) -> Iterator[Reference]:
    """Each entry under its number, and under its first author and year; numbers go before."""
    named: list[Reference] = []
    for entry in entries:
        number = _NUMBER.match(entry)
        text = entry[number.end() :] if number else entry
        if len(text.split()) < _FEWEST_WORDS and "/" not in text:
            continue
        if number:
            yield Reference(number[1] or number[2], text=text)
        family, year = _family_and_year(text)
        if family and year:
            key = author_key(family, year)
            named.append(Reference(key, text=text, name=f"{family.title()}, {year}"))
    yield from _distinct(named)


def by_key(references: Iterable[Reference]) -> dict[str, Reference]:
    """References by key, of several with one key the first."""
    found: dict[str, Reference] = {}
    for reference in references:
        found.setdefault(reference.key, reference)
    return found


def _distinct(named: Sequence[Reference]) -> Iterator[Reference]:
    """Those whose key no other has: a name and a year alone may be two papers'."""
    keys = [reference.key for reference in named]
    for reference in named:
        if keys.count(reference.key) == 1:
            yield reference
        else:
            why = "several entries of the list of references have this name and year"
            yield replace(reference, text="", problem=why)


def _family_and_year(entry: str) -> tuple[str, str]:
    """The first author's family name, folded, and the year; each is empty if it is not there."""
    first = _AND.split(re.split(r"[,;(]|\.\s", entry, maxsplit=1)[0])[0]
    year = _IN_PARENTHESES.search(entry)
    return name_of(first).family, year[1] if year else next(iter(_YEAR.findall(entry)), "")
