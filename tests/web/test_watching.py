"""For whoever runs the server: readiness, figures, ids of requests, and logs that tell nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Window, serving, visiting
from playwright.sync_api import Browser, expect
from test_login import PASSWORD, cookie, log_in
from wire import Reply, ask, call, get

from rag.engine import Engine
from rag.settings import Settings
from ui.web.gate.metrics import Metrics, outcome_of_turn
from ui.web.line import Line

MARK = "Zyxomma-4711"  # in a question, and nowhere else


def figures(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(number) for name, _, number in lines}


def ready(url: str) -> Reply:
    ask(url, "What is SINet?")  # it waits for the papers
    return get(url, "/healthz")


def test_health_is_said_to_everybody_and_says_nothing_else(origin: str) -> None:
    said = ready(origin)
    assert (said.status, said.body) == (200, '{"ready":true}')
    assert get(origin, "/healthz", "Host: x").status == 421


def test_health_is_503_while_nothing_can_be_asked(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("no folder")
    with serving(index=tmp_path / "index", llm="quotes") as url:
        said = get(url, "/healthz")
        assert (said.status, said.body) == (503, '{"ready":false}')


def test_figures_count_and_name_nothing(origin: str) -> None:
    before = figures(get(origin, "/metrics").body)
    ask(origin, "What is SINet?")
    ask(origin, f"Which volcanoes erupt most often, {MARK}?")
    ask(origin, "why? " * 1000)
    get(origin, f"/{MARK}")
    text = get(origin, "/metrics").body
    after = figures(text)

    def grew(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert grew('paperchat_questions_total{outcome="answered"}') == 1
    assert grew('paperchat_questions_total{outcome="declined"}') == 1
    assert grew('paperchat_questions_total{outcome="failed"}') == 1
    assert grew("paperchat_answer_seconds_count") == 3
    assert grew("paperchat_first_state_seconds_count") == 3
    assert grew('paperchat_requests_total{route="ask",status="200"}') == 3
    assert grew('paperchat_requests_refused_total{reason="route"}') == 1
    assert after["paperchat_questions_in_progress"] == after["paperchat_questions_waiting"] == 0
    assert after["process_resident_memory_bytes"] > 1e6
    assert MARK not in text and "SINet" not in text


async def states(*kinds: str, fallback: bool = False) -> Any:
    for kind in kinds:
        answer = {"abstained": False, "fallback": {"fault": "x"} if fallback else None}
        yield {"state": kind, "bundle": {"answer": answer} if kind == "done" else None}


def test_a_question_that_is_left_is_cancelled_and_one_that_fell_back_says_so() -> None:
    async def left_after_one(metrics: Metrics) -> None:
        asked = metrics.questions(states("searching", "done"), outcome_of_turn)
        await anext(asked)
        await asked.aclose()

    async def read(metrics: Metrics) -> None:
        async for _ in metrics.questions(states("done", "done", fallback=True), outcome_of_turn):
            pass

    metrics = Metrics()
    asyncio.run(left_after_one(metrics))
    asyncio.run(read(metrics))
    now = figures(metrics.text().decode())
    assert now['paperchat_questions_total{outcome="cancelled"}'] == 1
    assert now['paperchat_questions_total{outcome="fallback"}'] == 1


def test_the_line_says_how_many_are_answered_and_wait() -> None:
    metrics, line = Metrics(), Line(lambda: 1)
    metrics.watch(line)
    with line.joined("a", "x"), line.joined("b", "x"), line.joined("c", "x"):
        now = figures(metrics.text().decode())
    assert now["paperchat_questions_in_progress"] == 1
    assert now["paperchat_questions_waiting"] == 2


def test_figures_are_for_the_machine_a_visitor_or_a_token(settings: Settings) -> None:
    with serving(index=settings.index, llm="quotes", host="0.0.0.0", password=PASSWORD) as url:
        afar = "X-Forwarded-For: 10.0.0.9"
        assert get(url, "/metrics").status == 200
        assert get(url, "/metrics", afar).status == 401
        assert get(url, "/metrics", afar, cookie(log_in(url))).status == 200
        assert get(url, "/metrics", afar, f"Authorization: Bearer {PASSWORD}").status == 200
        assert get(url, "/metrics", afar, "Authorization: Bearer wrong").status == 401
        assert get(url, "/metrics", afar, f"Authorization: Basic {PASSWORD}").status == 401
    with serving(index=settings.index, llm="quotes", host="0.0.0.0", open_to_anyone=True) as url:
        assert get(url, "/").status == 200
        assert get(url, "/metrics", afar).status == 401, "everybody may ask, not watch"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An engine that fails, with the question in what it says."""

    def stream(self: Engine, question: str, **_: object) -> Any:
        try:
            int(question)
        except ValueError as exc:
            raise RuntimeError(f"no answer to {question}") from exc
        yield

    def browse(self: Engine, text: str) -> Any:
        raise RuntimeError(f"no papers with {text}")

    monkeypatch.setattr(Engine, "stream", stream)
    monkeypatch.setattr(Engine, "browse", browse)
    yield


@pytest.mark.usefixtures("failing")
def test_a_failure_is_found_in_the_log_by_its_id_and_the_log_tells_nothing(
    settings: Settings,
    browser: Browser,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with (
        serving(index=settings.index, llm="quotes") as url,
        visiting(browser, url, {"width": 1440, "height": 900}) as window,
    ):
        window.ask(f"What is {MARK}?")
        line = window.page.locator(".turn .failure")
        expect(line).to_contain_text(re.compile(r"Something went wrong here\..*\(request \w{8}\)"))
        asked = re.search(r"\(request (\w{8})\)", line.inner_text())
        said = call(url, "pc-papers-page", "find_papers", {"text": MARK})
        request = said.headers["x-request-id"]
        assert f"(request {request})" in said.body
    whole = caplog.text + "".join(capfd.readouterr())
    assert MARK not in whole
    assert asked and f"A question failed (request {asked[1]}): RuntimeError at " in whole
    assert "caused by ValueError" in whole and f"find_papers failed (request {request})" in whole


@pytest.mark.usefixtures("failing")
def test_the_log_tells_all_if_it_is_asked_to(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(index=settings.index, llm="quotes", log_questions=True) as url:
        ask(url, f"What is {MARK}?")
    assert f"no answer to What is {MARK}?" in caplog.text


def test_each_answer_has_an_id_of_its_own(window: Window) -> None:
    ids = {get(window.origin, path).headers["x-request-id"] for path in ("/", "/x", "/login") * 5}
    assert len(ids) == 15
