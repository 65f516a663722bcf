"""Base URLs as people write them."""

from __future__ import annotations

import pytest
from scripted_server import ScriptedServer

from rag.models.address import address_of, shown
from rag.models.chat import ChatModel
from rag.models.endpoint import Endpoint

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
