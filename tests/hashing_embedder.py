"""An embedder without a model: each word has a random vector, the same in every run.

It is for tests in which the papers' meaning does not matter: sync reports, kills, filters,
generations. Only texts that share words are near each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np

from rag.models.embedding.embedder import Embedder, Offsets, Result, TextPass, Vector, unit
from rag.types import Progress

DIMENSIONS = 384


class HashingEmbedder(Embedder):
    """Takes the place of an embedder with a model; loads nothing."""

    def __init__(
        self, name: str | None = None, revision: str | None = None, device: str = "auto"
    ) -> None:
        """Load nothing."""

    @property
    def limit(self) -> int:
        return 254

    def count(self, text: str) -> int:
        return len(_words(text))

    def _each(
        self,
        texts: Sequence[str],
        use: Callable[[int, TextPass], Result],
        progress: Progress | None = None,
    ) -> list[Result]:
        results = [use(place, _read(text, self.limit)) for place, text in enumerate(texts)]
        if progress:
            progress(len(texts), len(texts))
        return results


def _read(text: str, limit: int) -> TextPass:
    words = _words(text)[:limit]
    states = np.array([_vector(text[start:end].lower()) for start, end in words], dtype=np.float32)
    states = states.reshape(-1, DIMENSIONS)
    spans = np.array(words, dtype=np.int32).reshape(-1, 2)
    return TextPass(unit(states.sum(axis=0)), states, spans)


def _words(text: str) -> list[Offsets]:
    return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]


@lru_cache(maxsize=10_000)
def _vector(word: str) -> Vector:
    vector = np.random.default_rng(crc32(word.encode())).standard_normal(DIMENSIONS)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
