"""Chat completions asked as Open WebUI, LibreChat and LlamaIndex ask.

The recorded requests have the form that the sources of these programs give them, with the prompts
in fewer words; the replies are read as those sources read them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.llms.openai_like import OpenAILike

RECORDED = Path(__file__).parent / "recorded"
OPEN_WEBUI = json.loads((RECORDED / "open_webui.json").read_text("utf-8"))
LIBRECHAT = json.loads((RECORDED / "librechat.json").read_text("utf-8"))
SINET = "By how much does SINet reduce its parameters?"


def sent(v1: str, body: Any) -> httpx.Response:
    told = httpx.post(f"{v1}/chat/completions", json=body, timeout=60)
    assert told.status_code == 200, told.text
    return told


def said(told: httpx.Response) -> str:
    text: str = told.json()["choices"][0]["message"]["content"]
    return text


def events(told: httpx.Response) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in told.text.split("\n") if line[:5] == "data:"]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name", [name for name in OPEN_WEBUI if name.startswith("chat")])
def test_open_webui_shows_the_answer_and_its_sources(v1: str, name: str) -> None:
    content, sources, usage = "", {}, None
    for event in events(sent(v1, OPEN_WEBUI[name])):
        if "event" in event:
            assert event["event"]["type"] == "source"
            data = event["event"]["data"]
            assert len(data["document"]) == len(data["metadata"]) > 0
            sources[data["metadata"][0]["source"]] = data
        usage = event.get("usage") or usage
        if not event["choices"]:
            continue
        delta = event["choices"][0]["delta"]
        for note in delta.get("annotations", []):
            assert note["type"] == "url_citation"
            assert note["url_citation"]["url"] == event["event"]["data"]["source"]["url"]
        content += delta.get("content") or ""
    assert content.startswith("**Neural fields**\n\n- **Neural Fields in Robotics**: ")
    assert usage and usage["completion_tokens"] > 100
    first = sources["https://robonerf.github.io"]
    assert first["source"]["name"] == "Neural Fields in Robotics: A Survey"
    assert first["document"][0].startswith("This paper provides a thorough review of Neural Fields")
    assert len(sources) == content.count("\n\\[")


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("title", "title", 'How does {"NeRF": 1} render scenes, and what do neural ...'),
        ("tags", "tags", []),
        ("follow-ups", "follow_ups", []),
        ("queries", "queries", []),
        ("autocompletion", "text", ""),
        ("picture", "prompt", ""),
        ("tools", "tool_calls", []),
    ],
)
def test_what_open_webui_asks_behind_the_back_is_json(
    v1: str,
    name: str,
    field: str,
    value: Any,
) -> None:
    told = sent(v1, OPEN_WEBUI[name])
    text = said(told)
    found = json.loads(text[text.index("{") : text.rindex("}") + 1])
    assert found == {field: value}
    assert "paperchat" not in told.json()


def test_instructions_that_show_a_form_of_tools_do_not_silence_a_question(v1: str) -> None:
    instructions = OPEN_WEBUI["tools"]["messages"][0]
    asked = {"role": "user", "content": "What is SINet?"}
    told = sent(v1, OPEN_WEBUI["tools"] | {"messages": [instructions, asked]})
    assert "tool_calls" not in said(told) and "SINet" in said(told)


def test_librechat_shows_the_answer(v1: str) -> None:
    parts = events(sent(v1, LIBRECHAT["chat"]))
    content = "".join(p["choices"][0]["delta"].get("content", "") for p in parts if p["choices"])
    assert "[[1]](https://robonerf.github.io)" in content
    assert parts[-1]["usage"]["total_tokens"] > 100
    assert parts[0]["choices"][0]["delta"]["role"] == "assistant"


def test_librechat_gets_a_title(v1: str) -> None:
    title = "By how much does SINet reduce its parameters"
    assert said(sent(v1, LIBRECHAT["title"])) == title
    found = json.loads(said(sent(v1, LIBRECHAT["title as JSON"])))
    assert found == {"language": "English", "title": title}


def test_a_stream_may_be_asked_for_a_title_too(v1: str) -> None:
    parts = events(sent(v1, {**LIBRECHAT["title"], "stream": True}))
    texts = [part["choices"][0]["delta"].get("content", "") for part in parts]
    assert "".join(texts) == "By how much does SINet reduce its parameters"


@pytest.mark.parametrize(
    "question",
    [
        'What does { "title": "x" } mean?',
        "Which title has the paper on SINet?",
        "What is said in <chat_history>?",
    ],
)
def test_a_question_is_no_such_request(v1: str, question: str) -> None:
    told = sent(v1, {"model": "paperchat", "messages": [{"role": "user", "content": question}]})
    assert told.json()["paperchat"]["question"] == question


@pytest.fixture
def llm(v1: str) -> Iterator[OpenAILike]:
    made = OpenAILike(
        model="paperchat", api_base=v1, api_key="none", is_chat_model=True, max_retries=0
    )
    yield made
    made._get_client().close()  # it leaves its connection open


def test_llama_index_chats(llm: OpenAILike) -> None:
    first = llm.chat([ChatMessage(role=MessageRole.USER, content="tell me about neural fields")])
    assert "[[1]](https://robonerf.github.io)" in (first.message.content or "")
    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content="Be brief."),
        ChatMessage(role=MessageRole.USER, content="tell me about neural fields"),
        first.message,
        ChatMessage(role=MessageRole.USER, content="What does the first one do?"),
    ]
    *_, last = llm.stream_chat(messages)
    assert "\\[1\\] [Neural Fields in Robotics: A Survey]" in (last.message.content or "")
    assert last.message.content == llm.chat(messages).message.content


def test_llama_index_completes(llm: OpenAILike) -> None:
    whole = llm.complete(SINET).text
    assert "from 2.1M to 86.9K" in whole
    assert "".join(part.delta or "" for part in llm.stream_complete(SINET)) == whole
