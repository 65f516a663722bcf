"""Papers in BibTeX. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from rag.text.characters.escaping import visible
from rag.types import Paper
from ui.exports.references.citekeys import citekey, citekeys
from ui.exports.references.facts import address, arxiv_of, details_of, doi_of, note_of
from ui.exports.references.kinds import kind_of
from ui.exports.references.names import name_of
from ui.web.render.basics.math import formulas

# Braces by name: BibTeX counts them even behind a backslash.
_SIGNS: Mapping[str, str] = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$",
    "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}  # fmt: skip
_BRACES = re.compile(r"[{}]")
_UNSET = re.compile(r"(?<!\\)[%#&]")
# Two signs that LaTeX would draw as one.
_LIGATURES = ("--", "``", "''", ",,", "<<", ">>", "!`", "?`")


def bibtex_file(papers: Sequence[Paper]) -> str:
    """An entry for each paper, with its abstract and a key of its own."""
    keys = citekeys(papers)
    return "\n".join(_entry(paper, keys[paper.paper_id], whole=True) for paper in papers)


def bibtex(paper: Paper) -> str:
    """One entry to paste, without the abstract."""
    return _entry(paper, citekey(paper), whole=False)


def _entry(paper: Paper, key: str, *, whole: bool) -> str:
    """The entry; the title is in braces so that its capitals stay."""
    kind, at, arxiv = kind_of(paper), details_of(paper), arxiv_of(paper)
    fields = {
        "title": f"{{{_prose(paper.title)}}}",
        "author": " and ".join(map(_author, paper.authors)),
        "year": str(paper.year) if paper.year is not None else "",
        kind.venue: escape_bibtex(paper.venue),
        "volume": escape_bibtex(at.volume),
        "number": escape_bibtex(at.issue),
        "pages": "--".join(escape_bibtex(page) for page in (at.first_page, at.last_page) if page),
        "url": quote(address(paper) or "", safe=":/?&=#%@+,;.~!*()_-$'"),
        "doi": escape_bibtex(doi_of(paper) or ""),
        "eprint": arxiv or "",
        "archiveprefix": "arXiv" if arxiv else "",
        "pmid": paper.identifiers.pmid or "",
        "keywords": escape_bibtex(", ".join(paper.tags)) if whole else "",
        "abstract": _prose(paper.abstract) if whole else "",
        "note": escape_bibtex(note_of(paper)),
    }
    fields.setdefault("publisher", escape_bibtex(at.publisher))
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind.bibtex}{{{key},\n{lines}}}\n"


def _author(author: str) -> str:
    """ "King, Jr, Martin Luther"; a name without parts in braces, or BibTeX would look for some."""
    name = name_of(author)
    parts = [escape_bibtex(part) for part in (name.family, name.suffix, name.given) if part]
    return ", ".join(parts) if name.given or " " not in name.family else f"{{{parts[0]}}}"


def _prose(text: str) -> str:
    """A title's or an abstract's value: text, and formulas for LaTeX to set."""
    text = visible(text)
    out, at = "", 0
    for start, end in formulas(text):
        if _is_whole(text[start:end]):
            out += escape_bibtex(text[at:start], edges=True) + text[start:end]
            at = end
    return out + escape_bibtex(text[at:], edges=True)


def _is_whole(formula: str) -> bool:
    """Whether it can stand in a field: its braces close, and TeX reads it to its end."""
    depth = 0
    for brace in _BRACES.findall(formula):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return not depth and not _UNSET.search(formula)


def escape_bibtex(text: str, *, edges: bool = False) -> str:
    """A field's value that prints as the text and leaves the entry's braces balanced.

    With ``edges`` the blanks at both ends stay.
    """
    text = text if edges else visible(text)
    out = "".join(_SIGNS.get(character, character) for character in text)
    for pair in _LIGATURES:
        while pair in out:
            out = out.replace(pair, f"{pair[0]}{{}}{pair[1]}")
    return out
