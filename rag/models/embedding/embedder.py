"""What reads text: one pass gives a text's vector, its tokens, and what the heads say of it.

`onnx_embedder` runs the encoder of this repository through onnxruntime, `gpu_embedder` gives many
texts to a GPU, and `torch_embedder` runs any other model through sentence-transformers. See
docs/decisions/0003 and 0008.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.models.embedding.tokens import PackedTokens, TokenStates
from rag.types import Progress

Vector: TypeAlias = NDArray[np.float32]
Offsets: TypeAlias = tuple[int, int]
# Of each sentence the place of its first token, and that after its last; shape (sentences, 2).
Bounds: TypeAlias = NDArray[np.int64]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class EmbeddedChunk:
    """The result of one pass over a chunk.

    Its unit vector, shape (dimensions,), its packed tokens with offsets into the abstract, and the
    log-odds of its sentences' roles, shape (sentences, roles); without heads there are no roles.
    """

    vector: Vector
    tokens: PackedTokens
    roles: Vector


@dataclass(frozen=True, slots=True)
class Judgement:
    """Log-odds that a text answers a question, and that each of its sentences does.

    ``sentences`` has shape (sentences,).
    """

    answer: float
    sentences: Vector


@dataclass(frozen=True, slots=True)
class TextPass:
    """One pass over a text: its unit vector, and its tokens without special ones.

    ``states``, shape (tokens, dimensions), are unit vectors; ``spans``, shape (tokens, 2), are
    offsets into the text, in order. What the model did not read is left out.
    """

    vector: Vector
    states: Vector
    spans: NDArray[np.int32]

    def bounds(self, sentences: Sequence[Offsets]) -> Bounds:
        """Which tokens each sentence has, by its offsets into the text."""
        return bounds_of(self.spans, sentences)

    def tokens(self, text: str) -> TokenStates:
        """The tokens as `TokenStates` of the same ``text``."""
        return TokenStates(text, self.states, tuple(map(tuple, self.spans.tolist())))


class Embedder(ABC):
    """Computes unit vectors of texts and of their tokens. Safe to share among threads."""

    @property
    @abstractmethod
    def limit(self) -> int:
        """How many tokens of a text the model reads, not counting the special ones."""

    @property
    def at_once(self) -> int:
        """How many papers one call of `embed_chunks` should have: a stop loses that many."""
        return 128

    @abstractmethod
    def count(self, text: str) -> int:
        """How many tokens ``text`` has, without special ones."""

    def read_ahead(self, texts: Sequence[str]) -> None:  # noqa: B027 - it may do nothing
        """Tokenise texts that will be counted and embedded soon: those of the next call."""

    @abstractmethod
    def _each(
        self,
        texts: Sequence[str],
        use: Callable[[int, TextPass], Result],
        progress: Progress | None = None,
    ) -> list[Result]:
        """The result of ``use`` for the place of each text and one pass over it, in order.

        ``use`` may be called in any order and thread; ``progress`` gets (texts done, texts).
        """

    @property
    def has_heads(self) -> bool:
        """Whether the model knows roles of sentences, and can `judge`."""
        return bool(self.roles)

    @property
    def roles(self) -> tuple[str, ...]:
        """What the columns of `EmbeddedChunk.roles` are called; empty for a model without heads."""
        return ()

    def embed_query(self, text: str) -> Vector:
        """The unit vector of a question; shape (dimensions,)."""
        vector: Vector = self.embed([text])[0]
        return vector

    def embed(self, texts: Sequence[str]) -> Vector:
        """The unit vectors of texts, each cut at ``limit`` tokens; shape (texts, dimensions)."""
        return np.stack(self._each(texts, lambda _, read: read.vector))

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """The tokens of each text, cut at ``limit``, without special ones."""
        return self._each(texts, lambda place, read: read.tokens(texts[place]))

    def ask(self, question: str) -> tuple[Vector, TokenStates]:
        """A question's vector and its tokens, from one pass."""
        [read] = self._each([question], lambda _, read: read)
        return read.vector, read.tokens(question)

    def embed_chunks(
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Offsets]],
        shifts: Sequence[int],
        progress: Progress | None = None,
    ) -> list[EmbeddedChunk]:
        """The result of one pass over each text.

        ``sentences`` are half-open offsets into the texts. A shift is the offset in the text at
        which the abstract begins; it is negative if the text begins after the abstract does.
        ``progress`` gets (texts done, texts).
        """

        def chunk(place: int, read: TextPass) -> EmbeddedChunk:
            tokens = PackedTokens(np.packbits(read.states > 0, axis=1), read.spans - shifts[place])
            roles = self.read_roles(read.states, read.bounds(sentences[place]))
            return EmbeddedChunk(read.vector, tokens, roles)

        return self._each(texts, chunk, progress)

    def judge(
        self, question: str, texts: Sequence[str], sentences: Sequence[Sequence[Offsets]]
    ) -> list[Judgement]:
        """Whether each text answers the question, from one pass over the question and it.

        ``sentences`` are half-open offsets into the texts. Only a model that `has_heads` can.
        """
        raise NotImplementedError("this model has no heads")

    def read_roles(self, states: Vector, bounds: Bounds) -> Vector:
        """The log-odds of the roles of sentences; shape (sentences, roles).

        ``states``, shape (tokens, dimensions), are unit vectors; a sentence may be a single token.
        """
        return np.zeros((len(bounds), 0), dtype=np.float32)


def bounds_of(spans: NDArray[np.int32], sentences: Sequence[Offsets]) -> Bounds:
    """Which of the tokens at ``spans``, shape (tokens, 2), each sentence has, by its offsets."""
    offsets = np.array(sentences, dtype=np.int32).reshape(-1, 2)
    first = np.searchsorted(spans[:, 0], offsets[:, 0], "left")
    last = np.searchsorted(spans[:, 1], offsets[:, 1], "right")
    return np.stack([first, last], axis=1)


def means(rows: Vector, bounds: Bounds) -> Vector:
    """The mean of each sentence's rows, one per token; zeros for a sentence that was not read."""
    counts = np.maximum(bounds[:, 1] - bounds[:, 0], 1)[:, None]
    return np.asarray(_reduced(np.add, rows, bounds) / counts, dtype=np.float32)


def highest(rows: Vector, bounds: Bounds) -> Vector:
    """The highest of each sentence's rows in each column; zeros for a sentence not read."""
    return _reduced(np.maximum, rows, bounds)


def _reduced(operation: np.ufunc, rows: Vector, bounds: Bounds) -> Vector:
    ended = np.concatenate([rows, np.zeros((1, rows.shape[1]), np.float32)])
    found: Vector = operation.reduceat(ended, bounds.ravel(), axis=0)[::2]
    found[bounds[:, 0] >= bounds[:, 1]] = 0
    return found


def unit(vectors: Vector) -> Vector:
    """The vectors (the last axis) at length one; zeros stay."""
    norms = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return np.asarray(vectors / norms, dtype=np.float32)
