"""Decides whether to refuse an answer, and why: a fitted decision on question and papers.

`rag.answering.refusal` words the refusal. Why it is decided so: docs/decisions/0006.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.decisions.answer_sentences import ScoredSentence
from rag.decisions.logistic import LogisticModel, load
from rag.index.library import Library
from rag.retrieval.query.details import (
    asks_definition,
    lacks_detail,
    lacks_number,
    missing_names,
    missing_numbers,
)
from rag.retrieval.query.query import Query
from rag.retrieval.search import Retrieval
from rag.retrieval.terms import coverage, title_terms
from rag.text.coined_names import coined_names
from rag.types import Reason

_MODEL, _PLAIN = load("answerable"), load("answerable", plain=True)
_TITLE_NAMED = 0.4  # share of the question's term weight from which on a title counts as named
_UNRELATED = 0.30  # cosine below which nothing in the corpus is related
_COVERED = 0.5  # term coverage from which on a list's topic occurs in the corpus
_LIKELY = 0.5  # probability from which on the best sentence counts as an answer
# Features that are positive if the papers lack something that is asked for.
_LACKS = ("missing", "lacks_detail", "lacks_number")


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
    if known and not query.content.weights:
        return None  # a general question ("What is proposed?"), which any abstract answers
    found = features(query, retrieval, scored)
    mentioned = found["term_coverage"] > 0 or scored[0].score >= _LIKELY
    if known and mentioned and not any(found[lack] for lack in _LACKS):
        return None  # the cosines of a rare name are low even if the paper is about it
    model = decide or (_MODEL if "judged" in found else _PLAIN)
    if model.accepts(found):
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
    if not scored or any(_is_unknown(library, name) for name in coined_names(topic)):
        return "not_in_corpus"
    covered = max(item.term_coverage for item in scored)
    near = max(retrieval.nearest, max(item.cosine for item in scored))
    return "not_in_corpus" if near < _UNRELATED and covered < _COVERED else None


def features(
    query: Query, retrieval: Retrieval, scored: Sequence[ScoredSentence]
) -> Mapping[str, float]:
    """The features of the decision; shares and cosines 0 to 1, the rest 0 or 1 unless noted."""
    library = query.library
    papers = list(dict.fromkeys(item.paper.paper_id for item in scored))
    text = " ".join(f"{library.by_id[i].title}. {library.by_id[i].abstract}" for i in papers)
    question = query.content.text
    size = math.log(1 + len(query.content.weights))
    best = max(item.cosine for item in scored)
    judged = query.search.judged(papers)
    absent = min(2, len(missing_names(question, text)) + len(missing_numbers(question, text)))
    read = (
        {
            # The best of the papers, read together with the question; log-odds.
            "judged": max(judgement.answer for judgement in judged.values()),
            "judged_sentence": max(float(j.sentences.max()) for j in judged.values()),
        }
        if judged
        else {}
    )
    return read | {
        # Over the whole corpus even if the reader chose papers, as when the model was fitted.
        "max_cosine": max(retrieval.nearest_anywhere(), best),  # of any chunk or scored sentence
        "term_coverage": max(
            item.term_coverage for item in scored
        ),  # of the question's terms by one sentence
        "title_coverage": coverage(query.search.weights, title_terms(library, papers)),
        "log_terms": size,  # ln(1 + terms): long questions use words that the papers lack
        "log_terms_cosine": size * best,  # times the best cosine of a scored sentence
        "unknown_name": float(any(_is_unknown(library, name) for name in coined_names(question))),
        "missing": float(absent),  # 0 to 2: names and numbers that the papers lack
        "named_missing": float(absent * query.papers_are_known),
        "lacks_detail": float(lacks_detail(question, text)),
        "lacks_number": float(lacks_number(question, text)),
        "asks_definition": float(asks_definition(query.search.text) and not absent),
    }


def _is_unknown(library: Library, name: str) -> bool:
    """Whether a coined name has a part that no paper in the library has."""
    return any(not library.lexical.frequency(term) for term in library.lexical.terms(name))
