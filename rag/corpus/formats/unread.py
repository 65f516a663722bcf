"""Recognises texts of many papers that no reader can take apart, so as to refuse them by name.

Otherwise a text is one paper, whose abstract would be all the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.types import Rejected

_TEXTS = (".txt", ".text", ".md", ".markdown")
_LABEL = re.compile(
    r"^\W{0,4}(title|abstract|authors?|pmid|pubmed id|TI|AB)\W{0,3}[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBERED = re.compile(r"^[ \t]*[\[(]?(\d{1,4})[\].)][ \t]*(?=\s\S)", re.MULTILINE)
_YEAR = r"(?:18|19|20)\d\d"
# "Doe, J. (2019).", "J Owl. 2019;3:1", "J. Owl 2019, 3, 1", "Owl, 2019, pp. 1-9" or "Owl, 2019."
_REFERENCE = re.compile(
    rf"\W{{0,4}}[^\W\d_](?:[^()]{{2,300}}\({_YEAR}[a-z]?\)"
    rf"|.{{10,400}}\b{_YEAR}(?:[^.;]{{0,12}};\s*\d|, \d+(?:\(\d+\))?, \d|, pp?\. ?\d)"
    rf"|.{{10,400}}[,.] ?(?:[A-Z][a-z]{{2,8}}\.? )?{_YEAR}[a-z]?\W{{0,3}}$)"
)
# A line that only counts: "<2>", "Record 2 of 9".
_COUNTER = re.compile(
    r"^[ \t]*(?:<\d{1,5}>|(?:record|document|citation|result) ?#?\d{1,5}"
    r"(?: of \d+)?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SCOPUS = re.compile(r"\s*Scopus\s+EXPORT DATE", re.IGNORECASE)
_SCHOLAR = re.compile(r"^.{0,40}\bCited by \d+", re.MULTILINE)
_NUMBER = re.compile(r"\s*(?:PMID:?\s*|PMC)?\d{4,9}\s*", re.IGNORECASE)
_DOI = re.compile(r"\s*(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+\s*", re.IGNORECASE)
_EXPORT = "export them as RIS, BibTeX or CSV instead"


def is_unread(head: str, name: str) -> bool:
    """Whether a text holds several papers: labels that repeat, or a list of references."""
    return name.lower().endswith(_TEXTS) and bool(_what(head))


def read_unread(source: Source) -> Iterator[Record | Rejected]:
    """One refusal, which says what the text is and what to export instead."""
    yield Rejected(source.name, "the whole file", _what(source.head), breaks_off=True)


def _what(text: str) -> str:
    """What the text is if it is no paper; else empty."""
    if _SCOPUS.match(text):
        return "it is Scopus's plain text, which is not read; choose RIS, BibTeX or CSV there"
    if len(_SCHOLAR.findall(text)) > 1:
        return f"it is a page of results of Google Scholar, not a paper; {_EXPORT}"
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(map(_NUMBER.fullmatch, lines)):
        return "it is a list of numbers of papers; save them in the format PubMed (.nbib) instead"
    if len(lines) > 1 and all(map(_DOI.fullmatch, lines)):
        return "it is a list of DOIs; name them to `paperchat ingest` as doi:DOI instead"
    labels = Counter(label.casefold() for label in _LABEL.findall(text))
    papers = max([len(_COUNTER.findall(text)), *labels.values()])
    if papers > 1:
        return f"it seems to hold {papers} papers in a form that is not known; {_EXPORT}"
    if count := _references(text, lines):
        return f"it is a list of {count} references, not a paper; {_EXPORT}"
    return ""


def _references(text: str, lines: list[str]) -> int:
    """How many references the text lists, numbered or one a line; 0 if it is no such list."""
    numbers = _NUMBERED.findall(text)
    first = _NUMBERED.match(text.lstrip())
    numbered = _NUMBERED.split(text)[2::2] if first and numbers[:2] == ["1", "2"] else []
    for units, fewest in ((numbered, 2), (lines, 3), (re.split(r"\n[ \t]*\n", text), 3)):
        texts = [" ".join(unit.split()) for unit in units if unit.strip()]
        cited = sum(_REFERENCE.match(unit) is not None for unit in texts)
        if len(texts) >= fewest and cited > 0.8 * len(texts):
            return cited
    return 0
