"""The scripted endpoints: a strong model is right, and no lie of the liar stands."""

from __future__ import annotations

import pytest

from eval.dataset import QUESTIONS, Dataset
from eval.endpoints.__main__ import ask_liar, ask_strong
from rag.engine import Engine
from rag.index.library import Library
from rag.settings import Settings

KINDS = {"fact": 2, "compare": 2, "list": 2, "near": 2, "overview": 5}  # how many of each


@pytest.fixture(scope="module")
def engine(settings: Settings, library: Library) -> Engine:
    return Engine(settings, library=library)


@pytest.fixture(scope="module")
def dataset(library: Library) -> Dataset:
    dataset = Dataset.load(QUESTIONS, library.papers)
    return Dataset(tuple(c for kind, n in KINDS.items() for c in dataset.select([kind], "dev", n)))


def test_a_strong_model_is_right(engine: Engine, dataset: Dataset) -> None:
    tally = ask_strong(engine, list(dataset))
    assert tally.asked.total() == len(dataset)
    assert tally.right == tally.asked
    assert not +tally.declined
    assert not +tally.answered


def test_no_lie_stands(engine: Engine, dataset: Dataset) -> None:
    told, stood = ask_liar(engine, list(dataset))
    assert {lie for lie, times in told.items() if times} >= {"number", "name", "source"}
    assert not +stood
