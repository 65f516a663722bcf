"""Scores each sentence of some papers by how likely it answers a question: a fitted decision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.decisions.logistic import LogisticModel, load
from rag.index.dense import VectorRecord
from rag.models.tokens import PackedTokens, States
from rag.retrieval.maxsim import maxsim
from rag.retrieval.query.kinds import asks_link, asks_quantity
from rag.retrieval.query.query import QueryText
from rag.retrieval.terms import coverage
from rag.text.imperatives import addresses_reader
from rag.text.sentences import trim
from rag.types import Paper, Span

_URL = re.compile(r"https?://|www\.|github", re.IGNORECASE)
_ANSWER_SENTENCE = load("answer_sentence")
# Each of these has a second feature, "_behind": how far it is below the best of its paper.
_COMPARED = (
    "cosine",
    "term_coverage",
    "maxsim",
    "maxsim_with_title",
    "maxsim_with_previous",
    "reverse_maxsim",
)


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


@dataclass(frozen=True, slots=True)
class _Places:
    """Masks of a paper's tokens for one sentence, alone and with its title or the one before.

    Each has shape (tokens,).
    """

    own: NDArray[np.bool_]
    with_title: NDArray[np.bool_]
    with_before: NDArray[np.bool_]


def score_sentences(
    question: QueryText, papers: Sequence[str], decide: LogisticModel = _ANSWER_SENTENCE
) -> list[ScoredSentence]:
    """All sentences of the papers with these ids, best first, but not those addressing the reader.

    ``decide`` can be another model with the same features.
    """
    library = question.library
    records: dict[str, list[VectorRecord]] = {}
    for record in library.dense.sentences_of(papers):
        records.setdefault(record.paper_id, []).append(record)
    tokens = library.tokens.of(papers)
    scored = [
        ScoredSentence(
            library.by_id[paper_id],
            trim(record.span),
            found["cosine"],
            found["term_coverage"],
            decide.probability(found),
            found,
        )
        for paper_id, of_paper in records.items()
        for record, found in _features(question, of_paper, tokens[paper_id])
        if not addresses_reader(record.span.text)
    ]
    return sorted(scored, key=lambda item: (-item.score, item.paper.order, item.span.start))


def _features(
    question: QueryText, records: Sequence[VectorRecord], tokens: PackedTokens
) -> Iterator[tuple[VectorRecord, Mapping[str, float]]]:
    """Each sentence of one paper, in order, with its features."""
    cosines = tokens.cosines(question.tokens.states)
    ordered = sorted(records, key=lambda record: record.span.start)
    inside = [tokens.within(record.span.start, record.span.end) for record in ordered]
    before = [tokens.in_title, *(own | tokens.in_title for own in inside[:-1])]
    alone = [
        _alone(question, record, cosines, _Places(own, own | tokens.in_title, own | previous))
        for record, own, previous in zip(ordered, inside, before, strict=True)
    ]
    best = {name: max(found[name] for found in alone) for name in _COMPARED}
    for place, (record, found) in enumerate(zip(ordered, alone, strict=True)):
        behind = {f"{name}_behind": best[name] - found[name] for name in _COMPARED}
        ends = {"first": float(place == 0), "last": float(place == len(ordered) - 1)}
        yield record, {**found, **behind, **ends}


def _alone(
    question: QueryText, record: VectorRecord, cosines: States, places: _Places
) -> dict[str, float]:
    """The features of a sentence by itself; shares and cosines 0 to 1, the rest 0 or 1."""
    text = record.span.text
    own = cosines[:, places.own]
    number = asks_quantity(question.text) and any(letter.isdigit() for letter in text)
    return {
        "cosine": float(record.vector @ question.vector),
        "term_coverage": coverage(question.weights, question.library.terms_of(text)),
        "maxsim": maxsim(own),  # question tokens in the sentence
        "maxsim_with_title": maxsim(cosines[:, places.with_title]),  # in title and sentence
        "maxsim_with_previous": maxsim(cosines[:, places.with_before]),  # in it and the one before
        "reverse_maxsim": maxsim(own.T),  # sentence tokens in the question
        "number_asked": float(number),  # a quantity is asked for, and the sentence has a digit
        "link_unasked": float(bool(_URL.search(text)) and not asks_link(question.text)),
    }
