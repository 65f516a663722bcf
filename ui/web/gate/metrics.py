"""What is counted while paperchat runs, for Prometheus: numbers alone, never what was asked."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from ui.web.line import Line

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)

State = TypeVar("State")


class Metrics:
    """The figures of one server. Labels have few values, all of them ours."""

    def __init__(self) -> None:
        self._all = CollectorRegistry()
        ProcessCollector(registry=self._all)  # memory, seconds of CPU, open files
        self._asked = Counter(
            "paperchat_questions", "Questions by outcome.", ["outcome"], registry=self._all
        )
        self._first = Histogram(
            "paperchat_first_state_seconds", "Seconds until a question shows anything.",
            buckets=_SECONDS, registry=self._all,
        )  # fmt: skip
        self._whole = Histogram(
            "paperchat_answer_seconds", "Seconds until an answer is whole.",
            buckets=_SECONDS, registry=self._all,
        )  # fmt: skip
        self._running = Gauge(
            "paperchat_questions_in_progress", "Questions being answered.", registry=self._all
        )
        self._waiting = Gauge(
            "paperchat_questions_waiting", "Questions in the queue.", registry=self._all
        )
        self._requests = Counter(
            "paperchat_requests", "Requests by route and status.", ["route", "status"],
            registry=self._all,
        )  # fmt: skip
        self._refused = Counter(
            "paperchat_requests_refused", "Requests refused, by reason.", ["reason"],
            registry=self._all,
        )  # fmt: skip
        for outcome in ("answered", "declined", "failed", "cancelled", "fallback"):
            self._asked.labels(outcome)

    def text(self) -> bytes:
        """All figures in Prometheus's text format."""
        return generate_latest(self._all)

    def watch(self, line: Line) -> None:
        """From now on ``line`` says how many questions are being answered, and how many wait."""
        self._running.set_function(lambda: line.answered)
        self._waiting.set_function(lambda: line.waiting)

    def request(self, route: str, status: int) -> None:
        """A request was answered."""
        self._requests.labels(route, str(status)).inc()

    def refused(self, reason: str) -> None:
        """A request was refused."""
        self._refused.labels(reason).inc()

    async def questions(
        self, states: AsyncGenerator[State, None], ended: Callable[[State], str]
    ) -> AsyncGenerator[State, None]:
        """``states`` of one answer, counted and timed; one that is left early is cancelled.

        ``ended`` says how the answer ended with a state, and is empty while it has not.
        """
        began, outcome, first = time.monotonic(), "cancelled", True
        try:
            async with aclosing(states):
                async for state in states:
                    if first:
                        self._first.observe(time.monotonic() - began)
                        first = False
                    if outcome == "cancelled" and (how := ended(state)):
                        outcome = how
                        self._whole.observe(time.monotonic() - began)
                    yield state
        except Exception:
            outcome = "failed"
            raise
        finally:
            self._asked.labels(outcome).inc()


def outcome_of_turn(state: Mapping[str, Any]) -> str:
    """How an answer in the window ended; empty while it has not."""
    if state["state"] == "failed":
        return "failed"
    if state["state"] != "done" or not state["bundle"]:
        return ""
    answer = state["bundle"]["answer"]
    if answer["fallback"]:
        return "fallback"
    return "declined" if answer["abstained"] else "answered"
