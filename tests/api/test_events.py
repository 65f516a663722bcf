"""Answers as server-sent events: in order, with pings, and no longer than somebody listens."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from replies import has_sentences, number_of, part, reading
from scripted_server import Body, ScriptedServer
from serving_api import events_of, problem, serving_api

from rag.engine import Engine
from rag.errors import EndpointError
from rag.settings import Settings
from rag.types import Claim, Event, Sentence

ASK = "/api/v1/ask"
SINET = {"question": "What is SINet?"}
STREAM = {**SINET, "stream": True}


class Endless:
    """Stands in for `Engine.stream`: a sentence now and then, until it is closed."""

    def __init__(self, pause: float = 0.02) -> None:
        self.pause = pause
        self.closed = threading.Event()
        self.error: Exception | None = None

    def stream(self, engine: Engine, question: str, **more: Any) -> Iterator[Event]:
        try:
            for at in itertools.count():
                yield Sentence(Claim(f"Sentence {at}.", (), "supported", 1.0), ())
                time.sleep(self.pause)
                if self.error:
                    raise self.error
        finally:
            self.closed.set()


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> Endless:
    made = Endless()
    monkeypatch.setattr(Engine, "stream", lambda *given, **more: made.stream(*given, **more))
    return made


def answering(api: httpx.Client) -> int:
    found: int = api.get("/api/v1/status").json()["answering"]
    return found


def test_an_answer_comes_event_by_event(api: httpx.Client) -> None:
    whole = api.post(ASK, json=SINET).json()
    for asked in ({"json": STREAM}, {"json": SINET, "headers": {"accept": "text/event-stream"}}):
        with api.stream("POST", ASK, **asked) as reply:
            assert reply.headers["content-type"].startswith("text/event-stream")
            events = list(events_of(reply))
        names = [name for name, _ in events]
        assert names == ["searched", *["sentence"] * len(whole["claims"]), "finished"]
        assert events[0][1]["retrieved"][0]["paper_id"] == whole["citations"][0]["paper_id"]
        assert [said["claim"] for name, said in events if name == "sentence"] == whole["claims"]
        assert {**events[-1][1], "timings": None} == {**whole, "timings": None}


def test_a_comparison_comes_row_by_row(api: httpx.Client) -> None:
    ids = [paper["paper_id"] for paper in api.get("/api/v1/papers?limit=3").json()["papers"]]
    asked = {"papers": ids, "aspects": ["method"], "stream": True}
    with api.stream("POST", "/api/v1/compare", json=asked) as reply:
        events = list(events_of(reply))
    assert [name for name, _ in events] == ["row", "row", "row", "finished"]
    assert [row["paper"]["paper_id"] for name, row in events if name == "row"] == ids
    assert len(events[-1][1]["cells"]) == 3


def test_what_fails_before_the_first_event_has_a_status(api: httpx.Client) -> None:
    assert "empty" in problem(api.post(ASK, json={"question": " ", "stream": True}), 422)
    problem(api.post(ASK, json={**STREAM, "papers": ["nope"]}), 404)
    problem(api.post(ASK, json={**STREAM, "collection": "none"}), 404)


def test_what_fails_later_is_an_event(api: httpx.Client, endless: Endless) -> None:
    endless.error = EndpointError("The endpoint is gone.", "Start it.")
    with api.stream("POST", ASK, json=STREAM) as reply:
        *_, (name, said) = events_of(reply)
    assert name == "error" and said["status"] == 503
    assert (said["detail"], said["remedy"]) == ("The endpoint is gone.", "Start it.")
    endless.error = ZeroDivisionError("a secret")
    with api.stream("POST", ASK, json=STREAM) as reply:
        *_, (name, said) = events_of(reply)
    assert name == "error" and said["status"] == 500 and "secret" not in str(said)
    assert reply.headers["x-request-id"] in said["remedy"]


@pytest.mark.parametrize("stream", [True, False])
def test_who_leaves_stops_the_work(api: httpx.Client, endless: Endless, stream: bool) -> None:
    if stream:
        with api.stream("POST", ASK, json=STREAM) as reply:
            listening = events_of(reply)  # which hangs up once nobody refers to it
            next(listening)
            assert answering(api) == 1 and not endless.closed.is_set()
    else:
        with pytest.raises(httpx.ReadTimeout):
            api.post(ASK, json=SINET, timeout=0.5)
    assert endless.closed.wait(10)
    until = time.monotonic() + 10
    while answering(api):
        assert time.monotonic() < until, "the place is free again"
        time.sleep(0.02)


def test_pings_keep_a_silent_stream_open(
    api: httpx.Client, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.api.sse._PING", 0.05)
    endless.pause = 0.4
    with api.stream("POST", ASK, json=STREAM) as reply:
        names = [name for name, _ in itertools.islice(events_of(reply), 4)]
    assert names[0] == "sentence" and names.count(":") >= 2


def test_a_question_in_the_line_is_told_its_place(
    settings: Settings, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with serving_api(index=settings.index, llm="quotes") as api:
        with api.stream("POST", ASK, json=STREAM) as first:
            listening = events_of(first)
            next(listening)
            with api.stream("POST", ASK, json=STREAM) as second:
                waiting = events_of(second)
                assert next(waiting) == ("waiting", {"before": 1})
                first.close()
                assert next(waiting)[0] == "sentence"
        monkeypatch.setattr("ui.web.line._MOST", 0)
        refused = api.post(ASK, json=SINET)
        assert "Too many questions" in problem(refused, 429)
        assert refused.headers["retry-after"] == "10"


def test_a_model_is_hung_up_on_when_the_client_leaves(settings: Settings) -> None:
    worded = "SINet cuts the number of parameters from 2.1M to 86.9K, number {}."

    def said(body: Body) -> str:
        if not has_sentences(body):
            return ""
        number = number_of(body, "86.9K")
        return reading(*(part((worded.format(at), [number])) for at in range(2000)))

    with (
        ScriptedServer(said, piece=3) as server,
        serving_api(
            index=settings.index, llm="openai", llm_base_url=server.url, llm_model="scripted"
        ) as api,
    ):
        asked = {"question": "By how much does SINet reduce its parameters?", "stream": True}
        with api.stream("POST", ASK, json=asked) as reply:
            # It writes when the client leaves; before that it would not even be asked.
            names = [name for name, _ in itertools.islice(events_of(reply), 3)]
        assert names == ["searched", "quoted", "sentence"]
        assert server.hung_up.wait(20)
