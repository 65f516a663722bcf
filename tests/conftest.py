"""What most tests share: the real corpus in a real index, built once, read by many."""

from __future__ import annotations

import os

# Before anything imports the hub's client: no test may ask for the network.
os.environ["HF_HUB_OFFLINE"] = "1"
for _name in [n for n in os.environ if n.startswith(("PAPERCHAT_", "OPENAI_"))]:
    del os.environ[_name]

from pathlib import Path  # noqa: E402

import hypothesis  # noqa: E402
import pytest  # noqa: E402
from browsing import browser, origin, web_folder, window  # noqa: E402, F401 - fixtures
from comparers import plain, scripted, server  # noqa: E402, F401 - fixtures

from rag.corpus.formats.listing import read_listing  # noqa: E402
from rag.engine import Engine  # noqa: E402
from rag.index.library import Library  # noqa: E402
from rag.models.embedder import Embedder  # noqa: E402
from rag.models.weights import EMBEDDED_MODELS, pull  # noqa: E402
from rag.settings import CHECKOUT, Settings, load_settings  # noqa: E402
from rag.types import Paper  # noqa: E402

# A shared machine may pause for longer than any example takes.
hypothesis.settings.register_profile("paperchat", deadline=None)
hypothesis.settings.load_profile("paperchat")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: once a browser is open, a loop runs and `asyncio.run` refuses."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


CORPUS = CHECKOUT / "data" / "trending-papers.txt"


@pytest.fixture(scope="session")
def papers() -> list[Paper]:
    """The 82 delivered papers."""
    return read_listing(CORPUS)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The packaged MiniLM."""
    return Embedder()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Settings:
    """Settings whose index holds the delivered corpus. Tests must not write to it."""
    made = load_settings(index=tmp_path_factory.mktemp("corpus") / "index", llm="quotes")
    Engine(made, embedder=lambda: embedder).sync()
    return made


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
