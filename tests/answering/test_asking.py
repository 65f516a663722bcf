"""What an endpoint's model says that a question means, and what is made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from scripted_server import ScriptedServer

from rag.answering.understanding.asking import Meant, ask_what_is_meant
from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.types import Turn

ASKED = "wie schnell ist es, und wer hat moblmamba gemacht?"
SAID = {
    "question": "How fast is MobileMamba, and who made it?",
    "kind": "lookup",
    "parts": ["How fast is MobileMamba?", "Who made MobileMamba?"],
    "language": "German",
    "corrected": [{"written": "moblmamba", "meant": "MobileMamba"}],
}
MEANT = Meant(
    "How fast is MobileMamba, and who made it?",
    "lookup",
    ("How fast is MobileMamba?", "Who made MobileMamba?"),
    "German",
    (("moblmamba", "MobileMamba"),),
)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(json.dumps(SAID), meaning=None) as running:
        yield running


@pytest.fixture
def chat(server: ScriptedServer) -> Iterator[ChatModel]:
    with closing(ChatModel(server.endpoint())) as model:
        yield model


def test_one_call_says_it_all(chat: ChatModel, server: ScriptedServer) -> None:
    history = [Turn("user", "What is\nMobileMamba?"), Turn("assistant", "A network.")]
    assert ask_what_is_meant(chat, ASKED, history, ["MobileMamba: A [1] network"]) == MEANT
    [request] = server.requests
    assert request["messages"][1]["content"].split("\n") == [
        "user: What is MobileMamba?",
        "assistant: A network.",
        "# MobileMamba: A (1) network",
        "",
        f"Message: {ASKED}",
    ]
    kinds = request["response_format"]["json_schema"]["schema"]["properties"]["kind"]
    assert "small_talk" in kinds["enum"]


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        '<think>It is {{German}}: {{"question": 3}}.</think>\n{}',
        "Here it is:\n```json\n{}\n```\nAnything else?",
    ],
)
def test_what_stands_around_it_does_not_matter(
    chat: ChatModel, server: ScriptedServer, around: str
) -> None:
    server.script = lambda body: around.format(json.dumps(SAID))
    assert ask_what_is_meant(chat, ASKED) == MEANT


@pytest.mark.parametrize(
    "said",
    [
        "I cannot help with that.",
        "",
        "{}",
        json.dumps(SAID | {"kind": "poem"}),
        json.dumps(SAID | {"kind": None}),
        json.dumps(SAID | {"question": ""}),
        json.dumps(SAID | {"question": "..?!"}),
        json.dumps(SAID | {"question": "why " * 400}),
        json.dumps(SAID | {"question": ["How fast?"]}),
        json.dumps({"kind": "lookup"}),
    ],
)
def test_a_reply_of_no_use_leaves_it_to_the_rules(
    chat: ChatModel, server: ScriptedServer, said: str
) -> None:
    server.script = lambda body: said
    assert ask_what_is_meant(chat, ASKED) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "Yes/No"}, {"intent": "yes_no"}),
        ({"kind": "small talk"}, {"intent": "small_talk"}),
        ({"language": "english"}, {"language": ""}),
        ({"language": None}, {"language": ""}),
        ({"language": "German <b>"}, {"language": ""}),
        ({"parts": ["How fast is MobileMamba?"]}, {"parts": ()}),
        ({"parts": ["a b c d"] * 9}, {"parts": ()}),
        ({"parts": ["How fast?", "x" * 2000]}, {"parts": ()}),
        ({"parts": "none"}, {"parts": ()}),
        ({"corrected": [{"written": "banana", "meant": "MobileMamba"}]}, {"corrected": ()}),
        ({"corrected": [{"written": "moblmamba", "meant": "Banana"}]}, {"corrected": ()}),
        ({"corrected": [{"written": "moblmamba"}, 7]}, {"corrected": ()}),
        ({"corrected": None}, {"corrected": ()}),
    ],
)
def test_what_does_not_fit_is_left_out(
    chat: ChatModel, server: ScriptedServer, change: dict[str, Any], expected: dict[str, Any]
) -> None:
    server.script = lambda body: json.dumps(SAID | change)
    meant = ask_what_is_meant(chat, ASKED)
    assert meant is not None
    assert {name: getattr(meant, name) for name in expected} == expected


def test_a_dead_endpoint_is_an_error(chat: ChatModel, server: ScriptedServer) -> None:
    server.status = 401
    with pytest.raises(EndpointError):
        ask_what_is_meant(chat, ASKED)
