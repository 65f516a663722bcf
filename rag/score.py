"""The sentences of the chosen papers, by how well each answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.sentences import trim
from rag.focus import Focus, share
from rag.index.library import Library
from rag.mood import speaks_to_reader
from rag.question import asks_quantity
from rag.types import Paper, Span

_LEXICAL_SHARE = 0.5
_NUMBER_BONUS = 0.15


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with its cosine to the focus and the share of the focus's terms it holds."""

    paper: Paper
    span: Span
    cosine: float
    overlap: float
    score: float


def score_sentences(library: Library, focus: Focus, papers: Sequence[str]) -> list[Scored]:
    """All sentences of these papers, best first, but those that tell their reader what to do."""
    quantity = asks_quantity(focus.question)
    scored = []
    for record in library.dense.sentences_of(papers):
        span = trim(record.span)
        if speaks_to_reader(span.text):
            continue
        overlap = share(focus.weights, library.lexical.terms(span.text))
        cosine = float(record.vector @ focus.vector)
        score = cosine + _LEXICAL_SHARE * overlap
        if quantity and any(letter.isdigit() for letter in span.text):
            score += _NUMBER_BONUS
        scored.append(Scored(library.by_id[record.paper_id], span, cosine, overlap, score))
    return sorted(scored, key=lambda item: (-item.score, item.paper.order, item.span.start))
