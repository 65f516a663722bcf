"""Decides whether to refuse an answer, and why: a fitted decision on question and papers.

`rag.answering.refusal` words the refusal. Why it is decided so: docs/decisions/0006.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.decisions.answer_sentences import ScoredSentence
from rag.decisions.logistic import LogisticModel, load, sigmoid
from rag.index.library import Library
from rag.query.intent import task_probability
from rag.query.kinds import kind_of
from rag.query.query import Query
from rag.query.terms import coverage, title_terms
from rag.retrieval.search import Retrieval
from rag.text.coined_names import coined_names
from rag.types import Reason

_MODEL, _PLAIN = load("answerable"), load("answerable", plain=True)
_TITLE_NAMED = 0.4  # share of the question's term weight from which on a title counts as named
_UNRELATED = 0.25  # cosine below which nothing in the corpus is related; 3% of what it answers
_SHORTEST = math.log(2)  # length of a question of one term
_LEAST_DOUBT = 0.001  # probabilities are kept this far from 0 and 1
_COVERED = 0.5  # term coverage from which on a list's topic occurs in the corpus


def reason_not_to_answer(
    query: Query,
    retrieval: Retrieval,
    scored: Sequence[ScoredSentence],
    decide: LogisticModel | None = None,
) -> Reason | None:
    """Why not to answer from these sentences, which are best first; None to answer."""
    if not scored:
        return "not_in_corpus"
    known = query.papers_are_known
    if known and (query.asks_in_general or not query.content.weights):
        return None  # a general question ("What is proposed?"), which any abstract answers
    found = features(query, retrieval, scored)
    papers = {item.paper.paper_id for item in scored}
    related = known or found["max_cosine"] >= _UNRELATED
    compares = "compare" in (query.kind, kind_of(query.text))
    if compares and len(papers) > 1 and related:
        return None  # each paper answers a part, and the encoder was asked of each alone
    model = decide or (_MODEL if "judged" in found else _PLAIN)
    # What shares words with a task ("write code that ...") does not do it.
    apt = 1.0 if known else 1 - task_probability(query.asked_alone)
    if apt * model.probability(found) >= sigmoid(model.threshold):
        return None
    if known or found["title_coverage"] >= _TITLE_NAMED:
        return "not_in_abstracts"
    unrelated = found["unknown_name"] or found["max_cosine"] < _UNRELATED
    return "not_in_corpus" if unrelated else "weak_evidence"


def reason_not_to_list(retrieval: Retrieval, scored: Sequence[ScoredSentence]) -> Reason | None:
    """Why not to answer a list question; None to answer.

    Its topic is a few words, so both term coverage and cosine must be low for a refusal.
    """
    library, topic = retrieval.query.library, retrieval.query.text
    if any(_is_unknown(library, name) for name in coined_names(topic)):
        return "not_in_corpus"
    if not scored:
        return "not_in_corpus" if retrieval.nearest < _UNRELATED else "weak_evidence"
    covered = max(item.term_coverage for item in scored)
    near = max(retrieval.nearest, max(item.cosine for item in scored))
    return "not_in_corpus" if near < _UNRELATED and covered < _COVERED else None


def features(
    query: Query, retrieval: Retrieval, scored: Sequence[ScoredSentence]
) -> Mapping[str, float]:
    """The features of the decision; shares and cosines 0 to 1, the rest as noted."""
    library = query.library
    papers = list(dict.fromkeys(item.paper.paper_id for item in scored))
    names = coined_names(query.content.text)
    unknown = float(any(_is_unknown(library, name) for name in names))
    covered = max(item.term_coverage for item in scored)
    length = max(math.log(1 + len(query.content.weights)), _SHORTEST)
    found = {
        # Over the whole corpus even if the reader chose papers, as when the model was fitted.
        "max_cosine": max(retrieval.nearest_anywhere(), *(item.cosine for item in scored)),
        "term_coverage": covered,  # by one sentence
        "title_coverage": coverage(query.search.weights, title_terms(library, papers)),
        "log_terms": length,  # ln(1 + terms)
        "unknown_name": unknown,  # 0 or 1
        # In a short question both say more.
        "coverage_per_length": covered / length,
        "unknown_per_length": unknown / length,
    }
    if judged := query.search.judged(papers):
        found["sentence"] = _log_odds(scored[0].score)  # that the best sentence answers
        # Log-odds that the best of the papers answers, read together with the question.
        found["judged"] = max(judgement.answer for judgement in judged.values())
    return found


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _LEAST_DOUBT), 1 - _LEAST_DOUBT)
    return math.log(bounded / (1 - bounded))


def _is_unknown(library: Library, name: str) -> bool:
    """Whether a coined name has a part that no paper in the library has."""
    return any(not library.lexical.frequency(term) for term in library.lexical.terms(name))
