"""Tiny writers of the formats that we read, for the tests of the readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias
from xml.sax.saxutils import escape

from rag.corpus.formats.fields.normalise import clean
from rag.corpus.formats.fields.placeholders import is_nothing

Writer: TypeAlias = Callable[[str, str], str]

_TEX = {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "-": "{-}",
    "'": "{'}",
    "`": "{`}",
} | {mark: f"\\{mark}" for mark in "%&$#_{}"}


def kept(value: str) -> str:
    """A value of a field without a name as a record has it: cleaned, and no word for nothing."""
    return "" if is_nothing(clean(value)) else clean(value)


def tex(text: str) -> str:
    """The text with everything that means something to TeX escaped."""
    return re.sub(r"[\\~^\-'`%&$#_{}]", lambda match: _TEX[match.group()], text)


def bibtex(title: str, abstract: str) -> str:
    return f"@article{{key,\n  title = {{{tex(title)}}},\n  abstract = {{{tex(abstract)}}}\n}}\n"


def bibtex_quoted(title: str, abstract: str) -> str:
    title, abstract = (tex(text).replace('"', '{"}') for text in (title, abstract))
    return f'@misc(key, title = "{title}", abstract = "{abstract}")\n'


def ris(title: str, abstract: str) -> str:
    return f"TY  - JOUR\nTI  - {title}\nAB  - {abstract}\nER  - \n"


def medline(title: str, abstract: str) -> str:
    return f"PMID- 1\nTI  - {title}\nAB  - {abstract}\n"


def wos(title: str, abstract: str) -> str:
    return f"FN Clarivate\nVR 1.0\nPT J\nTI {title}\nAB {abstract}\nER\n\nEF\n"


def enw(title: str, abstract: str) -> str:
    return f"%0 Journal Article\n%T {title}\n%X {abstract}\n"


def pubmed(title: str, abstract: str) -> str:
    return (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>"
        f"<ArticleTitle>{escape(title)}</ArticleTitle><Abstract><AbstractText>{escape(abstract)}"
        "</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )


def atom(title: str, abstract: str) -> str:
    title, abstract = (re.sub(r"[\\$]", lambda m: _TEX[m.group()], t) for t in (title, abstract))
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2401.00001v1'
        f"</id><title>{escape(title)}</title><summary>{escape(abstract)}</summary></entry></feed>"
    )


def endnote(title: str, abstract: str) -> str:
    style = '<style face="normal">'
    return (
        f"<xml><records><record><titles><title>{style}{escape(title)}</style></title></titles>"
        f"<abstract>{style}{escape(abstract)}</style></abstract></record></records></xml>"
    )


def plain(title: str, abstract: str) -> str:
    return f"{title}\n\n{abstract}\n"


# By the name of a file of the format.
WRITERS: dict[str, Writer] = {
    "a.bib": bibtex,
    "quoted.bib": bibtex_quoted,
    "a.ris": ris,
    "a.nbib": medline,
    "a.ciw": wos,
    "a.enw": enw,
    "pubmed.xml": pubmed,
    "atom.xml": atom,
    "endnote.xml": endnote,
}
