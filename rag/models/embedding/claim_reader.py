"""The claim reader: reads a claim and an excerpt of an abstract together, for a verdict.

It is the encoder's transformer, with upper layers of its own and two heads: the verdict, and which
sentence decides. Trained by `eval.training claims`; see docs/decisions/0024. Its files are in the
encoder's folder.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.models.embedding.embedder import Offsets, TextPass, Vector, means
from rag.models.embedding.encoder_files import (
    CLAIMS_GRAPH,
    CLAIMS_MANIFEST,
    CLAIMS_WEIGHTS,
    ENCODER,
    encoder_files,
)

_LOCK = threading.Lock()
_OPEN: list[ClaimReader] = []


@dataclass(frozen=True, slots=True)
class ClaimReading:
    """Log-odds of the verdicts, shape (verdicts,), and of the sentences, shape (sentences,)."""

    verdicts: Vector
    sentences: Vector


class ClaimReader:
    """Reads claims with texts. Safe to share among threads."""

    def __init__(self) -> None:
        """Check the files and load them. Raises ModelUnavailableError."""
        from safetensors.numpy import load_file

        from rag.models.embedding.onnx_embedder import OnnxEmbedder

        self._model = OnnxEmbedder(encoder_files(ENCODER, CLAIMS_MANIFEST, CLAIMS_GRAPH))
        self._weights = load_file(ENCODER / CLAIMS_WEIGHTS)

    def read(
        self, claim: str, texts: Sequence[str], sentences: Sequence[Sequence[Offsets]]
    ) -> list[ClaimReading]:
        """What each text says of the claim; ``sentences`` are half-open offsets into the texts."""
        weights = self._weights

        def reading(place: int, first: Vector, read: TextPass) -> ClaimReading:
            verdicts = weights["verdict.weight"] @ first + weights["verdict.bias"]
            products = read.states @ weights["sentence.weight"].T
            scores = means(products, read.bounds(sentences[place]))[:, 0]
            scale = np.sqrt(read.states.shape[1])
            return ClaimReading(verdicts, scores * scale + weights["sentence.bias"])

        return self._model.read_pairs(claim, texts, reading)


def claim_reader() -> ClaimReader:
    """The claim reader of this process, opened once. Raises ModelUnavailableError."""
    with _LOCK:
        if not _OPEN:
            _OPEN.append(ClaimReader())
        return _OPEN[0]
