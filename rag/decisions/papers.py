"""Selects the papers to answer from.

First those that the question names, or else the best one. Then the next ones in rank order, as long
as a fitted decision finds that they cover what the papers so far do not. Why: docs/decisions/0006.

This project's encoder reads question and paper together (`QueryText.judged`); its log-odds that the
paper answers are then one of the features. That reading is most of the cost of an answer. So a
paper that would not be chosen, whatever it says, is not read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.decisions.logistic import LogisticModel, load
from rag.index.library import Library
from rag.models.embedding.embedder import Judgement
from rag.query.kinds import number_of_papers
from rag.query.mentions import Mention
from rag.query.terms import alternatives, coverage, paper_terms, term_weights, title_terms
from rag.retrieval.search import MOST_EXAMINED, Retrieval
from rag.types import Paper

_ANOTHER, _LISTED = load("another_paper"), load("listed_paper")
_PLAIN_ANOTHER = load("another_paper", plain=True)
_PLAIN_LISTED = load("listed_paper", plain=True)
_MOST = 5
_RANKS = 10  # papers ranked lower are never what a question is about, unless it asks for a list
_BATCH = 8  # papers of a list that are read at once; a batch without a member ends the list
_MOST_READ = 64
_READ_FOR_OVERVIEW = 12  # papers
_FEWEST = 6  # papers of an overview, if as many come near its topic
_DOUBT = 1.0  # log-odds below the threshold down to which a paper may be on the topic
# The most that reading a paper together with the question can say for it: the log-odds of none of
# 764 papers were above 3.7.
_AT_BEST = {"judged": 4.0, "judged_behind": 0.0}


@dataclass(frozen=True, slots=True)
class Members:
    """The ids of the papers on a topic: those that are certain, and those in doubt. Best first.

    ``examined`` is how many papers were looked at; ``whole`` is False if further ones, which were
    not, may be on it as well.
    """

    certain: list[str]
    doubtful: list[str]
    examined: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that may be added to those selected so far."""

    paper_id: str
    features: Mapping[str, float]


def select_papers(
    retrieval: Retrieval, mentions: Sequence[Mention], decide: LogisticModel | None = None
) -> list[str]:
    """The ids of the papers to answer from, at most five; those named first, in that order."""
    model = decide or (_ANOTHER if _reads_pairs(retrieval) else _PLAIN_ANOTHER)
    selected = first_papers(retrieval, mentions)
    for candidate in candidates(retrieval, mentions, selected, model):
        if len(selected) >= _MOST or not model.accepts(candidate.features):
            break
        selected.append(candidate.paper_id)
    return selected[:_MOST]


def first_papers(retrieval: Retrieval, mentions: Sequence[Mention]) -> list[str]:
    """The ids of the named papers; if there are none, that of the best one with an abstract."""
    named = list(dict.fromkeys(mention.paper_id for mention in mentions))
    return named or [r.paper.paper_id for r in retrieval.ranked if r.paper.abstract][:1]


def candidates(
    retrieval: Retrieval,
    mentions: Sequence[Mention],
    selected: list[str],
    model: LogisticModel | None = None,
) -> Iterator[Candidate]:
    """Papers in rank order with their features given ``selected``, which the caller may extend.

    A paper that ``model`` accepts in no case is not read.
    """
    query, ranked = retrieval.query, retrieval.ranked[:_RANKS]
    library, weights = query.library, query.weights
    wanted = number_of_papers(query.text, len(mentions))
    for item in ranked:
        paper_id = item.paper.paper_id
        if paper_id in selected or not item.paper.abstract:
            continue
        top = ranked[0].score or 1.0
        titles = title_terms(library, [paper_id]) - title_terms(library, selected)
        texts = paper_terms(library, [paper_id]) - paper_terms(library, selected)
        features = {
            "relative_score": item.score / top,  # as a share of the best paper's score
            "title_coverage": coverage(weights, titles),  # by this title, not by a selected one
            "term_coverage": coverage(weights, texts),  # the same by title and abstract
            "more_asked": float(len(selected) < wanted),  # the question asks about more papers
        }
        if model is not None and not model.accepts(features | _AT_BEST):
            yield Candidate(paper_id, features | _AT_BEST)
            continue
        judged = query.judged([*selected, paper_id])
        if paper_id in judged:
            own = judged[paper_id].answer
            best = max((judged[i].answer for i in judged if i != paper_id), default=own)
            features |= {"judged": own, "judged_behind": best - own}
        yield Candidate(paper_id, features)


def papers_for_list(retrieval: Retrieval, *, most_read: int = _MOST_READ) -> Members:
    """The papers on the topic of a list; ``most_read`` are read together with it, if any are.

    Where papers are read together with the topic there may be none; else the best one is in it.
    """
    reads = _reads_pairs(retrieval)
    model = _LISTED if reads else _PLAIN_LISTED
    log_odds: dict[str, float] = {}
    whole = len(retrieval.ranked) <= (most_read if reads else MOST_EXAMINED - 1)
    for batch in list_candidates(retrieval, most_read, model):
        of_batch = {item.paper_id: model.log_odds(item.features) for item in batch}
        log_odds |= of_batch
        if reads and max(of_batch.values()) < model.threshold:
            whole = True
            break
    surest_first = sorted(log_odds, key=lambda paper_id: -log_odds[paper_id])
    certain = [i for i in surest_first if log_odds[i] >= model.threshold]
    doubtful = [
        i for i in surest_first if model.threshold - _DOUBT <= log_odds[i] < model.threshold
    ]
    if not reads and not certain:
        certain = [r.paper.paper_id for r in retrieval.ranked[:1]]
    doubtful = [paper_id for paper_id in doubtful if paper_id not in certain]
    examined = len(retrieval.ranked) if whole else len(log_odds)
    return Members(certain, doubtful, examined, whole)


def papers_for_overview(retrieval: Retrieval) -> list[str]:
    """The papers on a field, best first: those of a list, and at least a few that come near it."""
    members = papers_for_list(retrieval, most_read=_READ_FOR_OVERVIEW)
    near = max(0, _FEWEST - len(members.certain))
    return members.certain + members.doubtful[:near]


def list_candidates(
    retrieval: Retrieval, most_read: int = _MOST_READ, model: LogisticModel | None = None
) -> Iterator[list[Candidate]]:
    """The ranked papers in their order with the features of each, a batch at a time.

    Where papers are read together with the topic, those after the first ``most_read`` are left out,
    and one that by ``model`` is in no case even in doubt is not read.
    """
    query = retrieval.query
    library = query.library
    # A paper on one of two alternatives is as much on the topic as one on both.
    asked = alternatives(library, query.text)
    weights = [term_weights(library, text) for text in asked]
    reads = _reads_pairs(retrieval)
    ranked = [r for r in retrieval.ranked if r.paper.abstract or not reads]
    ids = [r.paper.paper_id for r in ranked]
    shares = [_best_coverage(weights, paper_terms(library, [i])) for i in ids]
    most = max(shares, default=0.0) or 1.0
    top = ranked[0].score if ranked else 1
    topics = [library.lexical.stems(text) for text in asked]
    last, size = (min(len(ranked), most_read), _BATCH) if reads else (len(ranked), len(ranked))
    surest = -math.inf
    for start in range(0, last, max(1, size)):
        batch = [
            Candidate(
                ids[at],
                {
                    "score": ranked[at].score,
                    "relative_score": ranked[at].score / (top or 1.0),
                    "term_coverage": shares[at],  # share of the topic's terms
                    "relative_coverage": shares[at] / most,  # as a share of the highest
                    "title_coverage": _best_coverage(weights, title_terms(library, [ids[at]])),
                    "phrase": max(_has_phrase(library, ranked[at].paper, t) for t in topics),
                },
            )
            for at in range(start, min(start + size, last))
        ]
        if reads:
            read = [item.paper_id for item in batch if model is None or _in_doubt(model, item)]
            judged = query.judged(read)
            surest = max([surest, *(judgement.answer for judgement in judged.values())])
            batch = [_with_judgement(item, judged.get(item.paper_id), surest) for item in batch]
        yield batch


def _best_coverage(weights: Sequence[Mapping[str, float]], terms: set[str]) -> float:
    """The share of the terms of the alternative that has most of them here."""
    return max((coverage(of_one, terms) for of_one in weights), default=0.0)


def _in_doubt(model: LogisticModel, candidate: Candidate) -> bool:
    """Whether the paper may be on the topic, if reading it says the most that it can."""
    return model.log_odds({**candidate.features, **_AT_BEST}) >= model.threshold - _DOUBT


def _with_judgement(candidate: Candidate, judged: Judgement | None, surest: float) -> Candidate:
    said = _AT_BEST
    if judged is not None:
        said = {"judged": judged.answer, "judged_behind": surest - judged.answer}
    return replace(candidate, features={**candidate.features, **said})


def _has_phrase(library: Library, paper: Paper, topic: Sequence[str]) -> float:
    """The share of the topic's pairs of adjacent terms that are adjacent in the paper, 0 to 1.

    1 for a topic of one term that the paper has.
    """
    own = library.lexical.stems(f"{paper.title}. {paper.abstract}")
    if len(topic) < 2:
        return float(bool(topic) and topic[0] in own)
    wanted = set(pairwise(topic))
    return len(wanted & set(pairwise(own))) / len(wanted)


def _reads_pairs(retrieval: Retrieval) -> bool:
    return retrieval.query.reads_pairs
