"""A paper as a reference in BibTeX, APA or Markdown. Pure.

A reference has only what the corpus gives; nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from rag.text.escaping import as_markdown, visible
from rag.types import Paper
from ui.web.render.text import safe_url

_ARXIV = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7})$", re.I)
_DOI = re.compile(r"(?:doi:|https?://doi\.org/)?(10\.\d{4,9}/\S+)$", re.I)
_NAMED = 2  # authors that a byline names
_APA_MOST = 20
# Braces by name: BibTeX counts them even behind a backslash.
_BIBTEX: Mapping[str, str] = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$",
    "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}  # fmt: skip


def references(paper: Paper) -> dict[str, str]:
    """The reference in each form, by the form's name."""
    return {"BibTeX": bibtex(paper), "APA": apa(paper), "Markdown": markdown(paper)}


def byline(paper: Paper) -> str:
    """Authors, venue and year in a few words; empty if nothing is known.

    A correction goes before them; the title says what is worse.
    """
    names = [_split_name(visible(author))[1] for author in paper.authors]
    who = f"{names[0]} et al." if len(names) > _NAMED else " & ".join(names)
    year = str(paper.year) if paper.year is not None else ""
    status = "Corrected" if paper.status == "corrected" else ""
    return " · ".join(filter(None, (status, who, visible(paper.venue), year)))


def address(paper: Paper) -> str | None:
    """Where the paper is: by its DOI or arXiv id, else its first URL."""
    if doi := _doi(paper):
        return f"https://doi.org/{quote(doi, safe='/().;:-_')}"
    if arxiv := _arxiv(paper):
        return f"https://arxiv.org/abs/{arxiv}"
    return safe_url(paper.url)


def bibtex(paper: Paper) -> str:
    """A BibTeX entry; the title is in braces so that its capitals stay."""
    fields = {"title": f"{{{escape_bibtex(paper.title)}}}"}
    if paper.authors:
        fields["author"] = " and ".join(escape_bibtex(author) for author in paper.authors)
    if paper.year is not None:
        fields["year"] = str(paper.year)
    if paper.venue:
        fields["journal"] = escape_bibtex(paper.venue)
    if url := address(paper):
        fields["url"] = quote(url, safe=":/?&=#%@+,;.~!*()_-$'")
    if doi := _doi(paper):
        fields["doi"] = escape_bibtex(doi)
    if arxiv := _arxiv(paper):
        fields |= {"eprint": arxiv, "archiveprefix": "arXiv"}
    known = f"Id in paperchat: {escape_bibtex(paper.paper_id)}"
    fields["note"] = f"{paper.status.capitalize()}. {known}" if paper.status else known
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    kind = "article" if paper.venue else "misc"
    return f"@{kind}{{{_key(paper.paper_id)},\n{lines}}}\n"


def apa(paper: Paper) -> str:
    """In the style of APA's seventh edition; the title goes first if no author is known."""
    title, who = visible(paper.title), _apa_authors(paper.authors)
    title += "" if title.endswith((".", "?", "!")) else "."
    when = f"({paper.year if paper.year is not None else 'n.d.'})."
    start = f"{who} {when} {title}" if who else f"{title} {when}"
    venue = f"{visible(paper.venue)}." if paper.venue else None
    return " ".join(filter(None, (start, venue, address(paper))))


def _apa_authors(authors: Sequence[str]) -> str:
    """ "Lovelace, A. M., & Wu, L."; of more than twenty the first nineteen and the last."""
    names = [_apa_name(visible(author)) for author in authors]
    if len(names) > _APA_MOST:
        return f"{', '.join(names[: _APA_MOST - 1])}, . . . {names[-1]}"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, & {names[-1]}"


def _apa_name(author: str) -> str:
    given, family = _split_name(author)
    initials = " ".join(f"{name[0].upper()}." for name in given.split() if name[0].isalpha())
    return f"{family}, {initials}" if initials else family


def _split_name(author: str) -> tuple[str, str]:
    """Given names and the family name with its particles: ("Laurens", "van der Maaten")."""
    words = author.split()
    at = len(words) - 1
    while at > 1 and words[at - 1].islower():
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


def _doi(paper: Paper) -> str | None:
    found = _DOI.match(paper.identifiers.doi or paper.paper_id)
    return found[1] if found else None


def _arxiv(paper: Paper) -> str | None:
    found = _ARXIV.match(paper.identifiers.arxiv or paper.paper_id)
    return found[1] if found else None


def markdown(paper: Paper) -> str:
    """The title, as a link where the paper has an address."""
    title, url = as_markdown(paper.title), address(paper)
    return f"[{title}](<{quote(url, safe=_URL_SAFE)}>)" if url else title


_URL_SAFE = ":/?&=#%@+,;.~!*()_-$'[]"


def escape_bibtex(text: str) -> str:
    """A field's value that prints as the text and leaves the entry's braces balanced."""
    return "".join(_BIBTEX.get(character, character) for character in visible(text))


def _key(paper_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9:_.-]+", "-", paper_id).strip("-") or "paper"
