"""Chat models on a test module's own scripted server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from scripted_server import ScriptedServer

from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.sending.endpoint import Endpoint

Opened = Callable[..., ChatModel]


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
