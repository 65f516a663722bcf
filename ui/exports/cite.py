"""Papers as references: BibTeX, RIS and CSL-JSON for programs, APA and Markdown to paste. Pure.

A reference has only what the corpus gives; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from rag.errors import InputError
from rag.text.characters.escaping import as_markdown, visible
from rag.types import Paper
from ui.exports.references.bibtex import bibtex, bibtex_file
from ui.exports.references.csl import csl_file
from ui.exports.references.facts import address
from ui.exports.references.names import Name, name_of
from ui.exports.references.ris import ris_file
from ui.web.render.basics.readable import readable

_FORMS: Mapping[str, Callable[[Sequence[Paper]], str]] = {
    "bibtex": bibtex_file,
    "ris": ris_file,
    "csl-json": csl_file,
}
REFERENCE_FORMS = tuple(_FORMS)
_NAMED = 2  # authors that a byline names
_APA_MOST = 20


def export_papers(papers: Sequence[Paper], form: str) -> str:
    """The papers with their abstracts, as a file for reference managers and `paperchat ingest`.

    ``form`` is "bibtex", "ris" or "csl-json". Raises InputError for another one.
    """
    if form not in _FORMS:
        raise InputError(
            f"There is no format {form!r}.", f"Formats are {', '.join(REFERENCE_FORMS)}."
        )
    return _FORMS[form](papers)


def references(paper: Paper) -> dict[str, str]:
    """The reference in each form, by the form's name."""
    return {"BibTeX": bibtex(paper), "APA": apa(paper), "Markdown": markdown(paper)}


def byline(paper: Paper) -> str:
    """Authors, venue and year in a few words; empty if nothing is known.

    A correction goes before them; the title says what is worse.
    """
    names = [name_of(author).family for author in paper.authors]
    who = f"{names[0]} et al." if len(names) > _NAMED else " & ".join(names)
    year = str(paper.year) if paper.year is not None else ""
    status = "Corrected" if paper.status == "corrected" else ""
    return " · ".join(filter(None, (status, who, visible(paper.venue), year)))


def apa(paper: Paper) -> str:
    """In the style of APA's seventh edition; the title goes first if no author is known."""
    title, who = readable(paper.title), _apa_authors(paper.authors)
    title += "" if title.endswith((".", "?", "!")) else "."
    when = f"({paper.year if paper.year is not None else 'n.d.'})."
    start = f"{who} {when} {title}" if who else f"{title} {when}"
    venue = f"{visible(paper.venue)}." if paper.venue else None
    return " ".join(filter(None, (start, venue, address(paper))))


def _apa_authors(authors: Sequence[str]) -> str:
    """ "Lovelace, A. M., & Wu, L."; of more than twenty the first nineteen and the last."""
    names = [_apa_name(name_of(author)) for author in authors]
    if len(names) > _APA_MOST:
        return f"{', '.join(names[: _APA_MOST - 1])}, . . . {names[-1]}"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, & {names[-1]}"


def _apa_name(name: Name) -> str:
    initials = " ".join(f"{part[0].upper()}." for part in name.given.split() if part[0].isalpha())
    return ", ".join(filter(None, (name.family, initials, name.suffix)))


def markdown(paper: Paper) -> str:
    """The title, as a link where the paper has an address."""
    title, url = as_markdown(readable(paper.title)), address(paper)
    return f"[{title}](<{quote(url, safe=_URL_SAFE)}>)" if url else title


_URL_SAFE = ":/?&=#%@+,;.~!*()_-$'[]"
