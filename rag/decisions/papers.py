"""Selects the papers to answer from.

First those that the question names, or else the best one. Then the next ones in rank order, as long
as a fitted decision finds that they cover what the papers so far do not. Why: docs/decisions/0006.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.decisions.logistic import LogisticModel, load
from rag.retrieval.query.kinds import joins_descriptions, number_of_papers
from rag.retrieval.query.mentions import Mention
from rag.retrieval.search import Retrieval
from rag.retrieval.terms import coverage, paper_terms, title_terms

_ANOTHER_PAPER, _LISTED_PAPER = load("another_paper"), load("listed_paper")
_MOST = 5
_RANKS = 10  # papers ranked lower are never what a question is about, unless it asks for a list


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that may be added to those selected so far."""

    paper_id: str
    features: Mapping[str, float]


def select_papers(
    retrieval: Retrieval, mentions: Sequence[Mention], decide: LogisticModel = _ANOTHER_PAPER
) -> list[str]:
    """The ids of the papers to answer from, at most five; those named first, in that order."""
    selected = first_papers(retrieval, mentions)
    for candidate in candidates(retrieval, mentions, selected):
        if len(selected) >= _MOST or not decide.accepts(candidate.features):
            break
        selected.append(candidate.paper_id)
    return selected[:_MOST]


def first_papers(retrieval: Retrieval, mentions: Sequence[Mention]) -> list[str]:
    """The ids of the named papers; if there are none, that of the best one with an abstract."""
    named = list(dict.fromkeys(mention.paper_id for mention in mentions))
    return named or [r.paper.paper_id for r in retrieval.ranked if r.paper.abstract][:1]


def candidates(
    retrieval: Retrieval, mentions: Sequence[Mention], selected: list[str]
) -> Iterator[Candidate]:
    """Papers in rank order with their features given ``selected``, which the caller may extend."""
    query, ranked = retrieval.query, retrieval.ranked[:_RANKS]
    library, weights = query.library, query.weights
    wanted = number_of_papers(query.text, len(mentions))
    joined = float(joins_descriptions(query.text))
    for place, item in enumerate(ranked):
        paper_id = item.paper.paper_id
        if paper_id in selected or not item.paper.abstract:
            continue
        top = ranked[0].score or 1.0
        after = [r.score for r in ranked[place + 1 :] if r.paper.paper_id not in selected]
        titles = title_terms(library, [paper_id]) - title_terms(library, selected)
        texts = paper_terms(library, [paper_id]) - paper_terms(library, selected)
        features = {
            "relative_score": item.score / top,  # as a share of the best paper's score
            "lead": (item.score - after[0]) / top if after else 0.0,  # over the next paper
            "title_coverage": coverage(weights, titles),  # by this title, not by a selected one
            "term_coverage": coverage(weights, texts),  # the same by title and abstract
            "more_asked": float(len(selected) < wanted),  # the question asks about more papers
            "joins_descriptions": joined,  # "..., and the ... paper"
        }
        yield Candidate(paper_id, features)


def papers_for_list(retrieval: Retrieval, decide: LogisticModel = _LISTED_PAPER) -> list[str]:
    """The ids of all papers on the topic of a list, best first; at least the best one."""
    ranked = list_candidates(retrieval)
    selected = [item.paper_id for item in ranked if decide.accepts(item.features)]
    return selected or [item.paper_id for item in ranked[:1]]


def list_candidates(retrieval: Retrieval) -> list[Candidate]:
    """The ranked papers in their order, with the features of each."""
    library, weights = retrieval.query.library, retrieval.query.weights
    shares = [coverage(weights, paper_terms(library, [r.paper.paper_id])) for r in retrieval.ranked]
    most = max(shares, default=0.0) or 1.0
    top = retrieval.ranked[0].score if retrieval.ranked else 1
    return [
        Candidate(
            item.paper.paper_id,
            {
                "score": item.score,
                "relative_score": item.score / (top or 1.0),
                "term_coverage": share,  # share of the topic's terms
                "relative_coverage": share / most,  # as a share of the highest
            },
        )
        for item, share in zip(retrieval.ranked, shares, strict=True)
    ]
