"""The HTTP API in a thread, for the tests of OpenAI's clients."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import pytest
from browsing import free_port

from rag.settings import Settings
from ui.api import server as api_server
from ui.api.access import Access
from ui.web.listening import Server, listen


@contextmanager
def serving(settings: Settings, origins: Sequence[str] = ()) -> Iterator[str]:
    """The base URL of a server with these settings, until the block ends."""
    port = free_port()
    made = settings.model_copy(update={"port": port})
    api = api_server._api(made, None)
    server = Server(api_server.gated(api, Access(made), origins), api.jobs.close)
    with closing(listen("127.0.0.1", port)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
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
            api.engines.close()
            api.uploads.close()


@pytest.fixture(scope="module")
def base(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a server over the delivered papers, without a language model."""
    home = tmp_path_factory.mktemp("home")
    more = {"collections": home / "collections", "keys": home / "keys.json"}
    with serving(settings.model_copy(update=more)) as url:
        yield url
