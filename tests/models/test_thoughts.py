"""What models think never passes for what they say, however they mark it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import ScriptedServer
from test_structured import WHOLE, Items, numbers

from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.replies.thoughts import said_in
from rag.models.entailment import by_chat

DRAFT = 'Let me see {a, b}: [1] says {"items": [{"number": 9}]}. Maybe [1].'
MARKS = {
    "think": ("<think>", "</think>"),
    "thinking": ("<thinking>", "</thinking>"),
    "thought": ("<thought>", "</thought>"),
    "reasoning": ("<reasoning>", "</reasoning>"),
    "in a namespace": ("<seed:think>", "</seed:think>"),
    "in capitals": ("<THINK>", "</THINK>"),
    "Magistral": ("[THINK]", "[/THINK]"),
    "Kimi": ("◁think▷", "◁/think▷"),
    "Command": ("<|START_THINKING|>", "<|END_THINKING|>"),
    "thought tokens": ("<|begin_of_thought|>", "<|end_of_thought|>"),
    "harmony": ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final"
                "<|message|>"),
    "harmony, whole": ("<|start|>assistant<|channel|>analysis<|message|>", "<|end|><|start|>"
                       "assistant<|channel|>final<|constrain|>json<|message|>"),
    "harmony without marks": ("analysis", "assistantfinal"),
    "Gemma": ("<|channel>thought\n", "<channel|>"),
    "MedGemma": ("<unused94>thought\n", "<unused95>"),
    "Granite": ("Here is my thought process:", "Here is my response:"),
}  # fmt: skip


@pytest.mark.parametrize("name", MARKS)
def test_thoughts_are_no_reply(name: str) -> None:
    opening, closing = MARKS[name]
    for reply in (WHOLE, f"\n\n```json\n{WHOLE}\n```", f"\ufeff{WHOLE}"):
        assert numbers(Items.parse(f"{opening}{DRAFT}{closing}{reply}")) == [12, 345]
        assert numbers(Items.parse(f"{DRAFT}{closing}{reply}")) == [12, 345], "the first is missing"
    assert said_in(f"{opening}{DRAFT}{closing} Yes.").strip() == "Yes."


@pytest.mark.parametrize("name", [name for name in MARKS if "without" not in name])
def test_thoughts_that_are_cut_are_no_reply(name: str) -> None:
    opening, _ = MARKS[name]
    for ended in (True, False):
        assert Items.parse(opening + DRAFT, ended=ended) is None
    assert said_in(f"{opening}{DRAFT}") == ""


@pytest.mark.parametrize("mark", ["</think>", "<think>", "[/THINK]", "<|channel|>"])
def test_a_mark_within_json_is_a_part_of_its_text(mark: str) -> None:
    text = json.dumps({"items": [{"number": 7}], "note": f"{mark} ends it", "more": [{"a": mark}]})
    assert numbers(Items.parse(text)) == [7]
    assert said_in(text) == text


@given(st.sampled_from(sorted(MARKS)), st.text(max_size=40), st.text(max_size=40))
def test_no_thought_gets_through(name: str, before: str, after: str) -> None:
    opening, closing = MARKS[name]
    said = said_in(f"{opening}{before}SECRET{after}{closing}{WHOLE}")
    assert "SECRET" not in said or "{" in before[:1]


def test_an_object_in_another_is_found() -> None:
    assert numbers(Items.parse(json.dumps({"response": json.loads(WHOLE)}))) == [12, 345]


class TestPlainReplies:
    """A model of which a single word is wanted."""

    def opinion(self, server: ScriptedServer) -> float:
        model = ChatModel(server.endpoint())
        try:
            return by_chat(model)("It is nine.", ["It is nine metres deep."])
        finally:
            model.close()

    def test_the_word_is_found_after_thoughts(self) -> None:
        with ScriptedServer("<think>Is it SUPPORTED? Hardly.</think>CONTRADICTED") as server:
            assert self.opinion(server) < 0.1

    def test_it_is_asked_once_more_with_room_to_think(self) -> None:
        def script(body: dict[str, Any]) -> str:
            server.finish = "length" if body["max_tokens"] < 1000 else "stop"
            return "<think>Is it" if body["max_tokens"] < 1000 else "<think>Yes.</think>SUPPORTED"

        with ScriptedServer(script) as server:
            assert self.opinion(server) > 0.9
        assert [body["max_tokens"] for body in server.requests] == [8, 8000]

    def test_thoughts_without_an_end_are_an_error(self) -> None:
        with (
            ScriptedServer("<think>SUPPORTED, I think", finish="length") as server,
            pytest.raises(EndpointError, match="used up its tokens"),
        ):
            self.opinion(server)
        assert len(server.requests) == 2
