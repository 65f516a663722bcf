"""Fixtures: comparers over the delivered corpus, with a scripted language model or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from scripted_server import ScriptedServer

from rag.comparing.cache import CellCache
from rag.comparing.flow import Comparer
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.types import Mode, ModelChoice

Making: TypeAlias = Callable[..., Comparer]


@pytest.fixture(scope="session")
def plain(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Comparer]:
    """A comparer without a language model."""
    cache = CellCache(tmp_path_factory.mktemp("cells"))
    yield Comparer(library, None, ModelChoice("quotes", "none", "a test"), cache)
    cache.close()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def scripted(library: Library, server: ScriptedServer) -> Iterator[Making]:
    """Makes comparers that ask the scripted server and cache cells in a folder."""
    opened: list[ChatModel | CellCache] = []

    def make(folder: Path, mode: Mode = "openai") -> Comparer:
        folder.mkdir(exist_ok=True)
        chat, cache = ChatModel(server.endpoint()), CellCache(folder)
        opened.extend((chat, cache))
        return Comparer(library, chat, ModelChoice(mode, "scripted", "a test"), cache)

    yield make
    for part in opened:
        part.close()
