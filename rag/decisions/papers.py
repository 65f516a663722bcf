"""How many papers an answer needs: those named, or the best one, and then each next one only if it
covers what the question asks and the papers so far do not. Why: docs/decisions/0006.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.decisions.logistic import LogisticModel, load
from rag.index.library import Library
from rag.retrieval.focus import share, term_weights, terms_of, title_terms_of
from rag.retrieval.query.questions import Mention, joins_descriptions, sides_asked
from rag.retrieval.search import Retrieval

_ANOTHER_PAPER, _LISTED_PAPER = load("another_paper"), load("listed_paper")
_MOST = 5
_RANKS = 10  # the tail holds nothing that a question for one answer is about


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that may come on top of those chosen so far."""

    paper_id: str
    features: Mapping[str, float]


def choose_papers(
    library: Library,
    retrieval: Retrieval,
    mentions: Sequence[Mention],
    decide: LogisticModel = _ANOTHER_PAPER,
) -> list[str]:
    """Ids, those named first, in the question's order; at most five."""
    chosen = first_papers(retrieval, mentions)
    for candidate in candidates(library, retrieval, mentions, chosen):
        if len(chosen) >= _MOST or not decide.accepts(candidate.features):
            break
        chosen.append(candidate.paper_id)
    return chosen[:_MOST]


def first_papers(retrieval: Retrieval, mentions: Sequence[Mention]) -> list[str]:
    """The papers named, else the best one that has an abstract to answer with."""
    named = list(dict.fromkeys(mention.paper_id for mention in mentions))
    return named or [r.paper.paper_id for r in retrieval.ranked if r.paper.abstract][:1]


def candidates(
    library: Library, retrieval: Retrieval, mentions: Sequence[Mention], chosen: list[str]
) -> Iterator[Candidate]:
    """Papers in rank order with their features beside ``chosen``, which the caller may extend."""
    query, ranked = retrieval.query, retrieval.ranked[:_RANKS]
    weights = term_weights(library, query)
    wanted = sides_asked(query, len(mentions))
    joined = float(joins_descriptions(query))
    for place, item in enumerate(ranked):
        paper_id = item.paper.paper_id
        if paper_id in chosen or not item.paper.abstract:
            continue
        top = ranked[0].score or 1.0
        after = [r.score for r in ranked[place + 1 :] if r.paper.paper_id not in chosen]
        titles = title_terms_of(library, [paper_id]) - title_terms_of(library, chosen)
        texts = terms_of(library, [paper_id]) - terms_of(library, chosen)
        features = {
            "relative_score": item.score / top,  # of the best paper's
            "lead": (item.score - after[0]) / top if after else 0.0,  # before the next paper
            "title_coverage": share(weights, titles),  # of the question, by no title chosen
            "term_coverage": share(weights, texts),  # the same for title and abstract
            "more_asked": float(len(chosen) < wanted),  # the question speaks of more than these
            "joins_descriptions": joined,  # "..., and the ... paper"
        }
        yield Candidate(paper_id, features)


def list_papers(
    library: Library, retrieval: Retrieval, decide: LogisticModel = _LISTED_PAPER
) -> list[str]:
    """Ids of every paper that a list is about, best first; the best one at least."""
    ranked = list_candidates(library, retrieval)
    chosen = [item.paper_id for item in ranked if decide.accepts(item.features)]
    return chosen or [item.paper_id for item in ranked[:1]]


def list_candidates(library: Library, retrieval: Retrieval) -> list[Candidate]:
    """Every paper that was scored, in rank order, each with its features on its own."""
    weights = term_weights(library, retrieval.query)
    held = [share(weights, terms_of(library, [r.paper.paper_id])) for r in retrieval.ranked]
    most, top = max(held, default=0.0) or 1.0, retrieval.ranked[0].score if retrieval.ranked else 1
    return [
        Candidate(
            item.paper.paper_id,
            {
                "score": item.score,
                "relative_score": item.score / (top or 1.0),
                "term_coverage": part,  # of the topic's terms
                "relative_coverage": part / most,  # beside the paper that holds the most
            },
        )
        for item, part in zip(retrieval.ranked, held, strict=True)
    ]
