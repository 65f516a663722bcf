"""A claim beside its quotes, word-piece by word-piece. Pure: token states in, two numbers out.

``recall`` is BERTScore's recall without idf (Zhang et al. 2020, arXiv:1904.09675, eq. 1), with all
quotes as one reference: each word-piece of the claim with the nearest one of the quotes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rag.models.embedder import Embedder
from rag.models.tokens import TokenStates
from rag.text.polarity import directions


@dataclass(frozen=True, slots=True)
class QuoteSimilarity:
    """How the quotes stand to a claim, by meaning; both numbers are cosines, 0 where there is none.

    ``recall``: the mean over the claim's word-pieces of the nearest word-piece of a quote.
    ``against``: the nearest that a word of direction ("reduces") comes to one of the opposite
    direction ("improves", "does not reduce") where no word of its own direction is as near.
    The states are read in context, so near means: said of the same thing.
    """

    recall: float
    against: float = 0.0


# (claim, quotes) -> how similar the quotes are to the claim in meaning.
Similarity: TypeAlias = Callable[[str, Sequence[str]], QuoteSimilarity]


def similarity_by(embedder: Embedder) -> Similarity:
    """Compare claims with quotes by one pass of ``embedder`` each."""

    def similarity(claim: str, quotes: Sequence[str]) -> QuoteSimilarity:
        tokens = embedder.embed_tokens([claim, *quotes])
        return quote_similarity(tokens[0], tokens[1:])

    return similarity


def quote_similarity(claim: TokenStates, quotes: Sequence[TokenStates]) -> QuoteSimilarity:
    """Compare a claim with at least one quote."""
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
