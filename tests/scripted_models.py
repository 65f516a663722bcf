"""A scripted server, and chat models on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from scripted_server import ScriptedServer

from rag.models.chat import ChatModel
from rag.models.endpoint import Endpoint

Opened = Callable[..., ChatModel]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers with a sentence longer than one delta."""
    with ScriptedServer("The capital of France is Paris.") as running:
        yield running


@pytest.fixture
def opened(server: ScriptedServer) -> Iterator[Opened]:
    """Opens a ChatModel on the server and closes it after the test."""
    models: list[ChatModel] = []

    def open_model(endpoint: Endpoint | None = None) -> ChatModel:
        models.append(ChatModel(endpoint or server.endpoint()))
        return models[-1]

    yield open_model
    for model in models:
        model.close()
