"""Background jobs: one at a time, watched, stopped, and what went wrong with them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from rag.errors import InputError, PaperchatError
from ui.web.jobs import Job, Progress

WAIT = 10.0  # seconds


def job() -> Job:
    return Job("test", ("It runs already.", "Wait."))


def test_one_runs_at_a_time_and_then_the_next() -> None:
    made, go = job(), threading.Event()
    made.start("Working", lambda: go.wait(WAIT))
    assert made.running and made.progress.label == "Working"
    with pytest.raises(InputError, match="It runs already"):
        made.start("Again", lambda: None)
    with pytest.raises(InputError, match="It runs already"), made.here():
        raise AssertionError("it ran beside the other")
    go.set()
    with made.here("Here", patience=WAIT):
        assert made.progress == Progress("Here", running=True)
    assert not made.running and made.progress == Progress()


def test_first_runs_before_start_returns() -> None:
    made, seen = job(), list[str]()
    made.start("Working", lambda: None, first=lambda: seen.append("first"))
    assert seen == ["first"]
    made.join(WAIT)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (PaperchatError("It broke.", "Mend it."), ("It broke.", "Mend it.")),
        (ValueError("x"), ("Something went wrong here.", "The log has the details. (request 7)")),
    ],
)
def test_what_went_wrong_stays_until_the_next_start(
    error: Exception, trouble: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.web.gate.requests.current", lambda: "7")

    def fail() -> None:
        raise error

    made = job()
    made.start("Working", fail)
    made.join(WAIT)
    assert made.progress == Progress(trouble=trouble)
    made.start("Working", lambda: None)
    made.join(WAIT)
    assert made.progress.trouble is None


def test_the_callers_thread_gets_its_own_error() -> None:
    made = job()
    with pytest.raises(ValueError, match="x"), made.here():
        raise ValueError("x")
    assert made.progress == Progress()


def test_a_stop_reaches_the_work_and_is_over_at_the_next_start() -> None:
    made = job()
    made.start("Working", lambda: made.stopped.wait(WAIT))
    made.stop()
    assert made.progress.stopping or not made.running
    made.join(WAIT)
    made.start("Working", lambda: None)
    made.join(WAIT)
    assert not made.stopped.is_set() and not made.progress.stopping


def test_a_rate_is_of_one_stage_alone() -> None:
    times: Iterator[float] = iter([0.0, 1.0, 2.0, 3.0])
    made = Job("test", ("", ""), clock=lambda: next(times))
    made.report("Reading", 0, 10)
    made.report("Reading", 4, 10)
    assert made.progress.rate == 4.0
    made.report("Indexing", 0, 10, "papers")
    assert made.progress.rate == 0.0
    made.report("Indexing", 3, 10, "papers")
    assert made.progress.rate == 3.0


def test_a_watcher_sees_the_steps_and_the_end() -> None:
    made, steps = job(), threading.Event()

    def work() -> None:
        made.report("Reading", 1, 2)
        steps.wait(WAIT)

    async def watch() -> list[Progress]:
        seen = []
        async for progress in made.watch():
            seen.append(progress)
            if progress.done:
                steps.set()
        return seen

    made.start("Starting", work)
    seen = asyncio.run(watch())
    assert (1, 2) in [(progress.done, progress.total) for progress in seen]
    assert seen[-1] == Progress()
