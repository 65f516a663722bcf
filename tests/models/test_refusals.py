"""What an endpoint refuses is asked in the next simpler form, which is then remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scripted_models import Opened
from scripted_server import ScriptedServer
from test_chat_model import ASKED, SCHEMA

from rag.errors import EndpointError


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers with a sentence longer than one delta."""
    with ScriptedServer("The capital of France is Paris.") as running:
        yield running


@pytest.mark.parametrize("status", [400, 404, 422, 500, 501])
@pytest.mark.parametrize(
    "wording",
    [
        "json_schema is not supported",
        "Failed to initialize grammar: unknown rule",
        "'response_format.type' must be 'text'",
        "No provider takes these parameters.",
        "",
    ],
)
def test_a_refused_schema_is_left_out_from_then_on(
    server: ScriptedServer, opened: Opened, wording: str, status: int
) -> None:
    server.refuses, server.refusal = {"response_format"}, wording
    server.refusal_status = status
    model = opened()
    for _ in range(2):
        assert "".join(model.stream(ASKED, schema=SCHEMA, max_tokens=9)).endswith("Paris.")
    with_schema = ["response_format" in body for body in server.requests]
    assert with_schema == [True] * (1 + (status >= 500)) + [False, False]
    assert server.requests[-1]["temperature"] == 0, "nothing else is left out"


def test_what_no_form_mends_is_told_and_nothing_is_left_out(
    server: ScriptedServer, opened: Opened
) -> None:
    server.refuses, server.refusal = {"messages"}, "a poor request"
    model = opened()
    with pytest.raises(EndpointError, match=r"status 400: a poor request"):
        list(model.stream(ASKED, schema=SCHEMA, max_tokens=9))
    assert len(server.requests) <= 4
    server.refuses = set()
    list(model.stream(ASKED, schema=SCHEMA, max_tokens=9))
    assert server.requests[-1].keys() >= {"response_format", "temperature", "stream_options"}


def test_an_endpoint_that_does_not_say_what_it_refuses(
    server: ScriptedServer, opened: Opened
) -> None:
    server.refuses_system, server.refusal = True, "Bad Request"
    model = opened()
    for _ in range(2):
        list(model.stream(ASKED, schema=SCHEMA, max_tokens=9))
    assert [body["messages"][0]["role"] for body in server.requests] == [
        "system", "system", "user", "user",
    ]  # fmt: skip


@pytest.mark.parametrize("status", [401, 402, 403, 429])
def test_keys_and_quotas_are_no_matter_of_form(
    server: ScriptedServer, opened: Opened, status: int
) -> None:
    server.status = status
    with pytest.raises(EndpointError):
        list(opened().stream(ASKED, schema=SCHEMA, max_tokens=9))
    assert len(server.requests) == 1 + (status == 429)
    assert all("response_format" in body for body in server.requests)


@pytest.mark.parametrize("parameter", ["temperature", "stream_options"])
def test_a_refused_parameter_is_left_out_from_then_on(
    server: ScriptedServer, opened: Opened, parameter: str
) -> None:
    server.refuses = {parameter}
    model = opened()
    for _ in range(2):
        assert model.complete(ASKED, max_tokens=9).endswith("Paris.")
    assert [parameter in body for body in server.requests] == [True, False, False]


def test_max_tokens_gives_way_to_its_new_name(server: ScriptedServer, opened: Opened) -> None:
    server.refuses = {"max_tokens"}
    server.refusal = "'{0}' is not supported, use 'max_completion_tokens' instead."
    assert opened().complete(ASKED, max_tokens=9).endswith("Paris.")
    assert "max_tokens" not in server.requests[1]
    assert server.requests[1]["max_completion_tokens"] == 9


def test_all_of_them_at_once(server: ScriptedServer, opened: Opened) -> None:
    server.refuses = {"temperature", "max_tokens", "stream_options"}
    server.refusal = "{0} is not supported; see max_completion_tokens"
    assert opened().complete(ASKED, max_tokens=9).endswith("Paris.")
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "words",
    [
        "Your organization must be verified to stream this model.",
        "Unsupported value: 'stream' does not support true with this model.",
    ],
)
def test_an_endpoint_that_does_not_stream(
    server: ScriptedServer, opened: Opened, words: str
) -> None:
    server.refuses, server.refusal = {"stream"}, words
    model = opened()
    for _ in range(2):
        assert list(model.stream(ASKED, max_tokens=9)) == ["The capital of France is Paris."]
    assert ["stream" in body for body in server.requests] == [True, False, False]


@pytest.mark.parametrize(
    "words",
    [
        "System role not supported",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "Developer instruction is not enabled for models/gemma",
    ],
)
def test_a_model_without_system_messages(
    server: ScriptedServer, opened: Opened, words: str
) -> None:
    server.refuses_system, server.refusal = True, words
    model = opened()
    for _ in range(2):
        model.complete(ASKED, max_tokens=9)
    roles = [[message["role"] for message in body["messages"]] for body in server.requests]
    assert roles == [["system", "user"], ["user"], ["user"]]
    assert server.requests[-1]["messages"][0]["content"] == "Be brief.\n\nCapital?"
