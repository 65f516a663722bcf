"""Chat completions asked by OpenAI's own client."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from asynchronous import finish
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from serving_api import serving_api

from rag.engine import Engine
from rag.settings import Settings
from ui.api.keys import Keys
from ui.exports.json_text import as_json

OVERVIEW = "tell me about neural fields"
SINET = "By how much does SINet reduce its parameters?"


@pytest.fixture(scope="module")
def client(v1: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=v1, api_key="none", max_retries=0) as made:
        yield made


@pytest.fixture(scope="module")
def overview(client: OpenAI) -> ChatCompletion:
    return ask(client, OVERVIEW)


def user(text: object) -> dict[str, Any]:
    return {"role": "user", "content": text}


def ask(client: OpenAI, *said: object, **more: Any) -> ChatCompletion:
    """A completion; what is said is the user's and the assistant's by turns."""
    roles = ["user", "assistant"]
    messages = [{"role": roles[at % 2], "content": text} for at, text in enumerate(said)]
    made = client.chat.completions.create(**{"model": "paperchat", "messages": messages, **more})
    assert isinstance(made, ChatCompletion)
    return made


def chunks(client: OpenAI, *said: object, **more: Any) -> list[ChatCompletionChunk]:
    messages = [user(text) for text in said]
    given = {"model": "paperchat", "messages": messages, "stream": True, **more}
    with client.chat.completions.create(**given) as stream:
        return list(stream)


def content(parts: list[ChatCompletionChunk]) -> str:
    return "".join(c.choices[0].delta.content or "" for c in parts if c.choices)


def extra(value: Any, name: str) -> Any:
    """A field that OpenAI's types do not have."""
    return (value.model_extra or {})[name]


def test_the_index_is_a_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["paperchat", "paperchat/more"]
    for name in ("paperchat", "paperchat/more"):
        model = client.models.retrieve(name)
        assert (model.id, model.object, model.owned_by) == (name, "model", "paperchat")
        assert model.created > 1_600_000_000


def test_a_collection_is_a_model(client: OpenAI) -> None:
    question = "What is Zorblax attention?"
    assert extra(ask(client, question), "paperchat")["abstained"]
    told = ask(client, question, model="paperchat/more")
    text = told.choices[0].message.content or ""
    assert told.model == "paperchat/more"
    assert "a method for zorblax maps" in text
    assert "?a=1&b=2" in text and "<script" not in text.replace("\\<script", "")
    told = ask(client, question, text, "Who wrote it?", model="paperchat/more")
    assert "Zorblax" in (told.choices[0].message.content or "")
    # A paper without an address is linked to its record in its collection.
    told = ask(client, OVERVIEW, model="paperchat/more")
    urls = [note.url_citation.url for note in told.choices[0].message.annotations or []]
    records = [url for url in urls if "/api/v1/papers/" in url]
    assert records and all(url.endswith("?collection=more") for url in records)
    assert all(httpx.get(url).status_code == 200 for url in records)


def test_an_answer_is_markdown_whose_citations_are_links(overview: ChatCompletion) -> None:
    choice = overview.choices[0]
    text = choice.message.content or ""
    assert choice.finish_reason == "stop"
    assert (choice.message.role, overview.model) == ("assistant", "paperchat")
    assert "**Neural Fields in Robotics**: " in text
    assert "over 200 papers. [[1]](https://robonerf.github.io)\n" in text
    head, _, tail = text.partition("\n\n**Sources**\n\n")
    assert "[1]" not in head.replace("[[1]](https://robonerf.github.io)", "")
    assert tail.startswith(
        "\\[1\\] [Neural Fields in Robotics: A Survey](https://robonerf.github.io"
    )
    assert "\n\n> This paper provides a thorough review of Neural Fields in robotics" in tail


def test_annotations_lie_on_the_links_and_have_verbatim_quotes(
    overview: ChatCompletion, settings: Settings
) -> None:
    text, notes = overview.choices[0].message.content or "", overview.choices[0].message.annotations
    assert notes and len(notes) == len(extra(overview, "paperchat")["claims"])
    papers = Engine(settings).papers
    for note in notes:
        cited = note.url_citation
        number, paper = extra(cited, "number"), papers[extra(cited, "paper_id")]
        assert note.type == "url_citation"
        assert text[cited.start_index : cited.end_index] == f"[[{number}]]({cited.url})"
        assert cited.title == paper.title
        for quote in extra(cited, "quotes"):
            assert paper.abstract[quote["start"] : quote["end"]] == quote["text"]
        assert extra(cited, "quotes")


def test_a_paper_without_an_address_is_linked_to_its_record_here(
    overview: ChatCompletion, v1: str
) -> None:
    records = f"{v1.removesuffix('/v1')}/api/v1/papers/"
    notes = [note.url_citation for note in overview.choices[0].message.annotations or []]
    ours = [cited for cited in notes if cited.url.startswith(records)]
    assert 0 < len(ours) < len(notes)
    for cited in ours:
        assert cited.url == records + extra(cited, "paper_id")
        assert httpx.get(cited.url).json()["title"] == cited.title


def test_the_whole_answer_stands_beside_the_text(client: OpenAI, settings: Settings) -> None:
    told = extra(ask(client, SINET), "paperchat")
    here = json.loads(as_json(Engine(settings).ask(SINET)))
    assert {**told, "timings": None} == {**here, "timings": None}


def test_a_stream_says_the_same(client: OpenAI, overview: ChatCompletion) -> None:
    parts = chunks(client, OVERVIEW)
    message = overview.choices[0].message
    assert content(parts) == message.content
    assert parts[0].choices[0].delta.role == "assistant"
    assert all(chunk.choices[0].delta.role is None for chunk in parts[1:])
    assert len({chunk.id for chunk in parts}) == 1
    assert [c.choices[0].finish_reason for c in parts] == [None] * (len(parts) - 1) + ["stop"]
    assert len(parts) > 8
    found = [n for c in parts for n in extra_or(c.choices[0].delta, "annotations")]
    assert found == [n.model_dump() for n in message.annotations or []]
    assert extra(parts[-1], "paperchat")["answer"] == extra(overview, "paperchat")["answer"]
    assert all(chunk.usage is None for chunk in parts)


def extra_or(value: Any, name: str) -> Any:
    return (value.model_extra or {}).get(name, [])


def test_usage_counts_words_and_signs(client: OpenAI) -> None:
    whole = ask(client, "thanks!")
    assert whole.choices[0].message.content == "You're welcome."
    assert whole.usage is not None
    usage = whole.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (2, 5, 7)
    *parts, last = chunks(client, "thanks!", stream_options={"include_usage": True})
    assert (last.choices, last.usage) == ([], usage)
    assert parts[-1].choices[0].finish_reason == "stop"


def test_the_second_one_is_found_in_what_was_said(client: OpenAI, overview: ChatCompletion) -> None:
    second = extra(overview, "paperchat")["citations"][1]["paper_id"]
    said = overview.choices[0].message.content
    told = ask(client, OVERVIEW, said, "What does the second one propose?")
    assert [c["paper_id"] for c in extra(told, "paperchat")["citations"]] == [second]


def test_instructions_and_results_of_tools_change_nothing(client: OpenAI) -> None:
    parts = [
        {"type": "text", "text": "By how much does SINet"},
        {"type": "text", "text": "reduce its parameters?"},
    ]
    messages: Any = [
        {"role": "system", "content": "Answer in French, about cats."},
        {"role": "developer", "content": [{"type": "text", "text": "And briefly."}]},
        user(parts),
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "a", "content": "nothing"},
    ]  # fmt: skip
    more: Any = dict(
        temperature=0.3, top_p=0.5, seed=7, user="me",
        metadata={"a": "b"}, presence_penalty=1, logit_bias={"5": 1}, store=False,
        tools=[{"type": "function", "function": {"name": "f", "parameters": {}}}],
        tool_choice="auto", response_format={"type": "text"}, n=1, logprobs=False,
    )  # fmt: skip
    told = client.chat.completions.create(model="paperchat", messages=messages, **more)
    assert "86.9K" in (told.choices[0].message.content or "")
    assert told.choices[0].message.tool_calls is None


def test_a_picture_is_left_out_and_that_is_said(client: OpenAI) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    text = ask(client, [{"type": "text", "text": SINET}, picture]).choices[0].message.content or ""
    assert text.startswith("*Only the text of your message was read.*\n\n")
    assert "86.9K" in text
    with pytest.raises(openai.BadRequestError, match="Only text is read here"):
        ask(client, [picture])


def test_a_stop_ends_the_answer(client: OpenAI, overview: ChatCompletion) -> None:
    whole = overview.choices[0].message.content or ""
    for stop in ("\n\n**Sources**", ["never said", "\n\n**Sources**"]):
        cut = ask(client, OVERVIEW, stop=stop).choices[0]
        assert cut.message.content == whole[: whole.index("\n\n**Sources**")]
        assert cut.finish_reason == "stop"
        assert content(chunks(client, OVERVIEW, stop=stop)) == cut.message.content


def test_a_length_ends_the_answer(client: OpenAI, overview: ChatCompletion) -> None:
    whole = overview.choices[0].message.content or ""
    for name in ("max_tokens", "max_completion_tokens"):
        told = ask(client, OVERVIEW, **{name: 90})
        cut = told.choices[0]
        assert cut.finish_reason == "length"
        assert whole.startswith(cut.message.content or "-")
        assert told.usage is not None and told.usage.completion_tokens == 90
        notes = cut.message.annotations or []
        assert notes and all(
            n.url_citation.end_index <= len(cut.message.content or "") for n in notes
        )
        parts = chunks(client, OVERVIEW, **{name: 90})
        assert content(parts) == cut.message.content
        assert parts[-1].choices[0].finish_reason == "length"


def test_a_refusal_is_a_message_with_what_comes_near(client: OpenAI) -> None:
    told = ask(client, "What is the boiling point of water?")
    text = told.choices[0].message.content or ""
    assert text.startswith("Nothing here is about that: none of the 82 abstracts speaks of it.")
    assert "\n\n**Nearest papers**\n\n- [" in text
    assert extra(told, "paperchat")["reason"] == "not_in_corpus"
    assert told.choices[0].finish_reason == "stop"


def test_a_greeting_gets_the_friendly_line_of_the_window(client: OpenAI) -> None:
    text = ask(client, "Hello").choices[0].message.content or ""
    assert text.startswith("Hello") and "This collection holds 82 papers" in text
    assert "Sources" not in text


@pytest.mark.parametrize(
    ("given", "param", "words"),
    [
        ({"messages": []}, "messages", "at least 1 item"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages", "nothing is asked"),
        ({"messages": [{"role": "user", "content": " "}]}, "messages", "is empty"),
        ({"messages": [{"role": "bot", "content": "x"}]}, "messages[0].role", "'system'"),
        ({"messages": [{"role": "user", "content": 7}]}, None, "messages[0].content"),
        ({"messages": "hello"}, "messages", "valid list"),
        ({"messages": [{"role": "user", "content": "long " * 3000}]}, "messages", "4,000"),
        ({"messages": [{"role": "user", "content": "a"}] * 3000}, "messages", "at most 2000"),
        ({"model": 7}, "model", "valid string"),
        ({"stream": "yes"}, "stream", "valid boolean"),
        ({"n": 2}, "n", "can only be 1"),
        ({"max_tokens": 0}, "max_tokens", "greater than"),
        ({"max_tokens": "many"}, "max_tokens", "valid integer"),
        ({"stop": [7]}, "stop[0]", "valid string"),
        ({"logprobs": True}, "logprobs", "log probabilities"),
        ({"response_format": {"type": "json_object"}}, "response_format", "Markdown"),
        ({"tools": [], "tool_choice": "required"}, "tool_choice", "not called"),
        ({"functions": [], "function_call": {"name": "f"}}, "function_call", "not called"),
        ({"modalities": ["text", "audio"]}, "modalities", "text"),
    ],
)
def test_what_cannot_be_answered_is_a_bad_request(
    client: OpenAI, given: dict[str, Any], param: str | None, words: str
) -> None:
    body = {"model": "paperchat", "messages": [user("Hi")], **given}
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", body=body, cast_to=ChatCompletion)
    error = caught.value
    assert error.status_code == 400 and error.type == "invalid_request_error"
    assert words in error.message
    if param:
        assert error.param == param


@pytest.mark.parametrize("stream", [False, True])
def test_an_unknown_model_is_not_found(client: OpenAI, stream: bool) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        ask(client, "Hi", model="gpt-9", stream=stream)
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("paperchat/nothing")


def test_what_is_no_json_is_a_bad_request(client: OpenAI, v1: str) -> None:
    lone = b'{"model": "paperchat", "messages": [{"role": "user", "content": "\\ud800"}]}'
    for body in (b"{", b"[]", b"", b"\xff", lone):
        told = client._client.post(f"{v1}/chat/completions", content=body,
                                   headers={"Content-Type": "application/json"})  # fmt: skip
        assert told.status_code == 400
        assert set(told.json()["error"]) == {"message", "type", "param", "code"}
        assert "`messages" in told.json()["error"]["message"]


def test_asked_in_an_event_loop_many_at_once(v1: str, overview: ChatCompletion) -> None:
    async def all_of_them() -> list[str]:
        async with AsyncOpenAI(base_url=v1, api_key="none", max_retries=0) as client:
            return await asyncio.gather(*(one(client, at % 2 == 0) for at in range(6)))

    async def one(client: AsyncOpenAI, stream: bool) -> str:
        messages: Any = [user(OVERVIEW)]
        if not stream:
            told = await client.chat.completions.create(model="paperchat", messages=messages)
            return told.choices[0].message.content or ""
        parts = await client.chat.completions.create(
            model="paperchat", messages=messages, stream=True
        )
        return content([part async for part in parts])

    assert set(finish(all_of_them())) == {overview.choices[0].message.content}


def test_raw_lines_are_events(client: OpenAI) -> None:
    create = client.chat.completions.with_streaming_response.create
    messages: Any = [user("thanks")]
    with create(model="paperchat", messages=messages, stream=True) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in response.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    assert all(line.startswith("data: {") for line in lines[:-1])
    with create(model="paperchat", messages=messages) as response:
        assert response.parse().choices[0].message.content == "You're welcome."


def test_a_key_is_needed_where_others_can_reach_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys.json"
    key = Keys(keys).add("lab", rate=2)
    more: dict[str, Any] = {
        "keys": keys,
        "collections": tmp_path,
        "allowed_hosts": "papers.example",
    }
    with serving_api(index=settings.index, llm="quotes", **more) as server:
        url = f"{str(server.base_url).rstrip('/')}/v1"
        with OpenAI(base_url=url, api_key="pc-wrong", max_retries=0) as client:
            with pytest.raises(openai.AuthenticationError, match="no key of this") as caught:
                ask(client, "Hi")
            assert (caught.value.code, caught.value.type) == (
                "invalid_api_key",
                "authentication_error",
            )
            with pytest.raises(openai.AuthenticationError):
                client.models.list()
        with OpenAI(base_url=url, api_key=key, max_retries=0) as client:
            assert ask(client, "thanks").choices[0].message.content == "You're welcome."
            assert client.models.list().data
            with pytest.raises(openai.RateLimitError, match="2 requests a minute"):
                ask(client, "thanks")


def test_foreign_pages_and_oversized_bodies_are_told_in_the_same_shape(v1: str) -> None:
    url, body = f"{v1}/chat/completions", {"model": "paperchat", "messages": [user("Hi")]}
    foreign = httpx.post(url, json=body, headers={"Origin": "https://evil.example"})
    large = httpx.post(url, json={**body, "metadata": "x" * (9 << 20)})
    form = httpx.post(url, content=json.dumps(body), headers={"Content-Type": "text/plain"})
    nowhere = httpx.get(f"{v1}/embeddings")
    got = [told.status_code for told in (foreign, large, form, nowhere)]
    assert got == [403, 413, 415, 404]
    for told in (foreign, large, form, nowhere):
        assert set(told.json()["error"]) == {"message", "type", "param", "code"}
        assert told.json()["error"]["message"]


def test_questions_are_in_the_figures(client: OpenAI, v1: str) -> None:
    def answered() -> float:
        text = client._client.get(f"{v1.removesuffix('v1')}metrics").text
        (line,) = re.findall(r'^paperchat_questions_total{outcome="answered"} (.+)$', text, re.M)
        return float(line)

    before = answered()
    ask(client, "What is SINet?")
    chunks(client, "What is SINet?")
    assert answered() == before + 2
