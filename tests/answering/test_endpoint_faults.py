"""Whatever an endpoint does, the answer is that of quotes mode, soon, and says why.

Run it alone with ``pytest tests/answering/test_endpoint_faults.py``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from endpoint_faults import FAULTS
from faulty_server import EVENTS, Fault, FaultyServer, Line
from replies import number_of, part, reading

from rag.answering.flow import Assistant
from rag.engine import Engine
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.sending.endpoint import Endpoint
from rag.settings import Settings
from rag.types import Answer, ModelChoice, Timings

PARAMETERS = "How many parameters does SINet have?"
CLAIM = "SINet has 86.9K parameters instead of 2.1M."
# Seconds. What ends by itself gets a long deadline, so that a busy machine does not reach it.
SILENCE, SHORT, LONG = 0.5, 1.0, 20.0


@contextmanager
def assistant_at(
    address: str,
    settings: Settings,
    library: Library,
    scheme: str = "http",
    model: str | None = "m",
    deadline: float = LONG,
) -> Iterator[Assistant]:
    """An assistant whose endpoint is there, with short patience."""
    endpoint = Endpoint(f"{scheme}://{address}/v1", "sk-secret", model, SILENCE, deadline)
    choice = ModelChoice("openai", model or "", "a test")
    with closing(ChatModel(endpoint)) as chat:
        yield Engine(settings, library=library, chat=chat, choice=choice).assistant


@pytest.fixture(scope="module")
def by_quotes(settings: Settings, library: Library) -> Answer:
    return Engine(settings, library=library).assistant.ask(PARAMETERS)


@pytest.fixture(scope="module", autouse=True)
def _warm(settings: Settings, library: Library) -> None:
    """The first answer imports the client, which takes a second of its time."""
    with (
        FaultyServer(FAULTS["401"][0]) as server,
        assistant_at(server.address, settings, library) as assistant,
    ):
        assistant.ask(PARAMETERS)


def check(answer: Answer, quotes: Answer, fault: str) -> None:
    """It is the answer of quotes mode, and says why in one line."""
    assert answer.fallback is not None
    assert answer.fallback.fault == fault, answer.fallback
    assert answer.fallback.what and answer.fallback.remedy
    note = answer.notes[-1]
    assert answer.fallback.what in note and "\n" not in note and len(note) < 600
    assert "sk-secret" not in note
    plain = replace(answer, notes=quotes.notes, fallback=None, timings=Timings())
    assert plain == replace(quotes, timings=Timings())


@pytest.mark.parametrize("understands", [False, True], ids=["at first", "later"])
@pytest.mark.parametrize("name", FAULTS)
def test_quotes_stand_in(
    settings: Settings, library: Library, by_quotes: Answer, name: str, understands: bool
) -> None:
    fault, word = FAULTS[name]
    deadline = SHORT if word == "endless" else LONG
    with (
        FaultyServer(fault, understands=understands) as server,
        assistant_at(server.address, settings, library, deadline=deadline) as assistant,
    ):
        began = time.monotonic()
        answer = assistant.ask(PARAMETERS)
        took = time.monotonic() - began
    check(answer, by_quotes, word)
    assert took < 4.0
    # To understand; to write, once more, and in simpler forms or with fewer abstracts.
    assert len(server.bodies) <= 6 + ("itself" in name)


@pytest.mark.parametrize(
    "name", ["hangs", "401", "429 for ever", "plain text", "null", "deep JSON"]
)
def test_quotes_stand_in_where_no_model_can_be_named(
    settings: Settings, library: Library, by_quotes: Answer, name: str
) -> None:
    """Without a name the endpoint is asked first which models it has."""
    with (
        FaultyServer(FAULTS[name][0]) as server,
        assistant_at(server.address, settings, library, model=None) as assistant,
    ):
        answer = assistant.ask(PARAMETERS)
    assert (answer.answer, answer.mode) == (by_quotes.answer, "quotes")
    assert answer.fallback is not None


@pytest.mark.parametrize(
    ("scheme", "address", "fault"),
    [
        ("http", "127.0.0.1:9", "refused"),
        ("http", "no-such-host.invalid", "host"),
        ("ftp", "127.0.0.1", "url"),
    ],
)
def test_quotes_stand_in_for_what_is_not_there(
    settings: Settings,
    library: Library,
    by_quotes: Answer,
    scheme: str,
    address: str,
    fault: str,
) -> None:
    with assistant_at(address, settings, library, scheme) as assistant:
        check(assistant.ask(PARAMETERS), by_quotes, fault)


def test_quotes_stand_in_where_https_is_not_spoken(
    settings: Settings, library: Library, by_quotes: Answer
) -> None:
    with (
        FaultyServer(lambda line: None) as server,
        assistant_at(server.address, settings, library, "https") as assistant,
    ):
        assert assistant.ask(PARAMETERS).answer == by_quotes.answer


def _begun(line: Line) -> None:
    """The first claim of a reply, and half of the next one."""
    said = reading(part((CLAIM, [number_of(line.body, "86.9K")]), ("It also loses", [1])))
    line.send(EVENTS)
    line.say(said[: said.index("loses")])


def _cut(line: Line) -> None:
    _begun(line)


def _reset(line: Line) -> None:
    _begun(line)
    line.wait(0.05)
    line.reset()


def _silent(line: Line) -> None:
    _begun(line)
    line.wait()


def _pings(line: Line) -> None:
    _begun(line)
    line.for_ever(lambda: line.send(": ping\n\n"))


def _garbage(line: Line) -> None:
    _begun(line)
    line.event({"choices": "x"})


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (_cut, "broken"),
        (_reset, "broken"),
        (_silent, "silent"),
        (_pings, "endless"),
        (_garbage, "broken"),
    ],
)
def test_what_was_claimed_and_checked_stays(
    settings: Settings, library: Library, by_quotes: Answer, fault: Fault, word: str
) -> None:
    deadline = SHORT if word == "endless" else LONG
    with (
        FaultyServer(fault, understands=True) as server,
        assistant_at(server.address, settings, library, deadline=deadline) as assistant,
    ):
        answer = assistant.ask(PARAMETERS)
    assert answer.fallback is not None
    assert (answer.mode, answer.fallback.fault) == ("openai", word)
    assert answer.claims[0].text == CLAIM
    assert "It also" not in answer.answer
    quoted = {quote.start for cited in answer.citations for quote in cited.quotes}
    assert quoted >= {quote.start for cited in by_quotes.citations for quote in cited.quotes}
    assert answer.notes[-1].startswith("The language model failed before it was done")


def test_it_is_asked_again_when_it_says(settings: Settings, library: Library) -> None:
    """Retry-After is honoured once."""
    failures = 1

    def fault(line: Line) -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            return line.status(429, "Retry-After: 1")
        line.send(EVENTS)
        line.say(reading(part((CLAIM, [number_of(line.body, "86.9K")]))), "stop")

    with (
        FaultyServer(fault, understands=True) as server,
        assistant_at(server.address, settings, library) as assistant,
    ):
        began = time.monotonic()
        answer = assistant.ask(PARAMETERS)
        assert time.monotonic() - began >= 1.0
        assert (answer.answer, answer.mode, answer.fallback) == (f"{CLAIM} [1]", "openai", None)
        assert len(server.bodies) == 3
        failures = 9
        server.bodies.clear()
        answer = assistant.ask(PARAMETERS)
    assert answer.fallback is not None and answer.fallback.fault == "busy"
    assert len(server.bodies) == 3, "to understand, to write, and once more"


@pytest.mark.parametrize("status", [302, 307, 308])
def test_no_other_host_is_told_anything(settings: Settings, library: Library, status: int) -> None:
    with FaultyServer(lambda line: line.status(200)) as other:
        elsewhere = f"Location: http://{other.address}/v1/chat/completions"
        with (
            FaultyServer(lambda line: line.status(status, elsewhere)) as server,
            assistant_at(server.address, settings, library) as assistant,
        ):
            answer = assistant.ask(PARAMETERS)
        assert other.bodies == []
    assert answer.fallback is not None and answer.fallback.fault == "redirect"
    assert "elsewhere" in answer.fallback.what


def test_the_answer_of_a_failure_is_json(settings: Settings, library: Library) -> None:
    from ui.exports.json_text import as_json

    with (
        FaultyServer(FAULTS["401"][0]) as server,
        assistant_at(server.address, settings, library) as assistant,
    ):
        told = json.loads(as_json(assistant.ask(PARAMETERS)))
    assert (told["mode"], told["model"], told["reason"]) == ("quotes", "none", None)
    assert told["fallback"] == {
        "fault": "key",
        "what": f"The endpoint http://{server.address}/v1 refused the key (status 401).",
        "remedy": "Set PAPERCHAT_LLM_API_KEY or OPENAI_API_KEY to a key that it takes.",
    }
