"""The sentences of the chosen papers, by how likely each is to answer: a fitted decision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.decisions.logistic import LogisticModel, load
from rag.index.dense import VectorRecord
from rag.index.library import Library
from rag.models.tokens import PackedTokens, States
from rag.retrieval.focus import Focus, share
from rag.retrieval.maxsim import maxsim
from rag.retrieval.query.questions import asks_link, asks_quantity
from rag.text.imperatives import addresses_reader
from rag.text.sentences import trim
from rag.types import Paper, Span

_URL = re.compile(r"https?://|www\.|github", re.IGNORECASE)
_ANSWER_SENTENCE = load("answer_sentence")
# Features that also count by how far a sentence is behind the best one of its paper.
_COMPARED = (
    "cosine",
    "term_coverage",
    "maxsim",
    "maxsim_with_title",
    "maxsim_with_previous",
    "reverse_maxsim",
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with its cosine to the focus and the share of the focus's terms it holds.

    ``score`` is the probability, 0 to 1, that it is part of the answer; ``features`` are what it
    was weighed by.
    """

    paper: Paper
    span: Span
    cosine: float
    term_coverage: float
    score: float
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Places:
    """Which of a paper's word-pieces belong to a sentence; shape (pieces,) each."""

    own: NDArray[np.bool_]
    with_title: NDArray[np.bool_]
    with_before: NDArray[np.bool_]


def score_sentences(
    library: Library, focus: Focus, papers: Sequence[str], decide: LogisticModel = _ANSWER_SENTENCE
) -> list[Scored]:
    """All sentences of these papers, best first, but those that tell their reader what to do."""
    records: dict[str, list[VectorRecord]] = {}
    for record in library.dense.sentences_of(papers):
        records.setdefault(record.paper_id, []).append(record)
    pieces = library.tokens.of(papers)
    scored = [
        Scored(
            library.by_id[paper_id],
            trim(record.span),
            found["cosine"],
            found["term_coverage"],
            decide.probability(found),
            found,
        )
        for paper_id, of_paper in records.items()
        for record, found in _features(library, focus, of_paper, pieces[paper_id])
        if not addresses_reader(record.span.text)
    ]
    return sorted(scored, key=lambda item: (-item.score, item.paper.order, item.span.start))


def _features(
    library: Library, focus: Focus, records: Sequence[VectorRecord], pieces: PackedTokens
) -> Iterator[tuple[VectorRecord, Mapping[str, float]]]:
    """What speaks for each sentence of one paper."""
    cosines = pieces.cosines(focus.tokens.states)
    ordered = sorted(records, key=lambda record: record.span.start)
    inside = [pieces.within(record.span.start, record.span.end) for record in ordered]
    before = [pieces.in_title, *(own | pieces.in_title for own in inside[:-1])]
    alone = [
        _alone(library, focus, record, cosines, _Places(own, own | pieces.in_title, own | previous))
        for record, own, previous in zip(ordered, inside, before, strict=True)
    ]
    best = {name: max(found[name] for found in alone) for name in _COMPARED}
    for place, (record, found) in enumerate(zip(ordered, alone, strict=True)):
        behind = {f"{name}_behind": best[name] - found[name] for name in _COMPARED}
        ends = {"first": float(place == 0), "last": float(place == len(ordered) - 1)}
        yield record, {**found, **behind, **ends}


def _alone(
    library: Library, focus: Focus, record: VectorRecord, cosines: States, places: _Places
) -> dict[str, float]:
    """A sentence beside the question; shares and cosines 0 to 1, the rest 0 or 1."""
    text = record.span.text
    own = cosines[:, places.own]
    number = asks_quantity(focus.question) and any(letter.isdigit() for letter in text)
    return {
        "cosine": float(record.vector @ focus.vector),
        "term_coverage": share(focus.weights, library.lexical.terms(text)),
        "maxsim": maxsim(own),  # of the question, in the sentence
        "maxsim_with_title": maxsim(cosines[:, places.with_title]),  # the title taken as part of it
        "maxsim_with_previous": maxsim(cosines[:, places.with_before]),  # the sentence before too
        "reverse_maxsim": maxsim(own.T),  # of the sentence, in the question
        "number_asked": float(number),  # a quantity is asked for and there is one
        "link_unasked": float(bool(_URL.search(text)) and not asks_link(focus.question)),
    }
