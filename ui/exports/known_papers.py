"""The papers of what is exported: the library's, or what an answer itself has of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.types import Paper
from ui.exports.bundle import Bundle
from ui.outline import named_only


def papers_of(bundles: Sequence[Bundle], library: Mapping[str, Paper]) -> Mapping[str, Paper]:
    """Every paper of the answers by its id.

    The library knows authors and years; the abstract is the one that the quotes are of.
    """
    papers: dict[str, Paper] = {}
    for bundle in bundles:
        cited = [(c.paper_id, c.title, c.url) for c in bundle.answer.citations]
        named = [(ref.paper_id, ref.title, None) for ref in named_only(bundle.answer)]
        for paper_id, title, url in (*cited, *named):
            papers.setdefault(paper_id, plain_paper(paper_id, title, url, "", library))
        for held in bundle.papers:
            papers[held.paper_id] = plain_paper(
                held.paper_id, held.title, held.url, held.abstract, library
            )
    return papers


def plain_paper(
    paper_id: str, title: str, url: str | None, abstract: str, library: Mapping[str, Paper]
) -> Paper:
    """The library's paper with this abstract, or one with what is given if it is not there."""
    known = library.get(paper_id)
    if known is not None:
        return replace(known, abstract=abstract or known.abstract)
    return Paper(paper_id, title, abstract, (url,) if url else (), 0, "")
