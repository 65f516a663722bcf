"""Tells which papers' records lack a field: "papers without a DOI", "is no author given?"."""

from __future__ import annotations

import re

from rag.answering.telling.asked.conditions import Conditions, papers_meeting
from rag.answering.telling.asked.fields import Field, fields_asked, has_field
from rag.answering.telling.records.listing import listed
from rag.answering.telling.told import Told
from rag.answering.telling.writing import Writer, number_of
from rag.query.query import Query
from rag.text.words import words_of
from rag.types import Paper

_LEVEL = 10  # papers that are shown
_FIELDS = ("authors", "year", "venue", "doi", "link")
_PLURALS = {"year": "years", "venue": "venues", "doi": "DOIs", "link": "links"}
_IMPLIED = {"anonymous": "authors", "unsigned": "authors", "undated": "year"}
_NEGATIONS = {
    "absent", "arent", "blank", "cannot", "doesnt", "dont", "empty", "hasnt", "havent", "isnt",
    "lack", "lacking", "lacks", "misses", "missing", "no", "nobody", "none", "not", "unknown",
    "unspecified", "wasnt", "without",
}  # fmt: skip
# Whether all have it, or which do, is the same question from the other side.
_HAVING = re.compile(
    r"\b(?:do|does|have|has)\s+(?:they\s+)?(?:all|every|each)\b|\bevery (?:paper|one|record)\b"
    r"|\b(?:have|has|with)\s+(?:an?\s+|any\s+)?(?:dois?|abstracts?|years?|venues?|links?|authors?)\b",
    re.IGNORECASE,
)


def told_lacking(query: Query, text: str) -> Told | None:
    """The papers whose record lacks a field; None if the question does not ask that."""
    fields = fields_lacked(text)
    papers = papers_meeting(query, Conditions())
    writer = Writer()
    blocks = []
    for name in fields:
        label = "DOI" if name == "doi" else name
        bare = [paper for paper in papers if not _has(paper, name)]
        if not bare:
            blocks.append(f"Every one of the {number_of(len(papers))} here has its {label}.")
        elif len(bare) == len(papers):
            blocks.append(f"The records here have no {_PLURALS.get(name, label)}.")
        else:
            having = len(papers) - len(bare)
            article = {"abstract": "an ", "authors": ""}.get(name, "a ")
            lead = f"{having} of the {number_of(len(papers))} here have {article}{label}"
            blocks.append(f"{lead}; {len(bare)} {'has' if len(bare) == 1 else 'have'} no {label}:")
            blocks.append(listed(bare, writer, _LEVEL))
    return writer.told(*blocks) if blocks else None


def fields_lacked(text: str) -> list[Field]:
    """The fields of which a text asks whether records have them."""
    words = set(words_of(text))
    if implied := [field for word, field in _IMPLIED.items() if word in words]:
        return implied
    if not (words & _NEGATIONS or _HAVING.search(text)):
        return []
    if words & {"abstract", "abstracts"}:
        return ["abstract"]
    return [name for name in fields_asked(text) if name in _FIELDS]


def _has(paper: Paper, name: Field) -> bool:
    return bool(paper.abstract) if name == "abstract" else has_field(paper, name)
