"""The HTTP transport: who is answered, and on which addresses."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from commands import Command
from mcp_client import arguments, http_server, talking
from wire import Reply, request

from rag.settings import Settings

_LIST = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/list",
    "params": {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }
    },
}


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    with http_server(arguments(settings)) as address:
        yield address


def _post(url: str, *headers: str, body: bytes | None = None, host: str = "") -> Reply:
    given = json.dumps(_LIST).encode() if body is None else body
    own = [
        f"Host: {host or url.split('/')[2]}",
        "Content-Type: application/json",
        "Accept: application/json, text/event-stream",
        "MCP-Protocol-Version: 2026-07-28",
        "Mcp-Method: tools/list",
    ]
    return request(url, "POST /mcp HTTP/1.1", *own, *headers, body=given)


def test_its_own_page_and_programs_are_answered(url: str) -> None:
    for origin in ((), (f"Origin: {url.removesuffix('/mcp')}",)):
        reply = _post(url, *origin)
        assert reply.status == 200 and "which_papers" in reply.body


@pytest.mark.parametrize(
    "origin", ["https://example.org", "null", "http://127.0.0.1:1", "http://localhost.example.org"]
)
def test_a_foreign_page_gets_nothing(url: str, origin: str) -> None:
    reply = _post(url, f"Origin: {origin}")
    assert (reply.status, reply.body) == (403, "Invalid Origin header")


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1:1", "127.0.0.1.example.org"])
def test_a_name_that_was_made_to_point_here_gets_nothing(url: str, host: str) -> None:
    reply = _post(url, host=host)
    assert (reply.status, reply.body) == (421, "Invalid Host header")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_who_comes_through_a_proxy_gets_nothing(url: str, header: str) -> None:
    """It may speak for somebody at another machine, and nothing asks for a key here."""
    reply = _post(url, f"{header}: 10.0.0.7")
    assert reply.status == 403 and "through a proxy" in reply.body


def test_odd_bodies_are_refused(url: str) -> None:
    large = _post(url, "Content-Length: 5000000", body=b"x")
    assert (large.status, large.body) == (413, "Request body too large")
    broken = _post(url, body=b"{")
    assert broken.status == 400 and "Parse error" in broken.body
    assert _post(url, body=b"[]").status == 400


def test_clients_of_before_2026_are_answered(url: str) -> None:
    with talking(url, "legacy") as talk:
        assert talk.client.protocol_version < "2026"
        assert talk.call("ask", question="What is SINet?")["claims"]
        assert "The evidence is found" in talk.progress
        assert "There is no tool" in talk.error("nothing")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])
def test_no_other_address_is_served(paperchat: Command, host: str) -> None:
    run = paperchat("mcp", "--http", "--host", host)
    assert run.status == 2 and not run.out
    assert "paperchat serve" in run.error and host in run.error


def test_wrong_usage_is_one_line(paperchat: Command) -> None:
    assert "llm" in paperchat("mcp", "--llm", "nonsense").error
    assert "--host and --port go with --http" in paperchat("mcp", "--port", "7000").error
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        run = paperchat("mcp", "--http", "--port", port)
    assert run.status == 3 and f"Port {port}" in run.error
