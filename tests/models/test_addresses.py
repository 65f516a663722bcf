"""Base URLs as people write them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from threading import Barrier, Event

import httpx
import pytest
from scripted_server import ScriptedServer

from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.sending.address import address_of, shown
from rag.models.endpoints.sending.connection import _stay
from rag.models.endpoints.sending.endpoint import Endpoint, RedirectedError
from rag.models.endpoints.sending.wire import Wire

ASKED = [{"role": "user", "content": "Capital?"}]


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("http://host:1/v1", "http://host:1/v1"),
        ("http://host:1/v1/", "http://host:1/v1"),
        (" http://host:1/v1 \n", "http://host:1/v1"),
        ("\ufeffhttp://host:1/v1\u200b", "http://host:1/v1"),
        ('"http://host:1/v1"', "http://host:1/v1"),
        ("http://host:1/v1/chat/completions", "http://host:1/v1"),
        ("http://host:1/v1/chat/completions/?x=1", "http://host:1/v1"),
        ("http://host:1/v1/models", "http://host:1/v1"),
        ("http://host:1/v1beta/openai/models/", "http://host:1/v1beta/openai"),
        ("https://me.example.org/models", "https://me.example.org/models"),
        ("https://me.example.org/models/chat/completions", "https://me.example.org/models"),
        ("localhost:11434/v1", "http://localhost:11434/v1"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("192.168.1.7:8080/v1", "http://192.168.1.7:8080/v1"),
        ("[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("gpu-box:8000/v1", "http://gpu-box:8000/v1"),
        ("llm.example.org/v1", "https://llm.example.org/v1"),
        ("https://me:pass@llm.example.org/v1?key=k", "https://llm.example.org/v1"),
    ],
)
def test_an_address_is_found(written: str, base: str) -> None:
    address = address_of(written)
    assert address is not None and address.base == base
    assert shown(written) == base


@pytest.mark.parametrize(
    "written", ["", " ", "two words", "ftp://x/v1", "http://[bad/v1", "http://a:b/v1", "http://"]
)
def test_what_is_no_address(written: str) -> None:
    assert address_of(written) is None


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/v1/chat/completions", "/v1 "])
@pytest.mark.parametrize("model", [None, "scripted"])
def test_the_version_is_found(ending: str, model: str | None) -> None:
    with ScriptedServer("Paris.") as server:
        chat = ChatModel(Endpoint(server.url.removesuffix("/v1") + ending, None, model, 5.0))
        for _ in range(2):
            assert chat.complete(ASKED, max_tokens=9) == "Paris."
        chat.close()
    assert len(server.requests) == 2, "where it was found it is asked at once"


def test_two_readers_at_once_find_the_version() -> None:
    """The second one, whose request was refused before the first found it, finds it, too."""
    both, found, base = Barrier(2, timeout=5), Event(), "http://127.0.0.1:1"
    wire = Wire(Endpoint(base), 0)

    def ask(late: bool, at: str) -> str:
        if at == base:
            both.wait()
            assert not late or found.wait(5)
            raise EndpointError("no such page", fault="page")
        return at

    with ThreadPoolExecutor(2) as threads:
        first, second = (threads.submit(wire._at, partial(ask, late)) for late in (False, True))
        assert first.result() == f"{base}/v1"
        found.set()
        assert second.result() == wire._at(str) == f"{base}/v1"


@pytest.mark.parametrize(
    ("here", "there", "stays"),
    [
        ("http://host/v1", "https://host/v1/", True),
        ("https://host/v1", "/v1/", True),
        ("https://host/v1", "http://host/v1/", False),
        ("https://host:8443/v1", "http://host:8443/v1/", False),
        ("https://host/v1", "https://other/v1", False),
    ],
)
def test_nothing_is_sent_elsewhere(here: str, there: str, stays: bool) -> None:
    request = httpx.Request("POST", here)
    moved = httpx.Response(307, headers={"location": there}, request=request)
    with nullcontext() if stays else pytest.raises(RedirectedError):
        _stay(moved)


def test_a_query_goes_with_every_request_and_azure_gets_its_key() -> None:
    with ScriptedServer("Paris.") as server:
        url = f"{server.url}?api-version=2024-10-21"
        chat = ChatModel(Endpoint(url, "sk-1234567", None, 5.0))
        assert chat.complete(ASKED, max_tokens=9) == "Paris."
        chat.close()
    assert server.paths == [
        f"/v1/{path}?api-version=2024-10-21" for path in ("models", "chat/completions")
    ]
    assert [headers["api-key"] for headers in server.headers] == ["sk-1234567"] * 2
    assert not any("authorization" in headers for headers in server.headers)
