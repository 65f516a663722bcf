"""Overviews and syntheses of a field: several papers, one sentence each, in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.selecting.by_aspect import quote_aspects, quote_gists
from rag.answering.selecting.grouping import grouped
from rag.answering.selecting.groups import Selection
from rag.answering.understanding.whole_paper import aspects_named
from rag.decisions.answer_sentences import score_sentences
from rag.decisions.answerability import reason_not_to_list
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.papers import papers_for_overview
from rag.query.query import Query
from rag.retrieval.search import Retrieval
from rag.types import Evidence, Paper

_SEVERAL, _MOST = 2, 8  # papers


def overview(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection | None:
    """The papers on a field, each with what it says of itself; or of what a synthesis asks for.

    None if fewer than two papers are on it: then the question is about something more special.
    """
    ids = papers_for_overview(retrieval)[:_MOST]
    papers = [query.library.by_id[i] for i in ids]
    reason = reason_not_to_list(retrieval, score_sentences(query.search, ids))
    if reason:
        return Selection((), reason)
    if len(papers) < _SEVERAL:
        return None
    if query.intent == "overview":
        evidence = quote_gists(aspect_ranker, papers)
    else:
        evidence = _said(query, papers, aspect_ranker)
    about = tuple(item.paper.paper_id for item in evidence)
    groups = grouped(query.library, evidence)
    return Selection(tuple(evidence), None, about=about, groups=groups, named=True)


def _said(query: Query, papers: Sequence[Paper], aspect_ranker: AspectRanker) -> list[Evidence]:
    """Of each paper the sentence that states the aspect asked for, or else answers best."""
    aspects = aspects_named(query.text)
    stated = quote_aspects(aspect_ranker, papers, aspects[:1]) if aspects else []
    found = {item.paper.paper_id: item for item in stated}
    ids = [paper.paper_id for paper in papers]
    whole = query.asked_alone
    for item in score_sentences(whole, ids, whole.judged(ids)):
        found.setdefault(
            item.paper.paper_id, Evidence(0, item.paper, item.span, round(item.score, 4))
        )
    ordered = [found[paper_id] for paper_id in ids if paper_id in found]
    return [replace(item, number=number) for number, item in enumerate(ordered, start=1)]
