"""The encoder of this repository, through onnxruntime: no torch is imported.

Every text is a pass of its own, in one thread; many texts share the cores. Without neighbours a
text needs neither padding nor a mask, its 8-bit scales depend on it alone, and two cores read twice
as many abstracts as in padded batches. There are never more passes at once than cores, whoever asks
for them: more would only be slower, and each holds some 20 MB.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelUnavailableError
from rag.models.embedding.embedder import (
    Bounds,
    Embedder,
    Judgement,
    Offsets,
    Result,
    TextPass,
    Vector,
    highest,
    means,
    unit,
)
from rag.models.embedding.encoder_files import HEADS, TOKENIZER, EncoderFiles
from rag.types import Progress

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_FEW = 4  # texts: a question, or a claim with its quotes


class OnnxEmbedder(Embedder):
    """The encoder in a folder that `encoder_files` describes."""

    def __init__(self, files: EncoderFiles) -> None:
        """Check the files and load them. Raises ModelUnavailableError."""
        files.check()
        from tokenizers import Tokenizer

        self._files = files
        self._tokenizer = Tokenizer.from_file(str(files.folder / TOKENIZER))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._begin, self._end = (self._tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]"))
        self._session = _session(files)
        # What was tokenised for the call after this one, and for the one after that.
        self._ahead: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        self._core = threading.Semaphore(os.cpu_count() or 1)  # held for a pass
        self._heads = _Heads(files) if HEADS in files.sha256 else None

    @property
    def limit(self) -> int:
        return self._files.limit - 2

    @property
    def roles(self) -> tuple[str, ...]:
        return self._files.roles

    def count(self, text: str) -> int:
        return len(self._encode(text).ids)

    def judge(
        self, question: str, texts: Sequence[str], sentences: Sequence[Sequence[Offsets]]
    ) -> list[Judgement]:
        heads = self._heads
        if heads is None:
            return super().judge(question, texts, sentences)

        def judged(place: int, first: Vector, read: TextPass) -> Judgement:
            return heads.judgement(first, read.states, read.bounds(sentences[place]))

        return self.read_pairs(question, texts, judged)

    def read_pairs(
        self, question: str, texts: Sequence[str], use: Callable[[int, Vector, TextPass], Result]
    ) -> list[Result]:
        """The result of ``use`` for each text, from one pass over the question and it.

        ``use`` gets the text's place, the first token's state as it is, shape (dimensions,), and
        the pass of the text's tokens.
        """
        asked = self._encode(question).ids[: self.limit // 2]  # leave room for the text
        return _spread(
            lambda place: use(place, *self._read(texts[place], asked)), range(len(texts))
        )

    def _each(
        self,
        texts: Sequence[str],
        use: Callable[[int, TextPass], Result],
        progress: Progress | None = None,
    ) -> list[Result]:
        # The longest first: then no core waits long for another one's last text.
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        found = _spread(lambda place: use(place, self._read(texts[place])[1]), order, progress)
        results = dict(zip(order, found, strict=True))
        return [results[place] for place in range(len(texts))]

    def read_roles(self, states: Vector, bounds: Bounds) -> Vector:
        if self._heads is None:
            return super().read_roles(states, bounds)
        return self._heads.roles(states @ self._heads.columns, bounds)

    def read_ahead(self, texts: Sequence[str]) -> None:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        self._ahead = self._ahead[1], dict(zip(texts, encodings, strict=True))

    def _encode(self, text: str) -> Any:
        for ahead in self._ahead:
            if text in ahead:
                return ahead[text]
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _read(self, text: str, asked: Sequence[int] = ()) -> tuple[Vector, TextPass]:
        """One pass over ``text``, after the tokens of a question if there is one.

        The first token's state as it is, shape (dimensions,), and the text's pass.
        """
        before = [self._begin, *asked, self._end] if asked else [self._begin]
        encoding = self._encode(text)
        kept = encoding.ids[: self._files.limit - len(before) - 1]
        ids = np.array([[*before, *kept, self._end]], dtype=np.int64)
        kinds = np.zeros_like(ids)
        if asked:
            kinds[0, len(before) :] = 1
        with self._core:
            [output] = self._session.run(None, {"input_ids": ids, "token_type_ids": kinds})
        states: Vector = output[0]
        spans: NDArray[np.int32] = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)
        inside = slice(len(before), len(before) + len(kept))
        read = TextPass(unit(states.mean(axis=0)), unit(states[inside]), spans[: len(kept)])
        return states[0], read


class _Heads:
    """The heads. What they need of a token are its products with ``columns``."""

    def __init__(self, files: EncoderFiles) -> None:
        from safetensors.numpy import load_file

        self._weights = load_file(files.folder / HEADS)
        vectors = self._weights["roles.tokens"]  # (roles, vectors, dimensions)
        self._shape = vectors.shape[:2]
        self.columns: Vector = np.concatenate(
            [vectors.reshape(-1, vectors.shape[2]), self._weights["roles.weight"]]
        ).T

    def roles(self, products: Vector, bounds: Bounds) -> Vector:
        """Linear in the mean, and for each role the MaxSim of a few vectors with the tokens.

        ``products``, shape (tokens, columns), are those of the tokens with ``columns``.
        """
        nearest = int(np.prod(self._shape))
        best = highest(products[:, :nearest], bounds).reshape(len(bounds), *self._shape).sum(axis=2)
        linear = self._scaled("roles", means(products[:, nearest:], bounds))
        return np.asarray(best + linear, dtype=np.float32)

    def judgement(self, first: Vector, states: Vector, bounds: Bounds) -> Judgement:
        weight, bias = self._weights["judge.answer.weight"], self._weights["judge.answer.bias"]
        products = states @ self._weights["judge.sentence.weight"].T
        sentences = self._scaled("judge.sentence", means(products, bounds))
        return Judgement(float((weight @ first + bias)[0]), sentences[:, 0])

    def _scaled(self, head: str, found: Vector) -> Vector:
        """What a head gives for unit vectors, scaled so that their components are about one."""
        scale = np.sqrt(len(self.columns))
        return np.asarray(found * scale + self._weights[f"{head}.bias"], dtype=np.float32)


def _session(files: EncoderFiles) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The graph is fused as it should be; the levels above would undo that.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.enable_mem_pattern = False  # every text has another length
    options.log_severity_level = 3  # errors only
    try:
        return onnxruntime.InferenceSession(
            files.folder / files.graph, options, providers=["CPUExecutionProvider"]
        )
    except Exception as exc:  # onnxruntime's have no common class
        raise ModelUnavailableError(
            f"onnxruntime cannot load the encoder {files.name}: {exc}",
            "Install paperchat's pinned packages again.",
        ) from exc


def _spread(
    work: Callable[[int], Result], places: Sequence[int], progress: Progress | None = None
) -> list[Result]:
    """The result for each place, in order; many are shared among the cores."""
    few = len(places) <= _FEW  # under load they would wait for a second thread
    threads = ThreadPoolExecutor(1 if few else os.cpu_count(), "paperchat-encoder")
    results = []
    try:
        for result in map(work, places) if few else threads.map(work, places):
            results.append(result)
            if progress:
                progress(len(results), len(places))
    finally:  # also where `progress` stops it
        threads.shutdown(cancel_futures=True)
    return results
