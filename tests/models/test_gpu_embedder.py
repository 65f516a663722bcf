"""What the GPU computes, computed by the same code on torch's processor device."""

from __future__ import annotations

import ctypes
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.training.export import export
from rag.errors import ModelUnavailableError
from rag.models.embedding import gpu_embedder
from rag.models.embedding.embedders import load_embedder, on_gpu, runtime_of
from rag.models.embedding.encoder_files import ENCODER, encoder_files
from rag.models.embedding.gpu_embedder import GpuEmbedder, has_gpu
from rag.models.embedding.onnx_embedder import OnnxEmbedder
from rag.text.sentences.sentences import split_sentences
from rag.types import Paper

LONG = "The encoder reads words. " * 1000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder, exported without rounding."""
    made = tmp_path_factory.mktemp("exact") / "encoder"
    shutil.copytree(ENCODER, made)
    export(made, "exact", exact=True)
    return made


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three chunks are many, and a batch has a few texts."""
    monkeypatch.setattr(gpu_embedder, "_MANY", 3)
    monkeypatch.setattr(gpu_embedder, "_AT_ONCE", 1500)


@pytest.mark.usefixtures("many")
def test_it_reads_what_the_processor_reads(folder: Path, papers: list[Paper]) -> None:
    files = encoder_files(folder)
    assert files is not None
    gpu, processor = GpuEmbedder(files, "cpu"), OnnxEmbedder(files)
    texts = [*(paper.abstract for paper in papers[::9]), "", "x", LONG]
    sentences = [[(s.start, s.end) for s in split_sentences(text)] for text in texts]
    shifts = list(range(len(texts)))
    seen: list[tuple[int, int]] = []
    found = gpu.embed_chunks(texts, sentences, shifts, lambda *done: seen.append(done))
    for ours, theirs in zip(found, processor.embed_chunks(texts, sentences, shifts), strict=True):
        assert np.allclose(ours.vector, theirs.vector, atol=1e-4)
        assert np.array_equal(ours.tokens.spans, theirs.tokens.spans)
        differ = np.unpackbits(ours.tokens.bits ^ theirs.tokens.bits)
        assert differ.sum() <= 1e-3 * differ.size
        assert np.allclose(ours.roles, theirs.roles, atol=1e-2)
    assert seen[-1] == (len(texts), len(texts))
    assert len(seen) > 3


@pytest.mark.usefixtures("many")
def test_a_stop_ends_it_and_it_goes_on(folder: Path) -> None:
    files = encoder_files(folder)
    assert files is not None
    gpu = GpuEmbedder(files, "cpu")

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        gpu.embed_chunks(["One."] * 4, [[]] * 4, [0] * 4, stop)
    assert len(gpu.embed_chunks(["One."] * 4, [[]] * 4, [0] * 4)) == 4


@pytest.mark.usefixtures("many")
def test_a_device_that_fails_gives_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB.\nMore lines.")

    files = encoder_files(folder)
    assert files is not None
    gpu = GpuEmbedder(files, "cpu")
    monkeypatch.setattr(gpu_embedder, "_parts", full)
    with pytest.raises(ModelUnavailableError, match="out of memory") as told:
        gpu.embed_chunks(["One."] * 4, [[]] * 4, [0] * 4)
    assert "\n" not in str(told.value) and "PAPERCHAT_DEVICE=cpu" in told.value.remedy


class _Driver:
    """NVIDIA's driver with so many devices."""

    def __init__(self, devices: int) -> None:
        self._devices = devices

    def cuInit(self, flags: int) -> int:
        return 0

    def cuDeviceGetCount(self, found: Any) -> int:
        ctypes.cast(found, ctypes.POINTER(ctypes.c_int))[0] = self._devices
        return 0


class TestWhichDevice:
    @pytest.mark.parametrize(("devices", "gpu"), [(0, False), (2, True)])
    def test_the_driver_is_asked(
        self, monkeypatch: pytest.MonkeyPatch, devices: int, gpu: bool
    ) -> None:
        monkeypatch.setattr(ctypes, "CDLL", lambda _: _Driver(devices))
        assert has_gpu() is on_gpu("auto") is gpu
        assert on_gpu("cpu") is False
        assert ("on the GPU" in runtime_of(None)) is gpu
        assert isinstance(load_embedder(), GpuEmbedder) is gpu

    def test_a_gpu_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(name: str) -> None:
            raise OSError

        monkeypatch.setattr(ctypes, "CDLL", missing)
        with pytest.raises(ModelUnavailableError, match="PAPERCHAT_DEVICE"):
            on_gpu("cuda")

    def test_a_torch_without_support_for_it(self) -> None:
        files = encoder_files(ENCODER)
        assert files is not None
        embedder = GpuEmbedder(files)
        assert embedder._model is None or has_gpu()
