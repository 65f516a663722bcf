"""Replies as pydantic models: their schemas, how they grow, and what endpoints do wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, OnErrorOmit, create_model
from scripted_server import ScriptedServer

from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.structured import (
    NONE_IF_MALFORMED,
    Exchange,
    Reply,
    complete,
    grow,
    number_among,
    numbers_among,
    schema_of,
    stream,
)


class Part(BaseModel):
    """A docstring that no endpoint needs."""

    number: int
    kind: Literal["a", "b"] = "a"


class Items(Reply):
    """What most tests ask for."""

    items: tuple[OnErrorOmit[Part], ...]


ASKED = [{"role": "user", "content": "Which?"}]
WHOLE = json.dumps({"items": [{"number": 12, "kind": "a"}, {"number": 345, "kind": "b"}]})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(WHOLE) as running:
        yield running


@pytest.fixture
def chat(server: ScriptedServer) -> Iterator[ChatModel]:
    model = ChatModel(server.endpoint())
    yield model
    model.close()


def test_a_schema_has_what_endpoints_know_and_nothing_else() -> None:
    chosen: Any = create_model("Chosen", __base__=Part, number=(number_among([3, 5]), ...))
    reply_type = create_model(
        "Asked", __base__=Reply, title=(str, ""), one=(chosen, None), some=(numbers_among([7]), ())
    )
    assert schema_of(reply_type) == {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "one": {
                "type": "object",
                "properties": {
                    "number": {"type": "integer", "enum": [3, 5]},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                },
                "required": ["number", "kind"],
                "additionalProperties": False,
            },
            "some": {"type": "array", "items": {"type": "integer", "enum": [7]}},
        },
        "required": ["title", "one", "some"],
        "additionalProperties": False,
    }


def numbers(reply: Items | None) -> list[int] | None:
    return [item.number for item in reply.items] if reply else None


@pytest.mark.parametrize(
    ("text", "ended", "found"),
    [
        (WHOLE, True, [12, 345]),
        (f"Here:\n```json\n{WHOLE}\n```\nDone.", True, [12, 345]),
        ('{"items": [{"number": 1', True, [1]),
        ('{"items": [{"number": 1', False, []),
        ('{"items": [{"number": 1}', False, [1]),
        ('{"items": [{"number": 1}, {', False, [1]),
        ('{"items": [{"number": "x"}, 7, {"number": 2}]}', True, [2]),
        ('{"items": 7}', True, None),
        ('{"other": []}', True, None),
        ("[1]", True, None),
        ("Nothing.", True, None),
        (f"{WHOLE}\nThat is all {{of it}}.", True, [12, 345]),
        (f'<think>Or {{"items": [{{"number": 9}}]}}, {{7}}.</think>\n{WHOLE}', True, [12, 345]),
        (f'Hm, {{"items": [{{"number": 9}}]}}?</think>{WHOLE}', True, [12, 345]),
        (f"[THINK]{{[/THINK]{WHOLE}", True, [12, 345]),
        (f"<|channel|>analysis<|message|>{{<|channel|>final<|message|>{WHOLE}", True, [12, 345]),
        ('<think>{"items": [{"number": 9}]}', True, None),
        ('<think>{"items": [{"number": 9}]}', False, None),
        (f"The set {{a, b}} is {{'c'}}. {WHOLE}", True, [12, 345]),
        (f'{{"other": {{"items": 3}}}} {WHOLE}', True, [12, 345]),
        (f"{'Well. ' * 30}{WHOLE}", False, None),
        (f"{'Well. ' * 30}{WHOLE}", True, [12, 345]),
        ("", True, None),
    ],
)
def test_a_reply_is_read_as_far_as_it_goes(text: str, ended: bool, found: list[int] | None) -> None:
    assert numbers(Items.parse(text, ended=ended)) == found


@given(st.lists(st.integers(1, len(WHOLE) - 1), unique=True))
def test_parts_are_yielded_once_they_are_complete(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(WHOLE)]
    pieces = [WHOLE[start:end] for start, end in pairwise(edges)]
    seen = [numbers(reply) for reply in grow(pieces, Items)]
    assert seen[-1] == [12, 345]
    assert all(item in ([], [12], [12, 345]) for item in seen)


@given(st.text())
def test_no_reply_is_too_strange(text: str) -> None:
    Items.parse(text)
    Items.parse("{" + text, ended=False)


def test_numbers_may_be_written_as_strings_and_be_others_than_asked_for() -> None:
    fields: dict[str, Any] = {
        "one": (number_among([1], optional=True), None),
        "some": (numbers_among([1]), ()),
    }
    reply_type = create_model("Numbers", __base__=Reply, **fields)
    reply = reply_type.parse('{"one": "9", "some": [1, "2", 2, "x", null]}')
    assert reply and reply.arrived() == {"one": 9, "some": (1, 2)}
    reply = reply_type.parse('{"one": "first", "some": "all"}')
    assert reply and reply.arrived() == {"some": ()}


def test_a_malformed_field_leaves_the_others() -> None:
    fields: dict[str, Any] = {
        name: (Annotated[Part, NONE_IF_MALFORMED], None) for name in ("one", "other")
    }
    reply_type = create_model("Two", __base__=Reply, **fields)
    reply = reply_type.parse('{"one": {"number": "x"}, "other": {"number": 4}}')
    assert reply and reply.arrived() == {"other": Part(number=4)}


def test_an_endpoint_that_takes_no_schema_is_asked_without_one(
    chat: ChatModel, server: ScriptedServer
) -> None:
    server.refuses, exchange = {"response_format"}, Exchange()
    for _ in range(2):
        *_, last = stream(chat, ASKED, Items, 50, exchange=exchange)
        assert numbers(last) == [12, 345]
    assert exchange.messages == ASKED and exchange.finish and exchange.finish.reason == "stop"
    assert ["response_format" in body for body in server.requests] == [True, False, False]


def test_silence_is_no_reply_and_no_error(chat: ChatModel, server: ScriptedServer) -> None:
    server.script = lambda body: ""
    assert list(stream(chat, ASKED, Items, 50)) == []


def test_a_reply_that_breaks_off_gives_its_parts_and_then_an_error(
    chat: ChatModel, server: ScriptedServer
) -> None:
    server.cut_at = WHOLE.index("345") // server.piece
    seen: list[list[int] | None] = []
    with pytest.raises(EndpointError):
        seen.extend(numbers(reply) for reply in stream(chat, ASKED, Items, 50))
    assert seen[-1] == [12]


def test_an_endless_reply_is_cut(chat: ChatModel, server: ScriptedServer) -> None:
    server.script = lambda body: json.dumps({"items": [{"number": n} for n in range(100_000)]})
    server.piece = 400
    *_, last = stream(chat, ASKED, Items, 50)
    assert 10 < len(last.items) < 100
    assert server.hung_up.wait(5), "the model is stopped"


class Group(BaseModel):
    """Items of a larger reply."""

    name: str = ""
    items: tuple[OnErrorOmit[Part], ...] = ()
    rest: str = ""


class Groups(Reply):
    """Lists in lists."""

    groups: tuple[OnErrorOmit[Group], ...]


NESTED = json.dumps(
    {
        "groups": [
            {"name": "a", "items": [{"number": 12}, {"number": 345}], "rest": ""},
            {"name": "b", "items": [{"number": 6}], "rest": "more"},
        ]
    }
)


@given(st.lists(st.integers(1, len(NESTED) - 1), unique=True))
def test_items_within_items_are_yielded_once_they_are_complete(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(NESTED)]
    pieces = [NESTED[start:end] for start, end in pairwise(edges)]
    seen = [[n.number for g in r.groups for n in g.items] for r in grow(pieces, Groups)]
    assert seen[-1] == [12, 345, 6]
    assert all(set(numbers) <= {12, 345, 6} for numbers in seen)


def test_the_first_item_within_an_item_does_not_wait_for_the_others() -> None:
    reply = Groups.parse(NESTED[: NESTED.index("345")], ended=False)
    assert reply and [n.number for g in reply.groups for n in g.items] == [12]


class TestThinking:
    """Models that use up their tokens before the first word."""

    def ask(self, chat: ChatModel) -> list[int] | None:
        return numbers(complete(chat, ASKED, Items, 50))

    def test_thoughts_are_no_part_of_the_reply(
        self, chat: ChatModel, server: ScriptedServer
    ) -> None:
        server.thoughts = 'Perhaps {"items": [{"number": 9}]}?'
        assert self.ask(chat) == [12, 345]
        assert len(server.requests) == 1

    @pytest.mark.parametrize("cut", ["", "<think>Let me see", '{"items": ['])
    def test_a_reply_that_is_cut_too_early_is_asked_for_with_more_room(
        self, chat: ChatModel, server: ScriptedServer, cut: str
    ) -> None:
        def script(body: dict[str, Any]) -> str:
            small = body["max_tokens"] < 200
            server.finish = "length" if small else "stop"
            return cut if small else WHOLE

        server.script, server.thoughts = script, "Hm. " * 20
        assert self.ask(chat) == self.ask(chat) == [12, 345]
        assert [body["max_tokens"] for body in server.requests] == [50, 8000, 8000]

    def test_it_is_asked_twice_and_no_more(self, chat: ChatModel, server: ScriptedServer) -> None:
        server.script, server.finish = (lambda body: ""), "length"
        assert self.ask(chat) is None
        assert len(server.requests) == 2

    def test_what_is_usable_is_used(self, chat: ChatModel, server: ScriptedServer) -> None:
        server.script, server.finish = (lambda body: WHOLE[: WHOLE.index("345")]), "length"
        assert self.ask(chat) == [12]
        assert len(server.requests) == 1

    def test_an_endpoint_that_does_not_take_so_many_tokens(
        self, chat: ChatModel, server: ScriptedServer
    ) -> None:
        def script(body: dict[str, Any]) -> str:
            server.status = 400
            return ""

        server.script, server.finish = script, "length"
        assert self.ask(chat) is None
        server.status, server.script, server.finish = None, (lambda body: WHOLE), "stop"
        assert self.ask(chat) == [12, 345]
        assert [body["max_tokens"] for body in server.requests] == [50, 8000, 2000, 500, 50]
