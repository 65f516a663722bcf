"""Any embedder by name, through sentence-transformers and torch."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.models.embedding.embedder import Embedder, Result, TextPass, unit
from rag.models.model_folder import NO_CODE, SAFE_WEIGHTS, cannot_load, model_folder
from rag.types import Progress

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

_BATCH = 16
_REMEDY = "Give a folder or a hub name in PAPERCHAT_EMBEDDER, or unset it for this project's."
_FEW = 4  # texts: a question, or a claim with its quotes


class TorchEmbedder(Embedder):
    """A model in sentence-transformers' layout: a folder, or a name on the model hub."""

    def __init__(self, source: str, revision: str | None = None, device: str = "cpu") -> None:
        """Load the model. Raises ModelUnavailableError if it cannot be loaded."""
        self._model = _load(source, revision, device)
        # The model's tokenizer changes its own truncation at every call. So calls take turns, and
        # counting uses a copy that never truncates.
        self._lock = threading.Lock()
        self._tokenizer = _untruncated(self._model)

    @property
    def limit(self) -> int:
        return int(self._model.max_seq_length or 512) - 2

    def count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _each(
        self,
        texts: Sequence[str],
        use: Callable[[int, TextPass], Result],
        progress: Progress | None = None,
    ) -> list[Result]:
        results: dict[int, Result] = {}
        by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(texts), _BATCH):
            batch = by_length[start : start + _BATCH]
            with self._lock, _threads(len(texts)):
                outputs: Any = self._model.encode(
                    [texts[place] for place in batch],
                    batch_size=_BATCH,
                    output_value=None,
                    show_progress_bar=False,
                )
            for place, output in zip(batch, outputs, strict=True):
                results[place] = use(place, self._read(texts[place], output))
            if progress:
                progress(start + len(batch), len(texts))
        return [results[place] for place in range(len(texts))]

    def _read(self, text: str, output: dict[str, Any]) -> TextPass:
        # The states go on with those of padding; the last one of a text that was cut is [SEP]'s.
        states = output["token_embeddings"].float().cpu().numpy()[: self.limit + 1]
        spans = np.array(self._tokenizer.encode(text).offsets, dtype=np.int32)[: len(states)]
        real = np.flatnonzero(spans[:, 1] > spans[:, 0])
        vector = unit(output["sentence_embedding"].float().cpu().numpy())
        return TextPass(vector, unit(states[real]), spans[real])


def _load(source: str, revision: str | None, device: str) -> SentenceTransformer:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    dtype = _dtype(device)
    folder = model_folder(source, revision, _REMEDY)
    try:
        return SentenceTransformer(
            str(folder), device=device, model_kwargs={"dtype": dtype, **SAFE_WEIGHTS}, **NO_CODE
        )
    except (OSError, ValueError) as exc:
        raise cannot_load("embedder", source, exc, _REMEDY) from exc


def _untruncated(model: SentenceTransformer) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _dtype(device: str) -> torch.dtype:
    import torch

    if device != "cpu":
        return torch.float16
    return torch.bfloat16 if _bfloat16_is_fast() else torch.float32


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
