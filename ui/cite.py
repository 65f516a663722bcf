"""A paper as a reference, from what is known of it: title, address, identifier. Pure.

Nothing is made up: no author or year stands in a reference that the corpus does not give.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from rag.plain import as_markdown, visible
from rag.types import Paper
from ui.render.text import safe_url

_ARXIV = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7})$", re.I)
_DOI = re.compile(r"(?:doi:|https?://doi\.org/)?(10\.\d{4,9}/\S+)$", re.I)
# Braces by name: BibTeX counts them even behind a backslash.
_BIBTEX: Mapping[str, str] = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$",
    "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}  # fmt: skip


def references(paper: Paper) -> dict[str, str]:
    """The reference in each form, by the form's name."""
    return {"BibTeX": bibtex(paper), "APA": apa(paper), "Markdown": markdown(paper)}


def address(paper: Paper) -> str | None:
    """Where the paper is: by its DOI or arXiv id where that is its id, else its first URL."""
    if doi := _DOI.match(paper.paper_id):
        return f"https://doi.org/{quote(doi[1], safe='/().;:-_')}"
    if arxiv := _ARXIV.match(paper.paper_id):
        return f"https://arxiv.org/abs/{arxiv[1]}"
    return safe_url(paper.url)


def bibtex(paper: Paper) -> str:
    """An entry of type misc; the title is braced so that its capitals stay."""
    fields = {"title": f"{{{escape_bibtex(paper.title)}}}"}
    if url := address(paper):
        fields["url"] = quote(url, safe=":/?&=#%@+,;.~!*()_-$'")
    if doi := _DOI.match(paper.paper_id):
        fields["doi"] = escape_bibtex(doi[1])
    elif arxiv := _ARXIV.match(paper.paper_id):
        fields |= {"eprint": arxiv[1], "archiveprefix": "arXiv"}
    fields["note"] = f"Id in paperchat: {escape_bibtex(paper.paper_id)}"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{_key(paper.paper_id)},\n{lines}}}\n"


def apa(paper: Paper) -> str:
    """As APA has it for a work without author and date: the title first, then (n.d.)."""
    title = visible(paper.title)
    end = "" if title.endswith((".", "?", "!")) else "."
    return " ".join(filter(None, (f"{title}{end} (n.d.).", address(paper))))


def markdown(paper: Paper) -> str:
    """The title, as a link where the paper has an address."""
    title, url = as_markdown(paper.title), address(paper)
    return f"[{title}](<{quote(url, safe=_URL_SAFE)}>)" if url else title


_URL_SAFE = ":/?&=#%@+,;.~!*()_-$'[]"


def escape_bibtex(text: str) -> str:
    """A field's value that prints as the text as one sees it, in an entry that still closes."""
    return "".join(_BIBTEX.get(character, character) for character in visible(text))


def _key(paper_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9:_.-]+", "-", paper_id).strip("-") or "paper"
