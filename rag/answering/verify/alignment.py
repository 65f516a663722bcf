"""Similarity of a claim to its quotes, token by token: BERTScore recall, and opposition. Pure.

The recall is that of BERTScore without idf (Zhang et al. 2020, arXiv:1904.09675, eq. 1): the mean
over the claim's tokens of the cosine with the most similar token of any quote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rag.models.embedding.embedder import Embedder
from rag.models.embedding.tokens import TokenStates
from rag.text.polarity import directions


@dataclass(frozen=True, slots=True)
class QuoteSimilarity:
    """How similar the quotes are to a claim in meaning, and to its opposite; each 0 to 1.

    ``recall``: BERTScore's recall of the claim in the quotes.
    ``against``: the highest cosine of a word of direction in the claim ("reduces") with one of the
    opposite direction in a quote ("improves", "does not reduce"), unless a word of its own
    direction is more similar. Token states depend on their context, so a high cosine means that
    both words are about the same thing.
    """

    recall: float
    against: float = 0.0


# (claim, quotes) -> their similarity in meaning.
Similarity: TypeAlias = Callable[[str, Sequence[str]], QuoteSimilarity]


def similarity_by(embedder: Embedder) -> Similarity:
    """A function that compares a claim with quotes by one pass of ``embedder``."""

    def similarity(claim: str, quotes: Sequence[str]) -> QuoteSimilarity:
        tokens = embedder.embed_tokens([claim, *quotes])
        return quote_similarity(tokens[0], tokens[1:])

    return similarity


def quote_similarity(claim: TokenStates, quotes: Sequence[TokenStates]) -> QuoteSimilarity:
    """The similarity from token states; 0 if the claim or all quotes have no token."""
    if not len(claim.states):
        return QuoteSimilarity(0.0)
    near = [claim.states @ quote.states.T for quote in quotes if len(quote.states)]
    if not near:
        return QuoteSimilarity(0.0)
    recall = np.max([cosines.max(axis=1) for cosines in near], axis=0).mean()
    return QuoteSimilarity(float(np.clip(recall, 0.0, 1.0)), _against(claim, quotes))


def _against(claim: TokenStates, quotes: Sequence[TokenStates]) -> float:
    there = [
        (word.sign, quote.state_of(word.start, word.end))
        for quote in quotes
        for word in directions(quote.text)
    ]
    worst = 0.0
    for word in directions(claim.text):
        state = claim.state_of(word.start, word.end)
        same = max((float(state @ s) for sign, s in there if sign == word.sign), default=0.0)
        other = max((float(state @ s) for sign, s in there if sign != word.sign), default=0.0)
        if other > same:
            worst = max(worst, other)
    return min(1.0, worst)
