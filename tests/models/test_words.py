"""A server's words are told as they are, in one line, and never with anything secret."""

from __future__ import annotations

import logging
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import ScriptedServer

from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.sending.endpoint import Endpoint
from rag.models.endpoints.sending.words import without, words_of

KEY = "sk-proj-7Hq2mZx9LwRt4Bv6"
ASKED = [{"role": "user", "content": "Capital?"}]


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "No room left."}},
        {"error": "No room left."},
        {"message": "No room left."},
        {"detail": "No room left."},
        {"detail": [{"loc": ["body"], "msg": "No room left."}]},
        {"errors": [{"message": "No room left."}]},
        [{"error": {"message": "No room left.", "code": 429}}],
        {"message": {"detail": [{"msg": "No room left."}]}, "object": "error"},
        '{"error": {"message": "No room left."}}',
        {"error": {"message": '{"detail": "No room left."}'}},
        "<html><head><title>No room left</title></head><body><h1>x</h1></body></html>",
        "<p>No room\n left</p>",
        b"No room left.",
        " No room\n\tleft. ",
    ],
)
def test_words_are_found_in_any_shape(body: object) -> None:
    assert words_of(body) == "No room left"


def test_what_a_provider_behind_a_router_says_is_told() -> None:
    body = {"message": "Provider returned error", "metadata": {"raw": '{"error": "No room."}'}}
    assert words_of(body) == "Provider returned error: No room"


@pytest.mark.parametrize("body", [None, {}, [], 7, {"error": {}}, {"code": 3}, ""])
def test_there_may_be_none(body: object) -> None:
    assert words_of(body) == ""


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect API key provided: {KEY}.",
        f"Incorrect API key provided: '{KEY}'",
        f"key={KEY}&x=1",
        f"Bearer {KEY[:12]}...",
        "sk-proj-********************t4Bv6",
        "sk-p***4Bv6",
        "sk-...Bv6",
        f"it begins with {KEY[:7]}",
        f"it ends with {KEY[-7:]}",
        f"https://host/v1?key={KEY}",
    ],
)
def test_no_part_of_the_key_is_told(said: str) -> None:
    told = without(said, [KEY])
    assert "***" in told
    parts = (KEY[at : at + 4] for at in range(3, len(KEY) - 3))
    assert not any(part in told for part in parts), told


@given(st.integers(0, len(KEY) - 6), st.integers(6, len(KEY)), st.text(max_size=9))
def test_no_run_of_six_characters_is_told(start: int, length: int, around: str) -> None:
    part = KEY[start : start + length]
    told = words_of({"error": {"message": f"{around} {around}{part}{around}"}}, [KEY])
    assert not any(KEY[at : at + 6] in told for at in range(len(KEY) - 5))


def test_other_words_stay() -> None:
    said = "The prompt has 4,096 tokens... see https://host/docs, or choose **another** model"
    assert without(said, [KEY]) == said
    assert without("a key of xxxxx", [KEY]) == "a key of xxxxx"


@pytest.mark.parametrize("key", ["x", "test", "12345"])
def test_a_short_key_is_no_part_of_other_words(key: str) -> None:
    assert without("extra tests: 123456", [key]) == "extra tests: 123456"
    assert without(f"no key {key}, key={key}.", [key]) == "no key ***, key=***."


def test_a_key_hides_no_cause() -> None:
    with ScriptedServer("", models=["m"]) as server:
        server.refuses, server.refusal = {"messages"}, "over the maximum context length"
        chat = ChatModel(Endpoint(server.url, "context", "m", 5.0))
        with closing(chat), pytest.raises(EndpointError, match=r"maximum \*\*\*") as failed:
            chat.complete(ASKED, max_tokens=9)
    assert failed.value.fault == "context"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500])
def test_a_server_that_repeats_all_that_is_secret(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """In no error, and in no log even at the level of --verbose."""
    caplog.set_level(logging.INFO)
    with ScriptedServer("", models=["m"]) as server:
        server.refuses, server.refusal_status = {"messages"}, status
        server.refusal = f"{KEY} is no key, nor are hunter2hunter2 and token-abcdef"
        url = server.url.replace("//", "//me:hunter2hunter2@") + "?code=token-abcdef"
        with (
            closing(ChatModel(Endpoint(url, KEY, "m", 5.0))) as chat,
            pytest.raises(EndpointError) as failed,
        ):
            chat.complete(ASKED, max_tokens=9)
    assert server.paths[0].endswith("?code=token-abcdef"), "it is sent"
    for secret in (KEY, "hunter2", "token-abcdef"):
        assert secret not in str(failed.value)
        assert secret not in caplog.text
    assert str(status) in str(failed.value) or status == 429
