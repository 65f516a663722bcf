"""Overviews and syntheses of a field: several papers, one sentence each, in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.grouping import grouped
from rag.answering.groups import Selection
from rag.answering.whole_paper import aspects_named, quote_aspects, quote_gists
from rag.decisions.answer_sentences import score_sentences
from rag.decisions.answerability import reason_not_to_list
from rag.decisions.aspect_sentences import AspectRanker
from rag.query.query import Query
from rag.retrieval.search import Retrieval
from rag.types import Evidence, Paper

# A paper belongs to the field if its score in the search for the topic is this share of the best
# one's. Up to six papers are shown if they come near it. Measured in docs/decisions/0019.
_SHARE, _LESS = 0.85, 0.65
_SEVERAL, _ENOUGH, _MOST = 2, 6, 8


def overview(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection | None:
    """The papers on a field, each with what it says of itself; or of what a synthesis asks for.

    None if fewer than two papers are on it: then the question is about something more special.
    """
    papers = _on_topic(retrieval)
    ids = [paper.paper_id for paper in papers]
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


def _on_topic(retrieval: Retrieval) -> list[Paper]:
    """The papers of the search that belong to the topic, best first."""
    ranked = [item for item in retrieval.ranked if item.paper.abstract][:_MOST]
    best = max((item.score for item in ranked), default=0.0)
    return [
        item.paper
        for place, item in enumerate(ranked)
        if item.score >= (_LESS if place < _ENOUGH else _SHARE) * best
    ]


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
