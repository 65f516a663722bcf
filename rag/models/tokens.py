"""Late interaction: every word-piece of a question with the nearest one of a paper. Pure.

A paper's word-pieces are kept as the signs of their states, one bit a dimension, 48 bytes where
32-bit numbers take 1,536; the question's stay as they are. See docs/decisions/0008.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

States: TypeAlias = NDArray[np.float32]
# Mean |x| of a normal variable: what a unit vector has in common with its own signs, over one.
_SIGN_LENGTH = math.sqrt(2 / math.pi)


@dataclass(frozen=True, slots=True)
class TokenStates:
    """The word-pieces of a text: unit states (pieces, dimensions) and offsets into the text."""

    text: str
    states: States
    offsets: tuple[tuple[int, int], ...]

    def state_of(self, start: int, end: int) -> States:
        """The unit state of ``text[start:end]``, the mean of its tokens; shape (dimensions,).

        Zeros where no token stands there: the embedder cuts long texts.
        """
        inside = [i for i, (a, b) in enumerate(self.offsets) if b > a and a >= start and b <= end]
        if not inside:
            return np.zeros(self.states.shape[1], dtype=np.float32)
        mean = self.states[inside].mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class PackedTokens:
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


def pack(tokens: TokenStates, shift: int) -> PackedTokens:
    """The pieces of a text of which the abstract's offset 0 stands at ``shift``."""
    spans = np.array(tokens.offsets, dtype=np.int32).reshape(-1, 2) - shift
    return PackedTokens(np.packbits(tokens.states > 0, axis=1), spans)


def join(parts: Sequence[PackedTokens]) -> PackedTokens:
    """The pieces of several chunks as those of one paper."""
    return PackedTokens(
        np.concatenate([part.signs for part in parts]),
        np.concatenate([part.spans for part in parts]),
    )
