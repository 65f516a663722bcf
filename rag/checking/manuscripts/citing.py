"""Finds citations in plain text: [3], (Smith et al., 2020), Smith et al. (2020), [@key]. Pure.

Brackets are often something else: [0, 1] is an interval, (March 2020) a date. So a number is a
citation only if the list of references has it, and a name with a year if the list has such an
entry, or "et al." shows that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from rag.checking.manuscripts.draft import Block, Mark, MarkRole, Reference
from rag.text.names.identifiers import find_arxiv, find_urls, key_of_link
from rag.text.names.person_names import name_of

_PANDOC_KEY = r"@(?:\{(?P<braced>[^{}\n]+)\}|(?P<bare>\w+(?:[:.#$%&\-+?<>~/]+\w+)*))"
_KEY = re.compile(rf"(?<![\w.@])-?{_PANDOC_KEY}")
_BRACKET = re.compile(r"\^?\[[^\[\]\n]*\]")  # ^[...] is a footnote
_LOCATOR = re.compile(r"\s*\[(?!\^)[^\[\]@\n]{1,80}\]")
_NUMBERS = re.compile(
    r"\[\^?(\d{1,4}(?:\s*[,;–-]\s*\^?\d{1,4})*)"
    r"(?:,\s*[^\W\d_][^\[\]\n]{0,60})?\]"  # where in it: "[3, p. 12]"
)
_RANGE = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_LONGEST_RANGE = 50
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
_PARTICLES = "van|von|de|der|den|del|della|di|da|le|la"
_NAMES = rf"(?:(?:{_PARTICLES})\s+)*(?:[dDlLO]['’])?[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’-]*[^\W\d_]"
_YEAR = r"(?:1[89]|20)\d\d"
_ET_AL = r"(?:,?\s+et\s+al\.?|(?:,\s+[^\W\d_][\w'’-]+)*,?\s+(?:and|&)\s+[^\W\d_][\w'’-]+)"
_AUTHOR_YEAR = re.compile(
    rf"(?P<name>{_NAMES}(?:\s{_NAMES})?)(?P<more>{_ET_AL})?,?\s+(?P<year>{_YEAR}[a-z]?)"
    rf"(?P<years>(?:,\s*(?:{_YEAR})?[a-z]?(?=[,;)]|$))*)"
)
_ADDRESS = re.compile(r"(?:(?<=\s)|^|[(<\[])(https?://[^\s()<>\[\]]+)[)>\]]?")
_PARENTHESES = re.compile(r"[(\[]([^()\[\]\n]{4,400})[)\]]")
_NARRATIVE = re.compile(
    rf"(?P<name>{_NAMES})(?P<more>{_ET_AL})?(?:['’]s)?\s*[(\[](?P<year>{_YEAR}[a-z]?)"
    r"(?:,\s*pp?\.[^()\[\]]{1,20})?[)\]]"
)
# What stands behind one of these stands for the paper: "as in [3]".
_PREPOSITION = re.compile(
    r"(?<![\w-])(?:according to|as|by|following|from|in|of|see|than|that|to|unlike|with)\s*$",
    re.IGNORECASE,
)
# What is left of brackets that held a citation.
EMPTY_BRACKETS = re.compile(
    r"[(\[](?:see(?: also)?|e\.g\.|cf\.?|for example)?[\s,;]*[)\]]", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*$")
_AT_START = re.compile(r"(?:^|(?<!\bal)[.!?])\s*$")
_INDEXED = re.compile(r"(?:^|\W)\w$")  # x[1] is an element of x


def with_roles(block: Block) -> Block:
    """The block with those citations as nouns that its sentences need: "[3] shows", "as in [3]".

    What stands alone in brackets is none: "(see @key)".
    """
    blanked = list(block.text)
    for mark in block.marks:
        blanked[mark.start : mark.end] = " " * (mark.end - mark.start)
    alone = [found.span() for found in EMPTY_BRACKETS.finditer("".join(blanked))]
    marks = []
    for mark in block.marks:
        if mark.role == "aside" and _is_noun(block.text, mark):
            mark = replace(mark, role="noun")
        elif mark.role == "noun" and any(a < mark.start < z for a, z in alone):
            mark = replace(mark, role="aside")
        marks.append(mark)
    return replace(block, marks=tuple(marks))


def _is_noun(text: str, mark: Mark) -> bool:
    before, after = text[: mark.start], text[mark.end :]
    if _IN_BRACKETS.search(before) and after[:1] in (")", "]"):
        return False
    if _PREPOSITION.search(before):
        return True
    return _AT_START.search(before) is not None and re.match(r"\s+[a-z]", after) is not None


def linked_in(blocks: Iterable[Block]) -> dict[str, Reference]:
    """A reference for each paper whose address stands in the text, or behind a link."""
    urls = [url for block in blocks for url in find_urls(block.text)]
    keys = [key_of_link(url) for url in urls]
    keys += [key for block in blocks for mark in block.marks for key in mark.keys]
    return {key: Reference(key, text=key) for key in keys if key}


def with_marks(block: Block, references: Mapping[str, Reference]) -> Block:
    """The block with the citations that its text has, besides those that it has already."""
    found = list(block.marks)
    for kind in (_pandoc, _footnotes, _numbers, _authors_and_years, _addresses):
        for mark in kind(block.text, references):
            taken = (*((m.start, m.end) for m in found), *block.literal)
            if all(mark.end <= start or mark.start >= end for start, end in taken):
                found.append(mark)
    return with_roles(replace(block, marks=tuple(sorted(found, key=lambda mark: mark.start))))


def link_role(words: str) -> MarkRole:
    """What a sentence needs of a link's words: nothing of "[3]", "arXiv:2410.20220" or a DOI."""
    bare = words.strip("[]() ")
    return "aside" if bare.isdigit() or "/" in bare or find_arxiv(bare) else "words"


def author_key(name: str, year: str) -> str:
    """The key of an entry by its first author's family name and year."""
    return f"{name_of(name).family} {year}"


def _addresses(text: str, references: Mapping[str, Reference]) -> Iterator[Mark]:
    """Addresses of papers, with the brackets around them."""
    for found in _ADDRESS.finditer(text):
        if (key := key_of_link(found[1].rstrip(".,;"))) in references:
            end = (
                found.end()
                if found[0][0] in "(<["
                else found.start(1) + len(found[1].rstrip(".,;"))
            )
            yield Mark(found.start(), end, (key,))


def _pandoc(text: str, references: Mapping[str, Reference]) -> Iterator[Mark]:
    """[see @key, p. 3; @key2], @key [p. 3], -@key; cross-references such as @fig:x are none."""
    inside: list[tuple[int, int]] = []
    for bracket in _BRACKET.finditer(text):
        keys = tuple(_keys(bracket[0], references))
        if keys:
            inside.append(bracket.span())
            yield Mark(bracket.start(), bracket.end(), keys)
    for found in _KEY.finditer(text):
        if any(start <= found.start() < end for start, end in inside):
            continue
        if keys := tuple(_keys(found[0], references)):
            locator = _LOCATOR.match(text, found.end())
            yield Mark(found.start(), locator.end() if locator else found.end(), keys, "noun")


def _keys(text: str, references: Mapping[str, Reference]) -> Iterator[str]:
    for found in _KEY.finditer(text):
        key = found["braced"] or found["bare"]
        if key in references or not re.match(r"(?:fig|tbl|tab|eq|sec|lst|thm)[:-]", key):
            yield key


def _footnotes(text: str, references: Mapping[str, Reference]) -> Iterator[Mark]:
    for found in _FOOTNOTE.finditer(text):
        reference = references.get(f"^{found[1]}")
        keys = (reference.also or (reference.key,)) if reference else ()  # prose cites nothing
        yield Mark(found.start(), found.end(), keys)


def _numbers(text: str, references: Mapping[str, Reference]) -> Iterator[Mark]:
    for found in _NUMBERS.finditer(text):
        keys = tuple(_expanded(found[1].replace("^", "")))
        if "0" in keys or _INDEXED.search(text[: found.start()]):
            continue
        if any(key in references for key in keys):
            yield Mark(found.start(), found.end(), keys)


def _expanded(numbers: str) -> Iterator[str]:
    for first, last in _RANGE.findall(numbers):
        begin, end = int(first), int(last or first)
        yield from map(str, range(begin, min(end, begin + _LONGEST_RANGE) + 1))


def _authors_and_years(text: str, references: Mapping[str, Reference]) -> Iterator[Mark]:
    for found in _PARENTHESES.finditer(text):
        keys = tuple(key for part in found[1].split(";") for key in _of_part(part, references))
        if keys:
            yield Mark(found.start(), found.end(), keys)
    for found in _NARRATIVE.finditer(text):
        if key := _author_year(found, found["year"], references):
            yield Mark(found.start(), found.end(), (key,), "noun")


def _of_part(part: str, references: Mapping[str, Reference]) -> Iterator[str]:
    for found in _AUTHOR_YEAR.finditer(part):
        years = [found["year"]]
        for more in re.findall(rf"{_YEAR}[a-z]?|\b[a-z]\b", found["years"]):
            years.append(more if len(more) > 1 else years[0][:4] + more)
        for year in years:
            if key := _author_year(found, year, references):
                yield key


def _author_year(found: re.Match[str], year: str, references: Mapping[str, Reference]) -> str:
    """The key of an entry with this first author and year; empty if it is no citation."""
    name = re.sub(r"['’]s$", "", found["name"])
    key = author_key(name, year)
    if key in references:
        return key
    if (bare := author_key(name, year[:4])) in references:
        return bare
    more = found["more"] or ""
    shown = re.sub(r"\s+", " ", f"{name}{more}").strip()
    return f"{shown}, {year}" if more else ""
