"""Fixtures: a server in a process of its own, and a client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mcp_client import Talk, arguments, http_server, stdio, talking

from rag.settings import Settings


@pytest.fixture(scope="module", params=["stdio", "http"])
def talk(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Talk]:
    """A session over each transport."""
    given = arguments(settings)
    if request.param == "stdio":
        with stdio(given) as session:
            yield session
    else:
        with http_server(given) as url, talking(url) as session:
            yield session
