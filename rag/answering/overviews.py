"""Overviews of a field: at least four papers, each with what it says of itself, in groups."""

from __future__ import annotations

from rag.answering.groups import Group, Selection
from rag.answering.whole_paper import quote_gists
from rag.decisions.answer_sentences import score_sentences
from rag.decisions.answerability import reason_not_to_list
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.papers import papers_for_list
from rag.query.query import Query
from rag.retrieval.search import Retrieval

_SEVERAL, _FEWEST, _MOST = 2, 4, 10


def overview(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection | None:
    """The papers on a field; four at least, if so many may belong to it.

    None if fewer than two papers do: then the question is about something more special.
    """
    found = papers_for_list(retrieval)
    papers = found.certain[:_MOST]
    if len(papers) < _SEVERAL:
        return None
    papers += found.doubtful[: max(0, _FEWEST - len(papers))]
    scored = score_sentences(query.content, papers, query.search.judged(papers))
    reason = reason_not_to_list(retrieval, scored)
    if reason:
        return Selection((), reason)
    evidence = quote_gists(aspect_ranker, [query.library.by_id[i] for i in papers])
    return Selection(
        tuple(evidence),
        None,
        about=tuple(papers),
        groups=(Group(evidence=tuple(item.number for item in evidence)),),
        named=True,
    )
