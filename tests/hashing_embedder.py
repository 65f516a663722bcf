"""An embedder without a model: each word has a random vector, the same in every run.

It is for tests in which the papers' meaning does not matter: sync reports, kills, filters,
generations. Only texts that share words are near each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np

from rag.models.embedder import EmbeddedChunk, Embedder, Offsets, Vector
from rag.models.tokens import TokenStates, pack
from rag.types import Progress

DIMENSIONS = 384


class HashingEmbedder(Embedder):
    """Takes the place of `Embedder`; loads nothing and needs no torch."""

    def __init__(self, name: str | None = None, revision: str | None = None) -> None:
        """Load nothing."""

    @property
    def limit(self) -> int:
        return 254

    def count(self, text: str) -> int:
        return len(_words(text))

    def embed(self, texts: Sequence[str]) -> Vector:
        return np.stack([_mean(self._tokens_of(text).states) for text in texts])

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        return [self._tokens_of(text) for text in texts]

    def ask(self, question: str) -> tuple[Vector, TokenStates]:
        tokens = self._tokens_of(question)
        return _mean(tokens.states), tokens

    def embed_chunks(
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Offsets]],
        shifts: Sequence[int],
        progress: Progress | None = None,
    ) -> list[EmbeddedChunk]:
        found = []
        for text, spans, shift in zip(texts, sentences, shifts, strict=True):
            tokens = self._tokens_of(text)
            roles = np.zeros((len(spans), 0), dtype=np.float32)
            found.append(EmbeddedChunk(_mean(tokens.states), pack(tokens, shift), roles))
        if progress:
            progress(len(texts), len(texts))
        return found

    def _tokens_of(self, text: str) -> TokenStates:
        words = _words(text)[: self.limit]
        states = [_vector(text[start:end].lower()) for start, end in words]
        return TokenStates(
            text, np.array(states, dtype=np.float32).reshape(-1, DIMENSIONS), tuple(words)
        )


def _words(text: str) -> list[Offsets]:
    return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]


@lru_cache(maxsize=10_000)
def _vector(word: str) -> Vector:
    vector = np.random.default_rng(crc32(word.encode())).standard_normal(DIMENSIONS)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _mean(states: Vector) -> Vector:
    """The unit vector of the mean; zeros where there is no word."""
    total = states.sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-12), dtype=np.float32)
