"""Scores each sentence of some papers by how likely it answers a question: a fitted decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from rag.decisions.logistic import LogisticModel, load
from rag.query.query import QueryText
from rag.query.terms import coverage
from rag.retrieval.maxsim import Similarities, similarities
from rag.text.sentences.reporting import reports
from rag.text.sentences.sentences import trim
from rag.types import Paper, Span

if TYPE_CHECKING:
    from rag.models.embedding.embedder import Judgement

_MODEL, _PLAIN = load("answer_sentence"), load("answer_sentence", plain=True)


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence with its cosine to the question and its coverage of the question's terms.

    ``score`` is the probability, 0 to 1, that the sentence is part of the answer, computed from
    ``features``.
    """

    paper: Paper
    span: Span
    cosine: float
    term_coverage: float
    score: float
    features: Mapping[str, float]


def score_sentences(
    question: QueryText,
    papers: Sequence[str],
    judged: Mapping[str, Judgement] = MappingProxyType({}),
    decide: LogisticModel | None = None,
) -> list[ScoredSentence]:
    """All sentences of the papers with these ids, best first, but not those addressing the reader.

    ``judged`` is what `Query.judged` says of all these papers, or nothing; then the plain model
    decides. ``decide`` can be another model with the same features.
    """
    model = decide or (_MODEL if judged else _PLAIN)
    library = question.library
    read = library.tokens.of(papers)
    scored = []
    for paper_id, similar in similarities(question, read):
        paper = library.by_id[paper_id]
        spans = read[paper_id].sentences(paper.abstract)
        if paper_id in judged:
            similar["judged"] = judged[paper_id].sentences
        for span, found in zip(spans, _features(question, spans, similar), strict=True):
            if not reports(span.text, paper.abstract):
                continue
            score = model.probability(found)
            scored.append(
                ScoredSentence(
                    paper, trim(span), found["cosine"], found["term_coverage"], score, found
                )
            )
    return sorted(scored, key=lambda item: (-item.score, item.paper.order, item.span.start))


def _features(
    question: QueryText, spans: Sequence[Span], similar: Similarities
) -> Iterator[Mapping[str, float]]:
    """The features of each sentence of one paper, in order."""
    compared = {
        **similar,
        "term_coverage": np.array([_coverage(question, span.text) for span in spans]),
    }
    columns = {
        **compared,
        # How far it is below the best of its paper.
        **{f"{name}_behind": of.max(initial=-1.0) - of for name, of in compared.items()},
    }
    lists = {name: of.tolist() for name, of in columns.items()}
    for place in range(len(spans)):
        yield {name: of[place] for name, of in lists.items()}


def _coverage(question: QueryText, text: str) -> float:
    return coverage(question.weights, question.library.terms_of(text))
