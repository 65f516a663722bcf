"""Models that the user names: no file of theirs runs, whatever their configurations say."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

from rag.errors import ModelUnavailableError
from rag.models.embedding.embedders import load_embedder
from rag.models.embedding.packaged import packaged_minilm
from rag.models.entailment import by_cross_encoder

RUNS = "import pathlib\npathlib.Path({marker!r}).write_text('it ran')\n"
CLASSES = """
from transformers import BertConfig as Config, BertModel as Model, BertTokenizerFast as Tokenizer
from transformers import BertForSequenceClassification as Judge
from sentence_transformers.models import Normalize as Module
"""
FOREIGN = {
    "AutoConfig": "evil.Config",
    "AutoModel": "evil.Model",
    "AutoModelForSequenceClassification": "evil.Judge",
}
Load = Callable[[str], Any]


class Pickled:
    """Unpickling one makes the folder ``marker``."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._marker),)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Where code of a model would leave its mark."""
    return tmp_path / "marker"


@pytest.fixture(params=["embedder", "judge"])
def hostile(request: pytest.FixtureRequest, tmp_path: Path, marker: Path) -> tuple[Path, Load]:
    """A sound model with a Python file beside it, and what loads it."""
    folder = tmp_path / "model"
    shutil.copytree(packaged_minilm(), folder)
    load: Load = load_embedder
    if request.param == "judge":
        load = by_cross_encoder
        config = AutoConfig.from_pretrained(folder, num_labels=1, num_hidden_layers=1)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        shutil.rmtree(folder)
        model: Any = AutoModelForSequenceClassification.from_config(config)  # type: ignore[no-untyped-call]
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    (folder / "evil.py").write_text(RUNS.format(marker=str(marker)) + CLASSES, "utf-8")
    return folder, load


def edit(file: Path, **changes: Any) -> None:
    """Set entries of a JSON object in ``file``, which need not exist."""
    said = json.loads(file.read_text("utf-8")) if file.exists() else {}
    file.write_text(json.dumps(said | changes), "utf-8")


def refused(folder: Path, load: Load, words: str) -> None:
    with pytest.raises(ModelUnavailableError, match=words) as error:
        load(str(folder))
    assert "\n" not in str(error.value)


def test_the_sound_model_loads(hostile: tuple[Path, Load], marker: Path) -> None:
    folder, load = hostile
    load(str(folder))
    assert not marker.exists()


def test_classes_of_a_known_architecture_are_not_taken_from_the_folder(
    hostile: tuple[Path, Load], marker: Path
) -> None:
    folder, load = hostile
    edit(folder / "config.json", auto_map=FOREIGN)
    edit(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["evil.Tokenizer", None]})
    edit(folder / "sentence_bert_config.json", model_args={"trust_remote_code": True})
    edit(folder / "sentence_bert_config.json", config_args={"trust_remote_code": True})
    load(str(folder))
    assert not marker.exists()


def test_an_architecture_of_its_own_is_refused(hostile: tuple[Path, Load], marker: Path) -> None:
    folder, load = hostile
    edit(folder / "config.json", auto_map=FOREIGN, model_type="evil")
    refused(folder, load, "cannot be loaded")
    assert not marker.exists()


def test_a_module_of_its_own_is_refused(
    hostile: tuple[Path, Load], marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, load = hostile
    monkeypatch.syspath_prepend(str(folder))  # it would be found
    (folder / "modules.json").write_text(
        json.dumps([{"idx": 0, "name": "0", "path": "", "type": "evil.Module"}]), "utf-8"
    )
    if load is load_embedder:
        refused(folder, load, "cannot be loaded: .*'evil.Module'")
    else:  # a judge has no modules
        load(str(folder))
    assert not marker.exists()
    assert "evil" not in sys.modules


def test_an_activation_of_its_own_is_not_used(
    hostile: tuple[Path, Load], marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, load = hostile
    monkeypatch.syspath_prepend(str(folder))
    edit(folder / "config.json", sentence_transformers={"activation_fn": "evil.Module"})
    load(str(folder))
    assert not marker.exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "weights.pt"])
def test_pickled_weights_are_refused(hostile: tuple[Path, Load], marker: Path, name: str) -> None:
    folder, load = hostile
    (folder / "model.safetensors").unlink()
    torch.save(Pickled(marker), folder / name)
    refused(folder, load, f"pickled weights \\({name}\\).*only safetensors")
    assert not marker.exists()


def test_pickled_weights_of_a_module_are_refused(tmp_path: Path, marker: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(packaged_minilm(), folder)
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    kind = "sentence_transformers.models.Dense"
    modules.append({"idx": 3, "name": "3", "path": "3_Dense", "type": kind})
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    (folder / "3_Dense").mkdir()
    torch.save(Pickled(marker), folder / "3_Dense" / "pytorch_model.bin")
    refused(folder, load_embedder, "pickled weights")
    assert not marker.exists()


def test_unused_formats_beside_safetensors_do_no_harm(
    hostile: tuple[Path, Load], marker: Path
) -> None:
    folder, load = hostile
    torch.save(Pickled(marker), folder / "pytorch_model.bin")
    load(str(folder))
    assert not marker.exists()
