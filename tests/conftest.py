"""Fixtures that most tests share: the delivered corpus in an index that is built once."""

from __future__ import annotations

import os

# Before anything imports the hub's client: no test may ask for the network.
os.environ["HF_HUB_OFFLINE"] = "1"
for _name in [n for n in os.environ if n.startswith(("PAPERCHAT_", "OPENAI_"))]:
    del os.environ[_name]

import functools  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

import hypothesis  # noqa: E402
import pytest  # noqa: E402
from browsing import browser, origin, web_folder, window  # noqa: E402, F401 - fixtures
from commands import indexed, paperchat  # noqa: E402, F401 - fixtures
from comparers import plain, scripted, server  # noqa: E402, F401 - fixtures
from indexes import CORPUS, DELIVERED, copy_of_index  # noqa: E402
from scripted_models import opened  # noqa: E402, F401 - fixtures
from serving_api import api, api_collections, v1  # noqa: E402, F401 - fixtures

from rag.corpus.dedupe.merge import merge  # noqa: E402
from rag.corpus.files import read_file  # noqa: E402
from rag.corpus.record import Record  # noqa: E402
from rag.engine import Engine  # noqa: E402
from rag.index.library import Library  # noqa: E402
from rag.models.embedding.embedder import Embedder  # noqa: E402
from rag.models.embedding.embedders import load_embedder  # noqa: E402
from rag.models.local.pull import pull  # noqa: E402
from rag.models.local.weights import EMBEDDED_MODELS  # noqa: E402
from rag.settings import Settings, load_settings  # noqa: E402
from rag.types import Paper  # noqa: E402

# A shared machine may pause for longer than any example takes. The same examples in every run: a
# change is judged by what it changed. To look for new ones, leave derandomize out.
hypothesis.settings.register_profile("paperchat", deadline=None, derandomize=True)
hypothesis.settings.load_profile("paperchat")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest files first, so that no worker waits for another at the end."""

    def place(item: pytest.Item) -> int:
        if item.path.name == "test_embedded.py":
            return 0
        return 1 if "browser" in getattr(item, "fixturenames", ()) else 2

    first: dict[Path, int] = {}
    for item in items:
        first[item.path] = min(place(item), first.get(item.path, 2))
    items.sort(key=lambda item: first[item.path])


_load_once = functools.cache(load_embedder)


@pytest.fixture(scope="session", autouse=True)
def _one_embedder() -> Iterator[None]:
    """Commands and servers that run in this process share the tests' embedder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.models.embedding.embedders.load_embedder", _load_once)
        yield


@pytest.fixture(scope="session")
def papers() -> list[Paper]:
    """The 82 delivered papers."""
    return list(merge([item for item in read_file(CORPUS) if isinstance(item, Record)]).papers)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The encoder."""
    return _load_once()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Settings:
    """Settings whose index holds the delivered corpus. Tests must not write to it."""
    index = tmp_path_factory.mktemp("corpus") / "index"
    copy_of_index(DELIVERED, index, embedder)
    return load_settings(index=index, llm="quotes")


@pytest.fixture(scope="session")
def library(settings: Settings, embedder: Embedder) -> Library:
    """The delivered corpus, open."""
    return Engine(settings, embedder=lambda: embedder).library


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of the user's models, with the embedded one in it; fetched if need be."""
    folder = load_settings().models
    pull(EMBEDDED_MODELS[0], folder)
    return folder


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A small saved page: three papers of the delivered corpus under its header."""
    lines = [line for line in CORPUS.read_text(encoding="utf-8").split("\n") if line]
    path = tmp_path / "page.txt"
    path.write_text("\n\n".join(lines[: 5 + 6]) + "\n", encoding="utf-8")
    return path
