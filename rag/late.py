"""Late interaction: every word-piece of a question with the nearest one of a paper. Pure.

A paper's word-pieces are kept as the signs of their states, one bit a dimension, 48 bytes where
32-bit numbers take 1,536; the question's stay as they are. See docs/decisions/0008.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.align import States, Tokens

# Mean |x| of a normal variable: what a unit vector has in common with its own signs, over one.
_SIGN_LENGTH = math.sqrt(2 / math.pi)


@dataclass(frozen=True, slots=True)
class Pieces:
    """A paper's word-pieces: signs, shape (pieces, dimensions / 8), and where each stands.

    ``spans``, shape (pieces, 2), are offsets into the abstract; those of the title's pieces, which
    are read before every chunk, are negative.
    """

    signs: NDArray[np.uint8]
    spans: NDArray[np.int32]

    def cosines(self, states: States) -> States:
        """About the cosine of each state with each piece; shape (states, pieces)."""
        bits = np.unpackbits(self.signs, axis=1, count=states.shape[1]).astype(np.float32)
        # The product with signs, which are 2 * bits - 1, without a pass over them.
        raw = 2 * (states @ bits.T) - states.sum(axis=1, keepdims=True)
        return np.asarray(raw / (_SIGN_LENGTH * math.sqrt(states.shape[1])), dtype=np.float32)

    @property
    def in_title(self) -> NDArray[np.bool_]:
        """Which pieces are the title's; shape (pieces,)."""
        return np.asarray(self.spans[:, 0] < 0)

    def within(self, start: int, end: int) -> NDArray[np.bool_]:
        """Which pieces stand in ``abstract[start:end]``; shape (pieces,)."""
        return np.asarray((self.spans[:, 0] >= start) & (self.spans[:, 1] <= end))


def pack(tokens: Tokens, shift: int) -> Pieces:
    """The pieces of a text of which the abstract's offset 0 stands at ``shift``."""
    spans = np.array(tokens.offsets, dtype=np.int32).reshape(-1, 2) - shift
    return Pieces(np.packbits(tokens.states > 0, axis=1), spans)


def join(parts: Sequence[Pieces]) -> Pieces:
    """The pieces of several chunks as those of one paper."""
    return Pieces(
        np.concatenate([part.signs for part in parts]),
        np.concatenate([part.spans for part in parts]),
    )


def nearness(cosines: States, weights: States | None = None) -> float:
    """The mean over a question's pieces of the nearest piece of the paper, by ``weights``.

    MaxSim of ColBERT (Khattab and Zaharia 2020, arXiv:2004.12832, eq. 3), as a mean. 0 of nothing.
    """
    if not cosines.size:
        return 0.0
    return float(np.average(cosines.max(axis=1), weights=weights))
