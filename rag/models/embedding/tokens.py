"""Token embeddings for late interaction: numbers for a question, bits for a paper. Pure.

Of a paper's token embeddings only the signs are stored, one bit per dimension: 48 bytes instead of
1,536 for 32-bit numbers. Those of a question remain numbers. See docs/decisions/0008.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

States: TypeAlias = NDArray[np.float32]
# Mean |x| of a standard normal variable. A unit vector of d normal components has about this
# cosine with the vector of its own signs, each over the square root of d.
_SIGN_LENGTH = math.sqrt(2 / math.pi)
# The eight signs of every byte.
_SIGNS = 2 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) - 1


@dataclass(frozen=True, slots=True)
class TokenStates:
    """The tokens of a text: unit embeddings, shape (tokens, dimensions), and offsets into it."""

    text: str
    states: States
    offsets: tuple[tuple[int, int], ...]

    def state_of(self, start: int, end: int) -> States:
        """The unit embedding of ``text[start:end]``, the mean of its tokens; shape (dimensions,).

        Zeros if no token is within, because the embedder cut the text.
        """
        inside = [i for i, (a, b) in enumerate(self.offsets) if b > a and a >= start and b <= end]
        if not inside:
            return np.zeros(self.states.shape[1], dtype=np.float32)
        mean = self.states[inside].mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class PackedTokens:
    """A chunk's tokens: sign bits, shape (tokens, dimensions / 8), and offsets in order.

    ``spans``, shape (tokens, 2), are offsets into the abstract. The title is read before the chunk;
    the offsets of its tokens are less than the chunk's.
    """

    bits: NDArray[np.uint8]
    spans: NDArray[np.int32]


def pack(tokens: TokenStates, shift: int) -> PackedTokens:
    """The tokens of a text in which the abstract begins at offset ``shift``."""
    spans = np.array(tokens.offsets, dtype=np.int32).reshape(-1, 2) - shift
    return PackedTokens(np.packbits(tokens.states > 0, axis=1), spans)


def signs_of(bits: NDArray[np.uint8], dimensions: int) -> States:
    """Packed sign bits as -1 and 1; shape (tokens, dimensions)."""
    return _SIGNS.take(bits, axis=0).reshape(-1, -(-dimensions // 8) * 8)[:, :dimensions]


def cosines(signs: States, states: States) -> States:
    """The approximate cosine of each token with each of ``states``; shape (tokens, states).

    ``signs`` has shape (tokens, dimensions), and ``states``, unit vectors, (states, dimensions).
    """
    return signs @ (states / (_SIGN_LENGTH * math.sqrt(states.shape[1]))).T
