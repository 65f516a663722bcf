"""The embedder: sentence-transformers on the CPU, from files on disk or on a hub.

One pass over a chunk gives three things: the chunk's vector (the mean of its tokens, as MiniLM was
trained), a vector for each of its sentences (the mean of that sentence's tokens in the same pass:
"late chunking", Günther et al. 2024, arXiv:2409.04701), and its tokens. See docs/decisions/0003 and
0008.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelUnavailableError
from rag.models.packaged import packaged_minilm
from rag.models.tokens import PackedTokens, TokenStates, pack
from rag.types import Progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vector: TypeAlias = NDArray[np.float32]
Offsets: TypeAlias = tuple[int, int]

_BATCH = 16
_FEW = 4  # texts: a question, or a claim with its quotes


@dataclass(frozen=True, slots=True)
class EmbeddedChunk:
    """The result of one pass over a chunk.

    Its unit vector, shape (dimensions,), its packed tokens with offsets into the abstract, and the
    log-odds of its sentences' roles, shape (sentences, roles); without heads there are no roles.
    """

    vector: Vector
    tokens: PackedTokens
    roles: NDArray[np.float32]


class Embedder:
    """Computes unit vectors of texts and of their tokens. Safe to share among threads."""

    def __init__(self, name: str | None = None, revision: str | None = None) -> None:
        """Load the packaged MiniLM, or ``name``: a folder, or a hub name at ``revision``.

        Raises ModelUnavailableError if the files are missing or not the expected ones.
        """
        source = str(packaged_minilm()) if name is None else name
        self._model = _load(source, revision, hub=name is not None)
        # The model's tokenizer changes its own truncation at every call. So calls take turns, and
        # counting uses a copy that never truncates.
        self._lock = threading.Lock()
        self._tokenizer = _untruncated(self._model)

    @property
    def limit(self) -> int:
        """How many tokens of a text the model reads, not counting the two special ones."""
        return int(self._model.max_seq_length or 512) - 2

    def count(self, text: str) -> int:
        """How many tokens ``text`` has, without special ones."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_query(self, text: str) -> Vector:
        """The unit vector of a question; shape (dimensions,)."""
        vector: Vector = self.embed([text])[0]
        return vector

    def embed(self, texts: Sequence[str]) -> Vector:
        """The unit vectors of texts, each cut at ``limit`` tokens; shape (texts, dimensions)."""
        with self._lock, _threads(len(texts)):
            vectors = self._model.encode(
                list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """The tokens of each text, cut at ``limit``, without special ones."""
        with self._lock, _threads(len(texts)):
            outputs: Any = self._model.encode(
                list(texts),
                batch_size=_BATCH,
                output_value="token_embeddings",
                show_progress_bar=False,
            )
        return [self._tokens(text, states) for text, states in zip(texts, outputs, strict=True)]

    def _tokens(self, text: str, output: Any) -> TokenStates:
        states = output.float().numpy()
        offsets = self._tokenizer.encode(text).offsets[: len(states)]
        inside = [i for i, (start, end) in enumerate(offsets) if end > start]
        norms = np.maximum(np.linalg.norm(states[inside], axis=1, keepdims=True), 1e-12)
        unit = np.asarray(states[inside] / norms, dtype=np.float32)
        return TokenStates(text, unit, tuple(offsets[i] for i in inside))

    def ask(self, question: str) -> tuple[Vector, TokenStates]:
        """A question's vector and its tokens, from one pass."""
        with self._lock, _threads(1):
            [output] = self._encode([question])
        vector = _unit(output["sentence_embedding"].float().numpy())
        return vector, self._tokens(question, output["token_embeddings"])

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
        results: dict[int, EmbeddedChunk] = {}
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for done, batch in _batches(by_length, _BATCH):
            with self._lock:
                outputs = self._encode([texts[i] for i in batch])
            for i, output in zip(batch, outputs, strict=True):
                results[i] = self._embedded(texts[i], sentences[i], shifts[i], output)
            if progress:
                progress(done, len(texts))
        return [results[i] for i in range(len(texts))]

    def _encode(self, texts: list[str]) -> Any:
        """Each text's token embeddings and the model's own pooling of them."""
        return self._model.encode(
            texts, batch_size=_BATCH, output_value=None, show_progress_bar=False
        )

    def _embedded(
        self, text: str, sentences: Sequence[Offsets], shift: int, output: dict[str, Any]
    ) -> EmbeddedChunk:
        whole = _unit(output["sentence_embedding"].float().numpy())
        tokens = self._tokens(text, output["token_embeddings"])
        roles = np.zeros((len(sentences), 0), dtype=np.float32)
        return EmbeddedChunk(whole, pack(tokens, shift), roles)


def _load(source: str, revision: str | None, *, hub: bool) -> SentenceTransformer:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    dtype = torch.bfloat16 if _bfloat16_is_fast() else torch.float32
    try:
        model = SentenceTransformer(
            source,
            revision=revision,
            device="cpu",
            model_kwargs={"dtype": dtype},
            # A folder needs no network, and must not use it.
            local_files_only=not hub or Path(source).is_dir(),
        )
    except (OSError, ValueError) as exc:
        raise ModelUnavailableError(
            f"The embedder {source!r} cannot be loaded: {exc}",
            "Give a folder or a hub name in PAPERCHAT_EMBEDDER, or unset it for the packaged one.",
        ) from exc
    return model


def _untruncated(model: SentenceTransformer) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _bfloat16_is_fast() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware; otherwise bfloat16 is 5 times slower."""
    import torch

    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))


@contextmanager
def _threads(texts: int) -> Iterator[None]:
    """Set the number of Torch's threads for so many texts.

    One for a few texts: under load they would wait for a second thread. The caller holds the
    embedder's lock.
    """
    import torch

    before = torch.get_num_threads()
    if texts <= _FEW:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)


def _batches(order: Sequence[int], size: int) -> Iterator[tuple[int, Sequence[int]]]:
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        yield start + len(batch), batch
