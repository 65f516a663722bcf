"""The encoder of this repository with a GPU for many chunks; the rest stays on the processor.

A question takes the processor milliseconds, and torch takes seconds to start. So torch is loaded,
and the model with it, when the first call with many chunks comes. What leaves the GPU is small: a
chunk's vector, the signs of its tokens, and what the heads multiply them with.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property, partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelUnavailableError
from rag.models.embedding.embedder import EmbeddedChunk, Offsets, Vector, bounds_of
from rag.models.embedding.encoder_files import EncoderFiles
from rag.models.embedding.onnx_embedder import OnnxEmbedder
from rag.models.embedding.tokens import PackedTokens
from rag.types import Progress

if TYPE_CHECKING:
    import torch

_MANY = 256  # chunks that are worth the start of torch
_AT_ONCE = 1 << 16  # tokens of one batch with its padding: 100 MB of states
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


class _Read(NamedTuple):
    """A batch as it comes from the GPU; rows are chunks, and then tokens with padding.

    ``vectors`` have shape (chunks, dimensions), ``bits`` (chunks, tokens, dimensions / 8), and
    ``products`` (chunks, tokens, columns of the heads).
    """

    places: Sequence[int]
    vectors: Vector
    bits: NDArray[np.uint8]
    products: Vector


class GpuEmbedder(OnnxEmbedder):
    """The encoder in a folder, in float16 on a device of torch, for calls with many chunks.

    The 8-bit encoder for the processor and this one are the same model: the vectors of a text have
    a cosine above 0.99, and 97% of the signs are the same.
    """

    def __init__(self, files: EncoderFiles, device: str = "cuda") -> None:
        """Load what the processor needs. Raises ModelUnavailableError."""
        super().__init__(files)
        self._device = device
        self._turn = threading.Lock()  # held by the one call that uses the device

    @property
    def at_once(self) -> int:
        return 4096

    def embed_chunks(
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Offsets]],
        shifts: Sequence[int],
        progress: Progress | None = None,
    ) -> list[EmbeddedChunk]:
        heads = self._heads
        if len(texts) < _MANY or heads is None or self._model is None:
            return super().embed_chunks(texts, sentences, shifts, progress)
        encodings = [self._encode(text) for text in texts]
        ids = [encoding.ids[: self.limit] for encoding in encodings]

        def chunk(batch: _Read, row: int, place: int) -> EmbeddedChunk:
            tokens = len(ids[place])
            spans = np.array(encodings[place].offsets, dtype=np.int32).reshape(-1, 2)[:tokens]
            inside = slice(1, 1 + tokens)
            bounds = bounds_of(spans, sentences[place])
            roles = heads.roles(batch.products[row, inside], bounds)
            packed = PackedTokens(batch.bits[row, inside], spans - shifts[place])
            return EmbeddedChunk(batch.vectors[row], packed, roles)

        def chunks(batch: _Read) -> dict[int, EmbeddedChunk]:
            return {place: chunk(batch, row, place) for row, place in enumerate(batch.places)}

        found: dict[int, EmbeddedChunk] = {}
        # One thread makes the chunks of a batch while the GPU reads the next.
        with self._turn, ThreadPoolExecutor(1, "paperchat-encoder") as thread:
            waiting: Future[dict[int, EmbeddedChunk]] | None = None
            for batch in self._batches(ids, heads.columns):
                made, waiting = waiting, thread.submit(chunks, batch)
                found |= made.result() if made else {}
                if progress:
                    progress(len(found), len(texts))
            found |= waiting.result() if waiting else {}
        if progress:
            progress(len(found), len(texts))
        return [found[place] for place in range(len(texts))]

    @cached_property
    def _model(self) -> Any:
        """The transformer on its device; None if this torch has no support for it.

        Raises ModelUnavailableError if it does not go there.
        """
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
        with _of_device():
            return model.to(self._device).eval()

    def _batches(self, ids: Sequence[Sequence[int]], columns: Vector) -> Iterator[_Read]:
        """Read texts, by their tokens without special ones, in batches of any order."""
        import torch

        with _of_device():
            heads = torch.from_numpy(columns).to(self._device)
        for places in _by_length([len(one) + 2 for one in ids]):
            lengths = np.array([len(ids[place]) + 2 for place in places])
            rows = np.zeros((len(places), lengths[0]), dtype=np.int64)
            for row, place in enumerate(places):
                rows[row, : lengths[row]] = np.array([self._begin, *ids[place], self._end])
            mask = np.arange(lengths[0]) < lengths[:, None]
            with _of_device(), torch.inference_mode():
                on_device = partial(torch.Tensor.to, device=self._device)
                read = on_device(torch.from_numpy(mask))
                given = on_device(torch.from_numpy(rows))
                output = self._model(input_ids=given, attention_mask=read)
                parts = _parts(output.last_hidden_state.float(), read, heads)
                found = _Read(places, *(part.cpu().numpy() for part in parts))
            yield found


@contextmanager
def _of_device() -> Iterator[None]:
    """Turn what the device raises, such as that its memory is full, into our own error."""
    try:
        yield
    except RuntimeError as exc:  # torch's for everything
        why = str(exc).partition("\n")[0]
        raise ModelUnavailableError(
            f"The GPU does not work as it should: {why[:200]}",
            "Free its memory, or set PAPERCHAT_DEVICE=cpu to go on without it; what was embedded "
            "stays.",
        ) from exc


def _parts(
    states: torch.Tensor, read: torch.Tensor, heads: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The vectors, bits and products of `_Read`, of states and of which of them are no padding."""
    import torch
    from torch.nn.functional import normalize

    sums = (states * read[..., None]).sum(dim=1)
    tokens = normalize(states, dim=-1)
    signs = (tokens > 0).reshape(*tokens.shape[:2], -1, 8)
    places = torch.tensor([128, 64, 32, 16, 8, 4, 2, 1], device=states.device)  # as numpy packs
    bits = (signs * places).sum(dim=-1).to(torch.uint8)
    return normalize(sums, dim=-1), bits, tokens @ heads


def _by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts in batches of about equal length, the longest first."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    start = 0
    while start < len(order):
        end = start + max(1, _AT_ONCE // lengths[order[start]])
        yield order[start:end]
        start = end
