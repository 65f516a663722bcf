"""Bodies of replies: lawful ones are read in any shape and in any cut, others end in one error."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.endpoints.replies.allowance import Allowance
from rag.models.endpoints.replies.events import DONE, values_in
from rag.models.endpoints.replies.pieces import Piece, ToldError, pieces_of

WORDS = '{"claims": [{"sentence": "Käfer 甲虫 🪲 have six legs.", "sources": [1]}]}'


def read(*chunks: bytes) -> list[Piece]:
    return list(pieces_of(chunks, Allowance(time.monotonic() + 60)))


def said(pieces: Sequence[Piece]) -> tuple[str, str]:
    """What a body says, and why it ended."""
    reasons = [piece.reason for piece in pieces if piece.reason]
    return "".join(piece.text for piece in pieces), reasons[-1] if reasons else ""


def sse(*values: object, done: bool = True, end: str = "\n") -> bytes:
    lines = [f"data: {json.dumps(value)}{end}{end}" for value in values]
    return "".join([*lines, f"data: {DONE}{end}{end}" if done else ""]).encode()


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def halves(text: str = WORDS) -> list[dict[str, Any]]:
    return [delta(role="assistant"), delta(content=text[:9]), delta(content=text[9:])]


LAWFUL: dict[str, bytes] = {
    "plain": sse(*halves(), delta("stop")),
    "null deltas": sse(*halves(), {"choices": [{"delta": None}]}, delta("stop")),
    "no delta": sse(*halves(), {"choices": [{"finish_reason": "stop"}]}),
    "null content": sse(delta(content=None), *halves(), delta("stop", content=None)),
    "no choices": sse({"choices": []}, {"choices": None}, {}, *halves(), delta("stop")),
    "usage alone": sse(*halves(), delta("stop"), {"usage": {"prompt_tokens": 3}}),
    "usage null": sse(*[{**value, "usage": None} for value in halves()], delta("stop")),
    "an empty reason": sse(*halves(), delta(""), delta()),
    "no reason": sse(*halves()),
    "no DONE": sse(*halves(), delta("stop"), done=False),
    "a list of parts": sse(
        delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "Hm {"}]}]),
        delta(content=[{"type": "text", "text": WORDS[:5]}, {"type": "text", "text": WORDS[5:]}]),
        delta("stop"),
    ),
    "a list of texts": sse(delta(content=[WORDS[:5], WORDS[5:]]), delta("stop")),
    "thoughts beside": sse(delta(reasoning_content="Hm {"), delta(reasoning="Hm"), *halves(),
                           delta("stop")),
    "thoughts in details": sse(
        delta(reasoning_details=[{"type": "reasoning.text", "text": "Hm [1]"}]), *halves(),
        delta("stop")),
    "a whole reply": sse({"choices": [{"message": {"content": WORDS}, "finish_reason": "stop"}]}),
    "all of it again": sse(*halves(), {"choices": [
        {"message": {"content": WORDS}, "finish_reason": "stop"}]}),
    "plain JSON": json.dumps({"choices": [{"message": {"content": WORDS}}]}).encode(),
    "JSON on many lines": json.dumps(
        {"choices": [{"message": {"content": WORDS}, "finish_reason": "stop"}]}, indent=2).encode(),
    "JSON on a line each": b"\n".join(
        json.dumps(value).encode() for value in (*halves(), delta("stop"))),
    "messages in parts": sse({"choices": [{"message": {"content": WORDS[:9]}}]}, {"choices": [
        {"message": {"content": WORDS[9:]}, "finish_reason": "stop"}]}),
    "messages that grow": sse({"choices": [{"message": {"content": WORDS[:9]}}]}, {"choices": [
        {"message": {"content": WORDS}, "finish_reason": "stop"}]}),
    "a part without thoughts": sse(
        delta(content=[{"type": "text", "text": WORDS, "thinking": None}]), delta("stop")),
    "a part with thoughts": sse(
        delta(content=[{"type": "text", "text": WORDS, "thinking": "Hm {"}]), delta("stop")),
    "texts that keep alive": b"data: keep-alive\n\ndata: ping\n"
    + sse(*halves(), delta("stop")).replace(b"\n\n", b"\n\ndata: keep-alive\n\n"),
    "JSON on a line each, then DONE": b"\n".join(
        [json.dumps(value).encode() for value in halves()] + [b"", DONE.encode()]),
    "older completions": sse({"choices": [{"text": WORDS}]}, {"choices": [
        {"text": "", "finish_reason": "stop"}]}),
    "comments and fields": b": hello\n\nevent: message\nid: 7\nretry: 3\n"
    + sse(*halves(), delta("stop")).replace(b"\n\n", b"\n\n: ping\n\n"),
    "no blank": sse(*halves(), delta("stop")).replace(b"data: ", b"data:"),
    "no empty lines": sse(*halves(), delta("stop")).replace(b"\n\n", b"\n"),
    "CRLF": sse(*halves(), delta("stop"), end="\r\n"),
    "CR": sse(*halves(), delta("stop"), end="\r"),
    "a byte order mark": b"\xef\xbb\xbf" + sse(*halves(), delta("stop")),
    "data on several lines": b'data: {"choices": [\ndata: {"delta": {"content": '
    + json.dumps(WORDS).encode() + b'}}]}\n\n' + sse(delta("stop")),
    "the object itself": json.dumps(
        {"choices": [{"message": {"content": json.loads(WORDS)}}]}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", LAWFUL)
def test_a_lawful_body_is_read(name: str) -> None:
    text, reason = said(read(LAWFUL[name]))
    assert json.loads(text) == json.loads(WORDS)
    assert reason == "stop"


@given(st.sampled_from(sorted(LAWFUL)), st.lists(st.integers(0, 2000), max_size=40))
def test_it_may_be_cut_anywhere(name: str, cuts: list[int]) -> None:
    body = LAWFUL[name]
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    chunks = [body[start:end] for start, end in pairwise(edges)]
    assert read(*chunks) == read(body)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "choices delta message content text type finish_reason usage error code "
                "refusal reasoning thinking completion_tokens_details reasoning_tokens".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(_json, max_size=5), st.lists(st.integers(0, 400), max_size=9))
def test_no_value_is_too_strange(values: list[Any], cuts: list[int]) -> None:
    body = sse(*({"choices": [value]} for value in values), *values)
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    try:
        pieces = read(*(body[start:end] for start, end in pairwise(edges)))
    except ToldError as told:
        assert told.status is None or 400 <= told.status < 600
    else:
        assert all(isinstance(piece.text + piece.thought + piece.reason, str) for piece in pieces)


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_no_bytes_are_too_strange(chunks: list[bytes]) -> None:
    with suppress(ValueError):
        list(values_in(chunks))


@given(st.permutations(range(8)), st.data())
def test_what_says_nothing_may_stand_anywhere(order: Sequence[int], data: st.DataObject) -> None:
    """Text keeps its order, whatever empty events come between."""
    empty: list[object] = [
        {}, None, [], 7, {"choices": None}, {"choices": [{}]}, delta(content=None),
        {"choices": [], "usage": {"total_tokens": 1}},
    ]  # fmt: skip
    values: list[object] = list(halves())
    for number in order:
        values.insert(data.draw(st.integers(0, len(values))), empty[number])
    assert said(read(sse(*values, delta("length")))) == (WORDS, "length")


@pytest.mark.parametrize(
    ("value", "status", "words"),
    [
        ({"error": {"message": "No credit left.", "code": 402}}, 402, "No credit left."),
        ({"error": "out of memory"}, None, "out of memory"),
        (
            {"error": {"message": "slow down"}, "choices": [{"finish_reason": "error"}]},
            None,
            "slow",
        ),
        ({"object": "error", "message": "too long", "code": 400}, 400, "too long"),
        ({"detail": "Not authenticated"}, None, "Not authenticated"),
        ({"error": {"type": "overloaded_error", "message": "Full."}}, 503, "Full."),
        ({"error": {"code": "insufficient_quota", "message": "Pay."}}, 429, "Pay."),
        ({"error": {"type": "rate_limit_exceeded", "message": "Slow."}}, 429, "Slow."),
        ({"error": {"status": "RESOURCE_EXHAUSTED", "message": "Slow."}}, 429, "Slow."),
        ({"error": {"type": "server_error", "message": "Oh."}}, None, "Oh."),
        ({"message": "Upstream failed", "code": "503"}, 503, "Upstream"),
    ],
)
def test_an_error_in_a_reply_is_one(value: object, status: int | None, words: str) -> None:
    for body in (sse(delta(role="assistant", content=""), value), json.dumps(value).encode()):
        with pytest.raises(ToldError, match=words) as told:
            read(body)
        assert told.value.status == status


def test_an_event_that_is_called_an_error_is_one() -> None:
    for body in (
        b'event: error\ndata: {"message": "full"}\n\n',
        b'error: {"message": "full"}\n\n',
        b"event: error\ndata: it is full\n\n",
    ):
        with pytest.raises(ToldError, match="full"):
            read(body)


def test_a_line_that_is_cut_off_takes_no_other_with_it() -> None:
    lines = [json.dumps(value).encode() for value in halves()]
    assert said(read(b"\n".join([*lines, lines[0][:-9]]))) == (WORDS, "")


def test_a_line_of_json_arrives_when_it_is_whole() -> None:
    coming = values_in([b'{"a": 1}\n', b"{"])
    assert next(coming) == {"a": 1}


def test_tokens_are_counted_where_they_are_reported() -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 9,
             "completion_tokens_details": {"reasoning_tokens": 5}}  # fmt: skip
    *_, last = read(sse(*halves(), delta("stop"), {"choices": [], "usage": usage}))
    assert (last.prompt_tokens, last.generated_tokens, last.thought_tokens) == (7, 9, 5)


def test_text_arrives_with_its_chunk() -> None:
    """Nothing waits for what comes after it."""
    begun: list[str] = []

    def chunks() -> Iterator[bytes]:
        for value in halves():
            yield sse(value, done=False)
            begun.append(value["choices"][0]["delta"].get("content", ""))

    for piece in pieces_of(chunks(), Allowance(time.monotonic() + 60)):
        assert piece.text not in begun or not piece.text
