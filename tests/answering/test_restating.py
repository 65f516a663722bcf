"""The embedded model says which of several shown papers a follow-up is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from scripted_server import ScriptedServer

from rag.answering.understanding.restating import restated
from rag.answering.understanding.understanding import Listener
from rag.engine import Engine
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.settings import Settings
from rag.types import EVERYTHING, Turn

BOTH = "Compare MindBridge and NeuroPictor"
MESSAGE = "how many steps does the second one need?"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def chat(server: ScriptedServer) -> Iterator[ChatModel]:
    with closing(ChatModel(server.endpoint())) as model:
        yield model


def test_the_request_has_the_conversation_and_no_marks(
    server: ScriptedServer, chat: ChatModel
) -> None:
    server.script = lambda body: json.dumps({"question": "How many steps does NeuroPictor need?"})
    said = restated(chat, MESSAGE, "How do they [1] work?", "In steps.", ["A: One", "B: Two"])
    assert said == "How many steps does NeuroPictor need?"
    assert server.requests[0]["messages"][1]["content"].splitlines() == [
        "Asked: How do they (1) work?",
        "Answer: In steps.",
        "# 1. A: One",
        "# 2. B: Two",
        f"Message: {MESSAGE}",
    ]


@pytest.mark.parametrize("reply", ["", "{}", '{"question": "?!"}', '{"question": "' + "a" * 900])
def test_what_is_no_question_is_not_taken(
    server: ScriptedServer, chat: ChatModel, reply: str
) -> None:
    server.script = lambda body: reply
    assert restated(chat, MESSAGE, "", "", []) is None


@pytest.mark.parametrize(
    ("question", "taken"),
    [
        ("How many steps does NeuroPictor need?", True),
        ("How many steps does BrainSCUBA need?", False),  # nobody spoke of it
        ("How does NeuroPictor work?", False),  # not what was asked
        ("How many steps does it need?", False),
    ],
)
def test_its_words_count_if_they_name_what_was_shown(
    library: Library,
    settings: Settings,
    server: ScriptedServer,
    chat: ChatModel,
    question: str,
    taken: bool,
) -> None:
    answer = Engine(settings, library=library).ask(BOTH).answer
    history = [Turn("user", BOTH), Turn("assistant", answer)]
    message = "and how many steps do they need?"
    server.script = lambda body: json.dumps({"question": question})
    alone = Listener(library).understand(message, history, EVERYTHING).query.standalone
    helped = Listener(library, chat).understand(message, history, EVERYTHING).query.standalone
    assert helped == (question if taken else alone)
    assert len(server.requests) == 1
