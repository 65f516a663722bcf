"""Papers in BibTeX. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from rag.text.escaping import visible
from rag.types import Paper
from ui.exports.citekeys import citekey, citekeys
from ui.exports.facts import address, arxiv_of, doi_of, note_of
from ui.exports.kinds import kind_of
from ui.exports.names import name_of

# Braces by name: BibTeX counts them even behind a backslash.
_SIGNS: Mapping[str, str] = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$",
    "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}  # fmt: skip
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
    kind = kind_of(paper)
    fields = {"title": f"{{{escape_bibtex(paper.title)}}}"}
    if paper.authors:
        fields["author"] = " and ".join(map(_author, paper.authors))
    if paper.year is not None:
        fields["year"] = str(paper.year)
    if paper.venue:
        fields[kind.venue] = escape_bibtex(paper.venue)
    if url := address(paper):
        fields["url"] = quote(url, safe=":/?&=#%@+,;.~!*()_-$'")
    if doi := doi_of(paper):
        fields["doi"] = escape_bibtex(doi)
    if arxiv := arxiv_of(paper):
        fields |= {"eprint": arxiv, "archiveprefix": "arXiv"}
    if paper.identifiers.pmid:
        fields["pmid"] = paper.identifiers.pmid
    if whole and paper.tags:
        fields["keywords"] = escape_bibtex(", ".join(paper.tags))
    if whole and paper.abstract:
        fields["abstract"] = escape_bibtex(paper.abstract)
    fields["note"] = escape_bibtex(note_of(paper))
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{kind.bibtex}{{{key},\n{lines}}}\n"


def _author(author: str) -> str:
    """ "King, Jr, Martin Luther"; a name without parts in braces, or BibTeX would look for some."""
    name = name_of(author)
    parts = [escape_bibtex(part) for part in (name.family, name.suffix, name.given) if part]
    return ", ".join(parts) if name.given or " " not in name.family else f"{{{parts[0]}}}"


def escape_bibtex(text: str) -> str:
    """A field's value that prints as the text and leaves the entry's braces balanced."""
    text = visible(text)
    out = "".join(_SIGNS.get(character, character) for character in text)
    for pair in _LIGATURES:
        while pair in out:
            out = out.replace(pair, f"{pair[0]}{{}}{pair[1]}")
    return out
