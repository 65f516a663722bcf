"""An embedder without a model, for indexes whose texts nobody has the hours to embed.

Each word has a random vector, the same in every run, so that texts which share words are near each
other. Numbers and shapes of what it makes are those of the encoder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np

from rag.models.embedding.embedder import Bounds, Embedder, Offsets, Result, TextPass, Vector, unit
from rag.models.embedding.encoder_files import ENCODER, encoder_files
from rag.types import Progress

_DIMENSIONS = 384
_WORDS = 8192  # vectors; words share them
_PIECE = re.compile(r"\w{1,6}|[^\w\s]")  # about as many as the encoder has tokens


class StandIn(Embedder):
    """Takes the encoder's place where an index is made only to be measured."""

    def __init__(self) -> None:
        """Draw the vectors."""
        drawn = np.random.default_rng(7).standard_normal((_WORDS, _DIMENSIONS), dtype=np.float32)
        self._words = unit(drawn)
        files = encoder_files(ENCODER)
        self._roles = files.roles if files else ()

    @property
    def limit(self) -> int:
        return 254

    @property
    def roles(self) -> tuple[str, ...]:
        return self._roles

    def count(self, text: str) -> int:
        return len(_PIECE.findall(text))

    def _each(
        self,
        texts: Sequence[str],
        use: Callable[[int, TextPass], Result],
        progress: Progress | None = None,
    ) -> list[Result]:
        results = [use(place, self._read(text)) for place, text in enumerate(texts)]
        if progress:
            progress(len(texts), len(texts))
        return results

    def read_roles(self, states: Vector, bounds: Bounds) -> Vector:
        return np.zeros((len(bounds), len(self._roles)), dtype=np.float32)

    def _read(self, text: str) -> TextPass:
        spans: list[Offsets] = [found.span() for found in _PIECE.finditer(text)][: self.limit]
        rows = [crc32(text[start:end].lower().encode()) % _WORDS for start, end in spans]
        states = self._words[rows]
        return TextPass(
            unit(states.sum(axis=0)), states, np.array(spans, dtype=np.int32).reshape(-1, 2)
        )
