"""The encoder of this repository with a GPU for many texts; a few stay on the processor.

A question takes the processor milliseconds, and torch takes seconds to start. So torch is loaded,
and the model with it, when the first call with many texts comes.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np

from rag.models.embedder import Result, TextPass, unit
from rag.models.encoder_files import EncoderFiles
from rag.models.onnx_embedder import OnnxEmbedder
from rag.types import Progress

_MANY = 256  # texts that are worth the start of torch
_AT_ONCE = 1 << 16  # tokens of one batch with its padding: 50 MB of states
_LIBRARY = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"


def has_gpu() -> bool:
    """Whether torch is installed and NVIDIA's driver has a device; asked without loading torch."""
    if find_spec("torch") is None:
        return False
    try:
        driver = ctypes.CDLL(_LIBRARY)
    except OSError:
        return False
    found = ctypes.c_int(0)
    # Zero is success of both, by the CUDA driver API.
    ready = driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(found)) == 0
    return ready and found.value > 0


class GpuEmbedder(OnnxEmbedder):
    """The encoder in a folder, in float16 on a device of torch, for calls with many texts.

    The 8-bit encoder for the processor and this one are the same model: their vectors of a text
    have a cosine above 0.99.
    """

    def __init__(self, files: EncoderFiles, device: str = "cuda") -> None:
        """Load what the processor needs. Raises ModelUnavailableError."""
        super().__init__(files)
        self._device = device
        self._turn = threading.Lock()  # held by the one call that uses the device

    @property
    def at_once(self) -> int:
        return 4096

    def _each(
        self,
        texts: Sequence[str],
        use: Callable[[int, TextPass], Result],
        progress: Progress | None = None,
    ) -> list[Result]:
        if len(texts) < _MANY or self._model is None:
            return super()._each(texts, use, progress)
        results: dict[int, Result] = {}
        with self._turn, ThreadPoolExecutor(os.cpu_count(), "paperchat-encoder") as threads:
            waiting: list[tuple[int, Future[Result]]] = []
            try:
                for place, read in self._passes(texts):
                    waiting.append((place, threads.submit(lambda p, r: use(p, r()), place, read)))
                for place, future in waiting:
                    results[place] = future.result()
                    if progress:
                        progress(len(results), len(texts))
            finally:  # also where `progress` stops it
                threads.shutdown(cancel_futures=True)
        return [results[place] for place in range(len(texts))]

    @cached_property
    def _model(self) -> Any:
        """The transformer on its device; None if this torch has no support for it."""
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        import torch
        from transformers import BertModel
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        if self._device == "cuda" and not torch.cuda.is_available():
            return None
        kind = torch.float32 if self._device == "cpu" else torch.float16
        folder = str(self._files.folder)
        model: Any = BertModel.from_pretrained(folder, dtype=kind, add_pooling_layer=False)
        return model.to(self._device).eval()

    def _passes(self, texts: Sequence[str]) -> Iterator[tuple[int, Callable[[], TextPass]]]:
        """For each text, in any order, its place and what makes its pass out of the results."""
        import torch

        encodings: Any = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        kept = [encoding.ids[: self.limit] for encoding in encodings]
        for batch in _batches([len(ids) + 2 for ids in kept]):
            lengths = [len(kept[place]) + 2 for place in batch]
            ids = np.zeros((len(batch), lengths[0]), dtype=np.int64)
            for row, place in enumerate(batch):
                ids[row, : lengths[row]] = np.array([self._begin, *kept[place], self._end])
            read = torch.arange(lengths[0]) < torch.tensor(lengths)[:, None]
            with torch.inference_mode():
                mask = read.to(self._device)
                given = torch.from_numpy(ids).to(self._device)
                states = self._model(input_ids=given, attention_mask=mask).last_hidden_state
                rows = states.cpu().numpy()
            for row, place in enumerate(batch):
                spans = np.array(encodings[place].offsets, dtype=np.int32).reshape(-1, 2)
                yield place, _Pass(rows[row, : lengths[row]], spans[: len(kept[place])])


class _Pass:
    """The states of one text, special tokens and all, to be made a `TextPass` in any thread."""

    def __init__(self, states: Any, spans: Any) -> None:
        self._states, self._spans = states, spans

    def __call__(self) -> TextPass:
        states = self._states.astype(np.float32)
        return TextPass(unit(states.mean(axis=0)), unit(states[1:-1]), self._spans)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts in batches of about equal length, the longest first."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    start = 0
    while start < len(order):
        end = start + max(1, _AT_ONCE // lengths[order[start]])
        yield order[start:end]
        start = end
