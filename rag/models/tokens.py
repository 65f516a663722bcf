"""Token embeddings for late interaction: numbers for a question, bits for a paper. Pure.

Of a paper's token embeddings only the signs are stored, one bit per dimension: 48 bytes instead of
1,536 for 32-bit numbers. Those of a question remain numbers. See docs/decisions/0008.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

States: TypeAlias = NDArray[np.float32]
# Mean |x| of a standard normal variable. A unit vector of d normal components has about this
# cosine with the vector of its own signs, each over the square root of d.
_SIGN_LENGTH = math.sqrt(2 / math.pi)


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
    """A paper's tokens: sign bits, shape (tokens, dimensions / 8), and offsets.

    ``spans``, shape (tokens, 2), are offsets into the abstract. The title is read before every
    chunk; its tokens have negative offsets.
    """

    bits: NDArray[np.uint8]
    spans: NDArray[np.int32]

    def cosines(self, states: States) -> States:
        """The approximate cosine of each of ``states`` with each token; shape (states, tokens)."""
        bits = np.unpackbits(self.bits, axis=1, count=states.shape[1]).astype(np.float32)
        # The product with the signs, which are 2 * bits - 1, without a pass over the bits.
        raw = 2 * (states @ bits.T) - states.sum(axis=1, keepdims=True)
        return np.asarray(raw / (_SIGN_LENGTH * math.sqrt(states.shape[1])), dtype=np.float32)

    @property
    def in_title(self) -> NDArray[np.bool_]:
        """Which tokens are the title's; shape (tokens,)."""
        return np.asarray(self.spans[:, 0] < 0)

    def within(self, start: int, end: int) -> NDArray[np.bool_]:
        """Which tokens lie in ``abstract[start:end]``; shape (tokens,)."""
        return np.asarray((self.spans[:, 0] >= start) & (self.spans[:, 1] <= end))


def pack(tokens: TokenStates, shift: int) -> PackedTokens:
    """The tokens of a text in which the abstract begins at offset ``shift``."""
    spans = np.array(tokens.offsets, dtype=np.int32).reshape(-1, 2) - shift
    return PackedTokens(np.packbits(tokens.states > 0, axis=1), spans)


def join(parts: Sequence[PackedTokens]) -> PackedTokens:
    """The tokens of several chunks as those of one paper."""
    return PackedTokens(
        np.concatenate([part.bits for part in parts]),
        np.concatenate([part.spans for part in parts]),
    )
