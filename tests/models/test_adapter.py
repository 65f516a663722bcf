"""The adapter: it is the pinned file, of the pinned base, or the model is not used."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.models.choice import choose_model, wants_weights
from rag.models.local import adapter
from rag.models.local.weights import EMBEDDED_MODELS, path_of
from rag.settings import Settings


@pytest.fixture
def with_weights(tmp_path: Path) -> Settings:
    """Settings whose folder has a file of the weights' size."""
    path = path_of(EMBEDDED_MODELS[0], tmp_path)
    with path.open("wb") as file:
        file.truncate(EMBEDDED_MODELS[0].size)
    return Settings(models=tmp_path, llm="auto")


def test_it_is_the_pinned_one_and_small() -> None:
    assert adapter.fault_of() == ""
    assert adapter.ADAPTER.stat().st_size < 40e6


def test_its_card_names_it_and_its_base() -> None:
    card = adapter.ADAPTER.with_name("README.md").read_text("utf-8")
    assert adapter.SHA256 in card
    assert EMBEDDED_MODELS[0].sha256 in card


def test_the_taught_model_answers(with_weights: Settings) -> None:
    assert choose_model(with_weights).mode == "local"
    assert wants_weights(with_weights.model_copy(update={"models": Path("/nowhere")}))


def test_without_it_quotes_answer_and_the_reason_is_told(
    with_weights: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "ADAPTER", tmp_path / "none.gguf")
    choice = choose_model(with_weights)
    assert choice.mode == "quotes"
    assert "none.gguf is missing; install paperchat again" in choice.why
    asked = choose_model(with_weights.model_copy(update={"llm": "local"}))
    assert asked == choice
    bare = with_weights.model_copy(update={"models": tmp_path / "empty"})
    assert not wants_weights(bare), "they would be of no use"


def test_an_altered_one_is_not_used(
    with_weights: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    altered = bytearray(adapter.ADAPTER.read_bytes())
    altered[-1] ^= 1
    (tmp_path / "cite.gguf").write_bytes(altered)
    monkeypatch.setattr(adapter, "ADAPTER", tmp_path / "cite.gguf")
    choice = choose_model(with_weights)
    assert choice.mode == "quotes"
    assert "is not the pinned file" in choice.why
