"""The sentences that state an aspect of a paper best, as the cells of a comparison are found."""

from __future__ import annotations

from collections.abc import Sequence

from rag.decisions.aspect_sentences import AspectRanker, Ranked
from rag.decisions.aspects import GIST, Aspect
from rag.decisions.logistic import sigmoid
from rag.types import Evidence, Paper


def quote_aspects(
    aspect_ranker: AspectRanker, papers: Sequence[Paper], aspects: Sequence[Aspect], most: int = 1
) -> list[Evidence]:
    """For each paper and aspect the ``most`` sentences that state it best, paper by paper.

    Numbered from 1. The score is the probability that the sentence states the aspect, 0 to 1.
    """
    ranking = aspect_ranker.rank(papers, aspects)
    found: list[Evidence] = []
    for paper in papers:
        for aspect in aspects:
            for best in ranking.get((paper.paper_id, aspect.id), [])[:most]:
                known = any(item.paper == paper and item.span == best.span for item in found)
                if best.margin >= 0 and not known:
                    found.append(Evidence(len(found) + 1, paper, best.span, _probability(best)))
    return found


def quote_gists(aspect_ranker: AspectRanker, papers: Sequence[Paper]) -> list[Evidence]:
    """The sentence of each paper that most likely says what it does or finds, paper by paper.

    Numbered from 1. The score is the probability that the sentence says so, 0 to 1.
    """
    ranking = aspect_ranker.rank(papers, [GIST])
    found = [(paper, ranking.get((paper.paper_id, GIST.id))) for paper in papers]
    best = [(paper, ranked[0]) for paper, ranked in found if ranked]
    return [
        Evidence(number, paper, first.span, _probability(first))
        for number, (paper, first) in enumerate(best, start=1)
    ]


def _probability(ranked: Ranked) -> float:
    return round(sigmoid(ranked.margin), 4)
