"""Which papers a request for a comparison comes to."""

from __future__ import annotations

from collections.abc import Sequence

from rag.comparing.papers import (
    find_paper,
    find_papers,
    papers_about,
    papers_near,
    papers_on,
    papers_within,
)
from rag.index.library import Library
from rag.types import ANY_PAPER, Filter, Paper


def papers_for(
    library: Library,
    papers: Sequence[str] = (),
    about: str | None = None,
    nearest: str | None = None,
    statements: Sequence[str] = (),
    filter: Filter = ANY_PAPER,
) -> tuple[list[Paper], list[str]]:
    """The papers to compare, each once and in order, and the titles that were given twice.

    They are the ``papers`` by id or title, those that the question ``about`` is about, and
    ``nearest`` with the ten papers most like it. Without any of these, they are the papers that the
    ``statements`` are about, else all that ``filter`` lets in; it also limits what a question, a
    paper or a statement finds. Raises UnknownPaperError.
    """
    found, twice = find_papers(library, papers)
    scope = library.scope((), filter)
    if about is not None:
        found += papers_about(library, about, scope)
    if nearest:
        found += papers_near(library, find_paper(library, nearest), scope)
    if not papers and about is None and not nearest:
        found += (
            papers_on(library, statements, scope) if statements else papers_within(library, scope)
        )
    return list({paper.paper_id: paper for paper in found}.values()), twice
