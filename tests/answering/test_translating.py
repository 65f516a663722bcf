"""Translations by a language model: what is asked for, what is accepted, and what is not."""

from __future__ import annotations

import json

import pytest
from scripted_server import ScriptedServer

from rag.answering.understanding.translating import into, to_english
from rag.models.endpoints.chat import ChatModel
from rag.text.languages import Language

GERMAN = Language("de", "German")
QUESTION = "Wie viele Parameter hat SINet?"
TEXTS = ["SINet has 86.9K parameters.", "It is fast."]


def english(reply: str, question: str = QUESTION) -> str | None:
    with ScriptedServer(reply) as server:
        return to_english(ChatModel(server.endpoint()), question, GERMAN)


def german(reply: object, texts: list[str] = TEXTS) -> list[str] | None:
    with ScriptedServer(json.dumps({"translations": reply})) as server:
        return into(ChatModel(server.endpoint()), texts, GERMAN)


def test_one_request_asks_for_the_question_in_english() -> None:
    said = json.dumps({"english": "How many parameters does SINet have?"})
    with ScriptedServer(said) as server:
        translated = to_english(ChatModel(server.endpoint()), QUESTION, GERMAN)
    assert translated == "How many parameters does SINet have?"
    (request,) = server.requests
    assert QUESTION in request["messages"][-1]["content"]
    assert request["response_format"]["json_schema"]["schema"]["required"] == ["english"]


def test_a_lost_name_is_appended() -> None:
    lost = json.dumps({"english": "How many parameters does the net have?"})
    assert english(lost) == "How many parameters does the net have? (SINet)"


@pytest.mark.parametrize(
    "reply",
    [
        json.dumps({"english": "SINet has 86.9K parameters."}),  # an answer
        json.dumps({"english": "SINet has many parameters."}),
        json.dumps({"english": QUESTION}),
        json.dumps({"english": "SINet 有多少参数?"}),
        json.dumps({"english": " "}),
        json.dumps({"english": "What? " * 60}),
        "How many parameters does SINet have?",  # no JSON
        "",
    ],
)
def test_a_reply_that_is_no_question_in_english_is_refused(reply: str) -> None:
    assert english(reply) is None


def test_words_without_a_question_mark_are_translated_too() -> None:
    assert english(json.dumps({"english": "fast networks"}), "schnelle Netze") == "fast networks"


def test_texts_come_back_in_order() -> None:
    assert german(["SINet hat 86,9K Parameter.", "[2] Es ist schnell."]) == [
        "SINet hat 86,9K Parameter.",
        "Es ist schnell.",
    ]
    assert german([], []) == []


def test_a_text_that_lost_its_number_stays_in_english() -> None:
    assert german(["SINet hat viele Parameter.", "Es ist schnell."]) == [
        TEXTS[0],
        "Es ist schnell.",
    ]


@pytest.mark.parametrize("reply", [["SINet hat 86,9K Parameter."], [], "Es ist schnell.", None])
def test_another_number_of_texts_is_no_translation(reply: object) -> None:
    assert german(reply) is None
