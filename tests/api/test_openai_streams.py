"""Streams of chat completions: as a model writes, while it thinks, and when somebody leaves."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
import pytest
from openai import OpenAI
from replies import has_sentences, number_of, part, reading
from scripted_server import Body, ScriptedServer
from serving_api import serving_api

from rag.engine import Engine
from rag.errors import IndexUnavailableError
from rag.settings import Settings
from ui.api.openai.router import router

SINET = "By how much does SINet reduce its parameters?"
WORDED = "SINet cuts the number of parameters from 2.1M to 86.9K."


@contextmanager
def written(settings: Settings, folder: Path, model: ScriptedServer) -> Iterator[str]:
    """The v1 URL of a server whose answers the scripted model writes."""
    more: dict[str, Any] = {"collections": folder / "collections", "keys": folder / "keys.json"}
    with (
        model,
        serving_api(
            index=settings.index, llm="openai", llm_base_url=model.url, llm_model="scripted", **more
        ) as client,
    ):
        yield f"{str(client.base_url).rstrip('/')}/v1"


def lines(url: str, **more: Any) -> Iterator[str]:
    """The lines of a stream as they come."""
    body = {"model": "paperchat", "messages": [{"role": "user", "content": SINET}], "stream": True}
    with httpx.stream("POST", f"{url}/chat/completions", json={**body, **more}, timeout=60) as told:
        yield from told.iter_lines()


def test_a_quiet_stream_says_that_it_is_alive(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.api.app.openai", partial(router, quiet=0.05))
    go_on = threading.Event()

    def said(body: Body) -> str:
        if has_sentences(body):
            assert go_on.wait(30)
            return reading(part((WORDED, [number_of(body, "86.9K")])))
        return ""

    with written(settings, tmp_path, ScriptedServer(said)) as url:
        stream = lines(url)
        assert '"role":"assistant"' in next(stream)
        alive = [next(filter(None, stream)) for _ in range(3)]
        assert set(alive) == {": keep-alive"}
        go_on.set()
        rest = [line for line in stream if line and line != ": keep-alive"]
    assert WORDED in rest[0] and "[[1]](https://github.com/HYOJINPARK/ExtPortraitSeg)" in rest[0]
    assert '"mode":"openai"' in rest[-2] and rest[-1] == "data: [DONE]"


def test_the_same_is_said_with_and_without_a_stream(settings: Settings, tmp_path: Path) -> None:
    def said(body: Body) -> str:
        if not has_sentences(body):
            return ""
        number = number_of(body, "86.9K")
        return reading(part((WORDED, [number]), missing="how fast it is"))

    asked: Any = {"model": "paperchat", "messages": [{"role": "user", "content": SINET}]}
    with (
        written(settings, tmp_path, ScriptedServer(said)) as url,
        OpenAI(base_url=url, api_key="none", max_retries=0) as client,
    ):
        whole = client.chat.completions.create(**asked).choices[0].message
        stream = client.chat.completions.create(**asked, stream=True)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert text == whole.content
    assert text.startswith(WORDED)
    (note,) = whole.annotations or []
    marked = text[note.url_citation.start_index : note.url_citation.end_index]
    assert marked == f"[[1]]({note.url_citation.url})"


def test_a_models_overview_has_a_line_for_each_paper(settings: Settings, tmp_path: Path) -> None:
    def said(body: Body) -> str:
        if not has_sentences(body):
            return ""
        survey, radial = number_of(body, "over 200 papers"), number_of(body, "radial bases")
        return reading(
            part(("A survey of over 200 papers.", [survey]), ("It uses radial bases.", [radial]))
        )

    with (
        written(settings, tmp_path, ScriptedServer(said)) as url,
        OpenAI(base_url=url, api_key="none", max_retries=0) as client,
    ):
        messages: Any = [{"role": "user", "content": "tell me about neural fields"}]
        told = client.chat.completions.create(model="paperchat", messages=messages)
        stream = client.chat.completions.create(model="paperchat", messages=messages, stream=True)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert text == told.choices[0].message.content
    lines = [line for line in text.partition("\n\n**Sources**")[0].split("\n") if line[:2] == "- "]
    assert [line.partition("[[")[0] for line in lines] == [
        "- **Neural Fields in Robotics**: A survey of over 200 papers. ",
        "- **NeuRBF**: It uses radial bases. ",
    ], text


def test_a_question_in_another_language_gets_both(settings: Settings, tmp_path: Path) -> None:
    german = "SINet senkt die Zahl der Parameter von 2.1M auf 86.9K."

    def said(body: Body) -> str:
        prompt = body["messages"][0]["content"]
        if prompt.startswith("You translate questions"):
            return json.dumps({"english": SINET})
        if prompt.startswith("Translate each numbered text"):
            return json.dumps({"translations": [german]})
        if has_sentences(body):
            return reading(part((WORDED, [number_of(body, "86.9K")])))
        return ""

    question = "Um wie viel senkt SINet die Zahl seiner Parameter?"
    with (
        written(settings, tmp_path, ScriptedServer(said)) as url,
        OpenAI(base_url=url, api_key="none", max_retries=0) as client,
    ):
        messages: Any = [{"role": "user", "content": question}]
        told = client.chat.completions.create(model="paperchat", messages=messages)
    text = told.choices[0].message.content or ""
    assert text.index(WORDED) < text.index(german) < text.index("**Sources**")
    assert len(told.choices[0].message.annotations or []) == 2


def test_why_quotes_stand_in_is_said(settings: Settings, tmp_path: Path) -> None:
    with (
        written(settings, tmp_path, ScriptedServer(status=500)) as url,
        OpenAI(base_url=url, api_key="none", max_retries=0) as client,
    ):
        asked: Any = {"model": "paperchat", "messages": [{"role": "user", "content": SINET}]}
        told = client.chat.completions.create(**asked).choices[0].message.content or ""
    assert "86.9K" in told and "the language model failed" in told


@pytest.mark.parametrize("stream", [True, False])
def test_who_leaves_stops_the_model(settings: Settings, tmp_path: Path, stream: bool) -> None:
    started, go_on = threading.Event(), threading.Event()

    def said(body: Body) -> str:
        if not has_sentences(body):
            return ""
        started.set()
        assert go_on.wait(30)
        return reading(part(*[(f"{WORDED} {'And so on. ' * 400}", [1])] * 2))

    model = ScriptedServer(said)
    with written(settings, tmp_path, model) as url:
        where = urlsplit(url)
        asked = {"model": "paperchat", "messages": [{"role": "user", "content": SINET}]}
        body = json.dumps({**asked, "stream": stream}).encode()
        head = (
            f"POST {where.path}/chat/completions HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((where.hostname or "", where.port or 0)) as client:
            client.sendall(head.encode() + body)
            assert started.wait(30)
        time.sleep(0.2)  # for the server to see it
        go_on.set()
        assert model.hung_up.wait(10)


def test_a_failure_in_a_stream_is_its_last_event(
    v1: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*args: object, **more: object) -> Iterator[object]:
        threading.Event().wait(0.2)
        raise IndexUnavailableError("The index is gone.", "Run `paperchat ingest`.")
        yield

    monkeypatch.setattr(Engine, "stream", fails)
    asked: Any = {"model": "paperchat", "messages": [{"role": "user", "content": SINET}]}
    with OpenAI(base_url=v1, api_key="none", max_retries=0) as client:
        stream = client.chat.completions.create(**asked, stream=True)
        with pytest.raises(openai.APIError, match=r"The index is gone\. Run `paperchat ingest`\."):
            list(stream)
        with pytest.raises(openai.InternalServerError, match="The index is gone") as caught:
            client.chat.completions.create(**asked)
    assert caught.value.status_code == 503


def test_a_full_line_refuses_before_anything_is_sent(
    v1: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.web.line._MOST", 0)
    asked: Any = {"model": "paperchat", "messages": [{"role": "user", "content": SINET}]}
    with OpenAI(base_url=v1, api_key="none", max_retries=0) as client:
        for stream in (True, False):
            with pytest.raises(openai.RateLimitError, match="Too many questions are waiting"):
                client.chat.completions.create(**asked, stream=stream)
