"""Papers in RIS, written by rispy. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.characters.escaping import visible
from rag.types import Paper
from ui.exports.references.citekeys import citekeys
from ui.exports.references.facts import address, arxiv_of, details_of, doi_of, note_of
from ui.exports.references.kinds import kind_of
from ui.exports.references.names import name_of


def ris_file(papers: Sequence[Paper]) -> str:
    """A record for each paper, with its abstract; the key is its ID."""
    import rispy

    class Writer(rispy.RisWriter):  # type: ignore[misc]
        """Without the numbers that rispy writes before each record."""

        def set_header(self, count: int) -> str:
            return ""

    keys = citekeys(papers)
    records = [_record(paper, keys[paper.paper_id]) for paper in papers]
    return str(rispy.dumps(records, implementation=Writer))


def _record(paper: Paper, key: str) -> dict[str, str | list[str]]:
    """The fields by rispy's names, in the order in which they are written."""
    at = details_of(paper)
    arxiv, pmid = arxiv_of(paper), paper.identifiers.pmid
    urls = [url for url in (address(paper), *paper.urls) if url]
    if arxiv:
        urls.append(f"https://arxiv.org/abs/{arxiv}")
    fields: dict[str, str | list[str]] = {
        "type_of_reference": kind_of(paper).ris,
        "id": key,
        "title": visible(paper.title),
        "authors": [name_of(author).inverted for author in paper.authors],
        "year": str(paper.year) if paper.year is not None else "",
        "secondary_title": visible(paper.venue),
        "volume": at.volume,
        "number": at.issue,
        "start_page": at.first_page,
        "end_page": at.last_page,
        "publisher": at.publisher,
        "doi": doi_of(paper) or "",
        "accession_number": pmid or "",
        "name_of_database": "PubMed" if pmid else "",
        "urls": list(dict.fromkeys(urls)),
        "keywords": [visible(tag) for tag in paper.tags],
        "abstract": visible(paper.abstract),
        "notes": [note_of(paper)],
    }
    return {name: value for name, value in fields.items() if value}
