"""A claim beside its quotes, word-piece by word-piece. Pure: token states in, two numbers out.

``recall`` is BERTScore's recall without idf (Zhang et al. 2020, arXiv:1904.09675, eq. 1), with all
quotes as one reference: each word-piece of the claim with the nearest one of the quotes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.polarity import Direction, directions

States: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The word-pieces of a text: unit states (pieces, dimensions) and offsets into the text."""

    text: str
    states: States
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How the quotes stand to a claim, by meaning; both numbers are cosines, 0 where there is none.

    ``recall``: the mean over the claim's word-pieces of the nearest word-piece of a quote.
    ``against``: the nearest that a word of direction ("reduces") comes to one of the opposite
    direction ("improves", "does not reduce") where no word of its own direction is as near.
    The states are read in context, so near means: said of the same thing.
    """

    recall: float
    against: float = 0.0


def likeness(claim: Tokens, quotes: Sequence[Tokens]) -> Likeness:
    """Compare a claim with at least one quote."""
    if not len(claim.states):
        return Likeness(0.0)
    near = [claim.states @ quote.states.T for quote in quotes if len(quote.states)]
    if not near:
        return Likeness(0.0)
    recall = np.max([cosines.max(axis=1) for cosines in near], axis=0).mean()
    return Likeness(float(np.clip(recall, 0.0, 1.0)), _against(claim, quotes))


def _against(claim: Tokens, quotes: Sequence[Tokens]) -> float:
    there = [
        (word.sign, state_of(quote, word)) for quote in quotes for word in directions(quote.text)
    ]
    worst = 0.0
    for word in directions(claim.text):
        state = state_of(claim, word)
        same = max((float(state @ s) for sign, s in there if sign == word.sign), default=0.0)
        other = max((float(state @ s) for sign, s in there if sign != word.sign), default=0.0)
        if other > same:
            worst = max(worst, other)
    return min(1.0, worst)


def state_of(tokens: Tokens, word: Direction) -> States:
    """The unit state of a word: the mean of its pieces; nothing where it was cut off."""
    inside = [
        i for i, (a, b) in enumerate(tokens.offsets) if b > a and a >= word.start and b <= word.end
    ]
    if not inside:
        return np.zeros(tokens.states.shape[1], dtype=np.float32)
    mean = tokens.states[inside].mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)
