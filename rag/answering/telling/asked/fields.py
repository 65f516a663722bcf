"""Fields of a paper's record: which ones a question asks for, and what the record has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.answering.telling.writing import Writer, joined, names
from rag.index.library import Library
from rag.text.characters.escaping import as_markdown
from rag.text.english import is_english
from rag.text.lexicons import function_words, lexicon, table
from rag.text.words import fold, words_of
from rag.types import Paper

Field: TypeAlias = str
_PEOPLE = ("authors", "first_author", "last_author", "author_count")
_TOGETHER = (*_PEOPLE, "year", "venue", "citation", "title", "retraction")
_STATUS = {
    "retracted": "has been retracted",
    "withdrawn": "has been withdrawn",
    "expression of concern": "has an expression of concern",
    "corrected": "has been corrected, and its record has no note on a retraction",
}
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
_FIRST = re.compile(
    r"\b(?:first|lead|main|leading)[\s-]+(?:author|writer|name)|\bfirst and last\b"
    r"|\bfirst (?:on|in) the\b.*\bauthors?\b",
    re.I,
)
_LAST = re.compile(r"\b(?:last|senior|final)[\s-]+(?:author|writer)\b", re.I)
_MANY = re.compile(
    r"\b(?:how many|number of)\s+(?:\w+\s+)?(?:authors|people|persons|names|writers|co-?authors)",
    re.I,
)
_READ = re.compile(
    r"\bwhere\b.*\b(?:read|download|get|find|buy|access)\b|\bfull[\s-]text\b|\bread (?:it|the)\b",
    re.I,
)
_OPEN_ACCESS = re.compile(r"\bopen[\s-]access\b", re.I)
# Elsewhere these join clauses: "the study where they measured light".
_ASKED = {
    "year": re.compile(
        r"\bwhen\b(?:\s+(?:it\s+|they\s+)?(?:was|were|is|did|and|exactly|has|published)\b|\W*$)",
        re.I,
    ),
    "venue": re.compile(
        r"\bwhere\b(?:\s+(?:it\s+|they\s+)?(?:was|were|is|did|and|exactly|has|published)\b|\W*$)",
        re.IGNORECASE,
    ),
}
_KNOWN_WORDS = function_words() | lexicon("record_fields", "record_words")
_ALIKE = 0.8
_SHORTEST = 5  # a shorter word is not mended
_MOST_AUTHORS = 20


def fields_asked(text: str) -> tuple[Field, ...]:
    """The fields that the words of a question ask for, in the order of the words' table."""
    words = words_of(text)
    found = [
        name
        for name, own in table("record_fields").items()
        if any(is_one_of(word, own) for word in words)
    ]
    found += [name for name, pattern in _ASKED.items() if pattern.search(text)]
    if _READ.search(text):
        # A venue is asked for beside it by its noun: "where can I find it, journal will do".
        named = any(word in lexicon("sure_fields") for word in words)
        found = [*(name for name in found if name != "venue" or named), "link"]
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


def misspells_field(library: Library, word: str) -> bool:
    """Whether a word that no paper has is a slip in a word that asks for a field."""
    own = [known for words in table("record_fields").values() for known in words]
    small = fold(word)
    terms = library.lexical.terms(small)
    stands = any(library.lexical.frequency(term) for term in terms)
    return small not in own and not stands and not is_english(small) and is_one_of(small, own)


def without_people_words(text: str) -> str:
    """The text without "first author", "how many authors" and the like."""
    for pattern in (_FIRST, _LAST, _MANY):
        text = pattern.sub(" author ", text)
    return text


def tell_fields(paper: Paper, fields: Sequence[Field], writer: Writer) -> str:
    """What the paper's record has of these fields, in sentences with its title; Markdown.

    Without fields it tells authors, year, venue and DOI.
    """
    wanted = tuple(name for name in fields if name != "title")
    if not wanted:
        # Only what there is; a missing field was not asked for.
        all_of = ("authors", "year", "venue", "doi")
        wanted = tuple(name for name in all_of if has_field(paper, name)) or all_of[:1]
    said = [*_people_said(paper, wanted), *_place_said(paper, wanted)]
    if "retraction" in wanted and paper.status:
        said.append(_STATUS[paper.status])
    said += [
        f"has the {_label(name)} {value}"
        for name in wanted
        if name not in _TOGETHER and (value := _value(paper, name))
    ]
    if "citation" in wanted:
        said.append(f"can be cited as: {reference(paper)}")
    needed = [*wanted, *(("authors", "year", "venue") if "citation" in wanted else ())]
    missing = [_label(name) for name in needed if not has_field(paper, name)]
    title = writer.title(paper)
    sentences = [f"{'It' if at else title} {predicate}" for at, predicate in enumerate(said)]
    if missing:
        whose = "Its record" if sentences else f"The record of {title}"
        lacking = joined([f"no {label}" for label in dict.fromkeys(missing)])
        sentences += [f"{whose} has {lacking}", _what_it_has(paper, wanted)]
    return " ".join(f"{sentence}." for sentence in sentences)


def reference(paper: Paper) -> str:
    """The paper as an entry of a bibliography, of what its record has; Markdown."""
    who = as_markdown(", ".join(paper.authors[:_MOST_AUTHORS]))
    when = f"({paper.year})" if paper.year is not None else ""
    venue = f"{as_markdown(paper.venue)}{_volume(paper)}" if paper.venue else ""
    parts = (" ".join(filter(None, (who, when))), as_markdown(paper.title), venue, _address(paper))
    return ". ".join(filter(None, (part.rstrip(".") for part in parts))).replace("?.", "?")


def byline(paper: Paper) -> str:
    """Authors, venue and year, as far as the record has them; Markdown."""
    who = names(paper.authors, 3) if paper.authors else ""
    year = str(paper.year) if paper.year is not None else ""
    return ", ".join(filter(None, (who, as_markdown(paper.venue), year)))


def _people_said(paper: Paper, wanted: Sequence[Field]) -> list[str]:
    """What to say of the authors, as predicates."""
    everybody = names(paper.authors, _MOST_AUTHORS) if paper.authors else ""
    if not everybody:
        return []
    count = len(paper.authors)
    said = []
    if "first_author" in wanted:
        said.append(f"has {names(paper.authors[:1])} as its first author")
    if "last_author" in wanted:
        said.append(f"has {names(paper.authors[-1:])} as its last author")
    if "author_count" in wanted:
        said.append(f"has {count} author{'s' * (count > 1)}: {everybody}")
    elif "authors" in wanted or (said and count > 1):
        said.append(f"was written by {everybody}")
    return said


def _place_said(paper: Paper, wanted: Sequence[Field]) -> list[str]:
    """Year and venue, as a predicate."""
    year = f"in {paper.year}" if "year" in wanted and paper.year is not None else ""
    venue = f"in {as_markdown(paper.venue)}" if "venue" in wanted and paper.venue else ""
    return [f"appeared {' '.join(filter(None, (year, venue)))}"] if year or venue else []


def has_field(paper: Paper, name: Field) -> bool:
    """Whether the paper's record has the field."""
    if name in _PEOPLE:
        return bool(paper.authors)
    if name == "year":
        return paper.year is not None
    if name == "venue":
        return bool(paper.venue)
    if name == "retraction":
        return bool(paper.status)
    return name in ("citation", "title") or bool(_value(paper, name))


def _value(paper: Paper, name: Field) -> str:
    """What the record has of a field that is told in one word; Markdown."""
    if name == "doi":
        return as_markdown(paper.identifiers.doi or "")
    if name == "link":
        return _address(paper)
    return as_markdown(dict(paper.extra).get(_EXTRA.get(name, name), ""))


def _label(name: Field) -> str:
    return "authors" if name in _PEOPLE else _NAMES.get(name, name)


def _what_it_has(paper: Paper, asked: Sequence[Field]) -> str:
    """The other things that the record has, in a sentence."""
    has = []
    if paper.authors and not set(_PEOPLE) & set(asked):
        has.append(f"the author{'s' * (len(paper.authors) > 1)} {names(paper.authors, 3)}")
    if paper.year is not None and "year" not in asked:
        has.append(f"the year {paper.year}")
    if paper.venue and "venue" not in asked:
        has.append(f"the venue {as_markdown(paper.venue)}")
    if address := _address(paper) if not {"doi", "link"} & set(asked) else "":
        has.append(f"the link {address}")
    source = f"was read from {as_markdown(PurePath(paper.source).name)}"
    return f"It has {joined(has)}, and {source}" if has else f"It {source}"


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


def is_one_of(word: str, own: Sequence[str]) -> bool:
    if word in own:
        return True
    if len(word) < _SHORTEST or word in _KNOWN_WORDS:
        return False
    scorer = OSA.normalized_similarity
    return process.extractOne(word, own, scorer=scorer, score_cutoff=_ALIKE) is not None
