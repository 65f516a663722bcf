"""Runs the HTTP API for tests, in a thread that shares their embedder, and talks to it.

The fixtures are one API without a language model, for all tests that change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import Serving, free_port
from indexes import HOSTILE, copy_of_index

from rag.models.embedding.embedder import Embedder
from rag.settings import Settings, load_settings
from ui.api.server import serve


@contextmanager
def serving_api(
    *, origins: Sequence[str] = (), window: bool = False, **settings: Any
) -> Iterator[httpx.Client]:
    """A client of a running API with these settings, by its loopback address."""
    made = load_settings(port=free_port(), **settings)
    with (
        Serving(lambda: serve(made, origins=origins, window=window)),
        client_of(made) as client,
    ):
        yield client


def client_of(settings: Settings, host: str = "127.0.0.1", **headers: str) -> httpx.Client:
    """A client of the server with these settings."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    base = f"http://{host}:{settings.port}"
    return httpx.Client(base_url=base, headers=named, timeout=60.0, trust_env=False)


def events_of(reply: httpx.Response) -> Iterator[tuple[str, Any]]:
    """The name and data of each event as it comes; comments have the name ":"."""
    name = ""
    for line in reply.iter_lines():
        if line.startswith(":"):
            yield ":", line[1:].strip()
        elif line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def problem(reply: httpx.Response, status: int) -> str:
    """The line of a problem with this status, after looking at its form."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json", reply.headers
    said = reply.json()
    assert said["status"] == status and said["title"] and said["type"] == "about:blank"
    assert said["request"] == reply.headers["x-request-id"]
    assert "Traceback" not in reply.text
    return f"{said['detail']} {said['remedy']}".strip()


@pytest.fixture(scope="session")
def api_collections(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A folder with the collection "more", which has one more paper."""
    home = tmp_path_factory.mktemp("collections")
    copy_of_index(HOSTILE, home / "more" / "index", embedder)
    return home


@pytest.fixture(scope="session")
def api(settings: Settings, api_collections: Path) -> Iterator[httpx.Client]:
    """A client of it."""
    with serving_api(index=settings.index, collections=api_collections, llm="quotes") as client:
        yield client


@pytest.fixture(scope="session")
def v1(api: httpx.Client) -> str:
    """Its base URL for OpenAI's clients."""
    return f"{str(api.base_url).rstrip('/')}/v1"
