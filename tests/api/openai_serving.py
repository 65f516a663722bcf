"""A server of chat completions for the tests of its clients."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import uvicorn
from browsing import free_port
from fastapi import FastAPI

from rag.settings import Settings
from ui.api.engines import Engines
from ui.api.openai.router import router


@contextmanager
def serving(settings: Settings, quiet: float = 10.0) -> Iterator[str]:
    """The base URL of a server with these settings, until the block ends."""
    with closing(Engines(settings)) as engines:
        app = FastAPI()
        app.include_router(router(engines, quiet=quiet))
        port = free_port()
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive() and time.monotonic() < until, "the server did not start"
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.should_exit = True
            thread.join(30)


@pytest.fixture(scope="module")
def base(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a server over the delivered papers, without a language model."""
    home = tmp_path_factory.mktemp("collections")
    with serving(settings.model_copy(update={"collections": home})) as url:
        yield url
