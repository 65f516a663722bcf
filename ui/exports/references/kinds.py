"""What kind of work a paper is, in the words of each reference format. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: its name in BibTeX, RIS and CSL, and the BibTeX field of its venue."""

    bibtex: str
    ris: str
    csl: str
    venue: str = "journal"


_ARTICLE = Kind("article", "JOUR", "article-journal")
_UNPUBLISHED = Kind("misc", "UNPB", "article", "howpublished")
_KINDS = (
    _ARTICLE,
    Kind("inproceedings", "CPAPER", "paper-conference", "booktitle"),
    Kind("inproceedings", "CONF", "paper-conference", "booktitle"),
    Kind("incollection", "CHAP", "chapter", "booktitle"),
    Kind("book", "BOOK", "book", "publisher"),
    Kind("phdthesis", "THES", "thesis", "school"),
    Kind("techreport", "RPRT", "report", "institution"),
)


def kind_of(paper: Paper) -> Kind:
    """The kind that the paper's source gives; else an article where there is a venue."""
    given = {value.casefold() for name, value in paper.extra if name == "type"}
    for kind in _KINDS:
        if not given.isdisjoint(name.casefold() for name in (kind.bibtex, kind.ris, kind.csl)):
            return kind
    return _ARTICLE if paper.venue else _UNPUBLISHED
