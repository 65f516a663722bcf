"""Fields of a paper's record: which ones a question asks for, and what the record has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Literal, TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.answering.telling.writing import Writer, names
from rag.text.escaping import as_markdown
from rag.text.lexicons import function_words, table
from rag.text.words import words_of
from rag.types import Paper

Field: TypeAlias = str
# Those that a `Paper` has; all others are looked up in its further fields, by name.
Known: TypeAlias = Literal[
    "authors", "first_author", "last_author", "author_count", "year", "venue", "doi", "link",
    "citation", "title",
]  # fmt: skip

_NAMES = {
    "peer_review": "note on peer review",
    "retraction": "note on a retraction",
    "open_access": "note on open access",
    "times_cited": "count of citations",
    "contact": "address of its authors",
    "funding": "note on funding",
    "affiliation": "affiliations",
    "license": "licence",
    "doi": "DOI",
    "issn": "ISSN",
    "link": "link",
}
_EXTRA = {"issue": "number", "pages": "pages", "volume": "volume"}
_FIRST = re.compile(r"\b(?:first|lead|main|leading)[\s-]+(?:author|writer|name)|\bfirst and last\b", re.I)
_LAST = re.compile(r"\b(?:last|senior|final)[\s-]+(?:author|writer)\b", re.I)
_MANY = re.compile(r"\b(?:how many|number of)\s+(?:\w+\s+)?(?:authors|people|writers|co-?authors)", re.I)
_READ = re.compile(
    r"\bwhere\b.*\b(?:read|download|get|find|buy|access)\b|\bfull[\s-]text\b|\bread (?:it|the)\b", re.I
)
_OPEN_ACCESS = re.compile(r"\bopen[\s-]access\b", re.I)
_ALIKE = 0.8
_SHORTEST = 5  # a shorter word is not mended
_MOST_AUTHORS = 20


def fields_asked(text: str) -> tuple[Field, ...]:
    """The fields that the words of a question ask for, in the order of the words' table."""
    words = words_of(text)
    found = [
        name
        for name, own in table("record_fields").items()
        if any(_is_one_of(word, own) for word in words)
    ]
    if _READ.search(text):
        found = [*(name for name in found if name != "venue"), "link"]
    special = ((_FIRST, "first_author"), (_LAST, "last_author"), (_MANY, "author_count"))
    people = [name for pattern, name in special if pattern.search(text)]
    if people:
        found = [*people, *(name for name in found if name not in ("authors", "contact"))]
    if _OPEN_ACCESS.search(text):
        found.append("open_access")
    if "citation" in found:  # it has them all
        found = [name for name in found if name in ("citation", "doi", "link")]
    # "published" may ask for the year or the venue: for what else is asked for, else for both.
    exact = [name for name in found if name in ("year", "venue")]
    if len(exact) == 2 and not _asks_both(words):
        found = [name for name in found if name not in exact or name == _rather(words)]
    return tuple(dict.fromkeys(found))


def tell_fields(paper: Paper, fields: Sequence[Field], writer: Writer) -> str:
    """The paper's title and what its record has of these fields, in sentences; Markdown.

    Without fields it tells authors, year, venue and where to find the paper.
    """
    title = writer.title(paper)
    wanted = tuple(name for name in fields if name != "title")
    if not wanted:
        # Only what there is; a missing field was not asked for.
        wanted = tuple(f for f in ("authors", "year", "venue", "doi") if _has(paper, f)) or ("authors",)
    said = [line for line in (_person_line(paper, wanted), _place_line(paper, wanted)) if line]
    said += [
        f"{_NAMES.get(f, f).capitalize() if f not in _NAMES else _NAMES[f]}: {value}."
        for f in wanted
        if f not in _TOGETHER and (value := _value(paper, f))
    ]
    if "citation" in wanted:
        said.append(f"Cite it as: {reference(paper)}")
    missing = [name for name in wanted if not _has(paper, name)]
    if missing:
        lacking = " and ".join(f"no {_label(name)}" for name in dict.fromkeys(missing))
        said.append(f"Its record has {lacking}.{_what_it_has(paper, wanted)}")
    return f"{title}: {' '.join(said)}"


def reference(paper: Paper) -> str:
    """The paper as an entry of a bibliography, of what its record has; Markdown."""
    who = ", ".join(paper.authors[:_MOST_AUTHORS])
    when = f"({paper.year})" if paper.year is not None else "(no year)"
    parts = [
        f"{as_markdown(who) if who else '(no authors)'} {when}.",
        f"{as_markdown(paper.title.rstrip('.'))}{'' if paper.title.endswith('?') else '.'}",
        f"{as_markdown(paper.venue)}{_volume(paper)}." if paper.venue else "(no venue).",
        _address(paper),
    ]
    return " ".join(filter(None, parts))


def byline(paper: Paper) -> str:
    """Authors, venue and year, as far as the record has them; Markdown."""
    who = names(paper.authors, 3) if paper.authors else ""
    year = str(paper.year) if paper.year is not None else ""
    return ", ".join(filter(None, (who, as_markdown(paper.venue), year)))


def has_field(paper: Paper, name: Field) -> bool:
    """Whether the paper's record has the field."""
    return _has(paper, name)


_PEOPLE = ("authors", "first_author", "last_author", "author_count")
_TOGETHER = (*_PEOPLE, "year", "venue", "citation", "title")


def _person_line(paper: Paper, wanted: Sequence[Field]) -> str:
    if not paper.authors:
        return ""
    lines = []
    if "first_author" in wanted:
        lines.append(f"its first author is {names(paper.authors[:1])}")
    if "last_author" in wanted:
        lines.append(f"its last author is {names(paper.authors[-1:])}")
    if lines and len(paper.authors) > 1:
        lines.append(f"all authors in order are {names(paper.authors, _MOST_AUTHORS)}")
    if "author_count" in wanted:
        count = len(paper.authors)
        people = f"{count} author{'s' * (count > 1)}"
        lines = [f"it has {people}: {names(paper.authors, _MOST_AUTHORS)}", *lines[:-1]]
    elif "authors" in wanted and not lines:
        lines.append(f"it was written by {names(paper.authors, _MOST_AUTHORS)}")
    text = "; ".join(lines)
    return f"{text}." if text else ""


def _place_line(paper: Paper, wanted: Sequence[Field]) -> str:
    year = f"in {paper.year}" if "year" in wanted and paper.year is not None else ""
    venue = f"in {as_markdown(paper.venue)}" if "venue" in wanted and paper.venue else ""
    return f"It appeared {' '.join(filter(None, (year, venue)))}." if year or venue else ""


def _value(paper: Paper, name: Field) -> str:
    """What the record has of a field that is told in one word; Markdown."""
    if name == "doi":
        return as_markdown(paper.identifiers.doi or "")
    if name == "link":
        return _address(paper)
    return as_markdown(dict(paper.extra).get(_EXTRA.get(name, name), ""))


def _has(paper: Paper, name: Field) -> bool:
    if name in _PEOPLE:
        return bool(paper.authors)
    if name == "year":
        return paper.year is not None
    if name == "venue":
        return bool(paper.venue)
    return name in ("citation", "title") or bool(_value(paper, name))


def _label(name: Field) -> str:
    return "authors" if name in _PEOPLE else _NAMES.get(name, name)


def _what_it_has(paper: Paper, asked: Sequence[Field]) -> str:
    """The other things that the record has, in a sentence."""
    has = []
    if paper.authors and not set(_PEOPLE) & set(asked):
        has.append(f"the authors {names(paper.authors, 3)}")
    if paper.year is not None and "year" not in asked:
        has.append(f"the year {paper.year}")
    if paper.venue and "venue" not in asked:
        has.append(f"the venue {as_markdown(paper.venue)}")
    if address := _address(paper) if not {"doi", "link"} & set(asked) else "":
        has.append(f"the link {address}")
    has.append(f"the file it was read from, {as_markdown(PurePath(paper.source).name)}")
    return f" It has {' and '.join([', '.join(has[:-1]), has[-1]] if has[1:] else has)}."


def _address(paper: Paper) -> str:
    """Where the paper is: by its DOI, arXiv id or PubMed id, or its first URL; Markdown."""
    ids = paper.identifiers
    if ids.doi:
        return as_markdown(f"https://doi.org/{ids.doi}")
    if ids.arxiv:
        return as_markdown(f"https://arxiv.org/abs/{ids.arxiv}")
    if ids.pmid:
        return as_markdown(f"https://pubmed.ncbi.nlm.nih.gov/{ids.pmid}/")
    return as_markdown(paper.url or "")


def _volume(paper: Paper) -> str:
    extra = dict(paper.extra)
    parts = [extra.get("volume", ""), extra.get("pages", "")]
    text = ", ".join(as_markdown(part) for part in parts if part)
    return f" {text}" if text else ""


def _asks_both(words: Sequence[str]) -> bool:
    year, venue = (set(table("record_fields")[name]) for name in ("year", "venue"))
    return bool((year - venue) & set(words)) and bool((venue - year) & set(words))


def _rather(words: Sequence[str]) -> Field:
    """Which of year and venue is asked for, where "published" fits both; a year if it is open."""
    year, venue = (set(table("record_fields")[name]) for name in ("year", "venue"))
    return "venue" if (venue - year) & set(words) else "year"


def _is_one_of(word: str, own: Sequence[str]) -> bool:
    if word in own:
        return True
    if len(word) < _SHORTEST or word in function_words():
        return False
    scorer = OSA.normalized_similarity
    return process.extractOne(word, own, scorer=scorer, score_cutoff=_ALIKE) is not None
