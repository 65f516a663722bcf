"""Many people at once, over the page's own protocol, and how the server's memory grows meanwhile.

The server is a process of its own on a loopback address, with the delivered papers and no language
model. Everybody asks questions of the development half, each in an order of their own.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from eval.bench.commands import serving
from eval.bench.table import Row
from eval.dataset import QUESTIONS

_PEOPLE = 50
_THINKING = 5.0  # seconds from an answer to the next question, on average
_LASTS = 60.0  # seconds
_MANY = 10_000  # questions while memory is watched
_WARM = 2_000  # questions before it is first read: caches of words and of suggestions fill
_STEP = 1_000  # questions from one reading of memory to the next
_SEED = 7
_LONGEST = 60.0  # seconds; an answer that takes longer has failed
_CONFIG = re.compile(r"window\.gradio_config = (\{.*?\});\s*</script>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is needed to ask: the server's host and port, and the number of Gradio's event."""

    host: str
    port: int
    event: int


@dataclass
class Crowd:
    """What the people of one run met. ``failures``: why a question got no answer of its own."""

    taken: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def met(self, seconds: float, failure: str) -> None:
        with self.lock:
            if failure:
                self.failures.append(failure)
            else:
                self.taken.append(seconds)


def load() -> list[Row]:
    """Seconds of each whole answer: people who think, and people who do not."""
    rows = []
    with serving() as served:
        asking = _warmed(served.url)
        for thinking, target in ((_THINKING, 1.0), (0.0, 3.0)):
            crowd = _run(asking, _PEOPLE, thinking, until=time.monotonic() + _LASTS)
            _complain(crowd)
            what = f"{_PEOPLE} people, {thinking:g} s of thinking ({len(crowd.taken)} answers)"
            rows.append(Row(what, tuple(crowd.taken), target))
    return rows


def memory() -> list[Row]:
    """Seconds of each answer of ten people; the title has what their questions cost in memory."""
    with serving() as served:
        asking = _warmed(served.url)
        _complain(_run(asking, 10, 0.0, most=_WARM))
        sizes, taken = [served.memory()], list[float]()
        print(f"after {_WARM} questions: {sizes[0] / 1e6:.0f} MB", flush=True)
        while len(taken) < _MANY:
            crowd = _run(asking, 10, 0.0, most=_STEP)
            _complain(crowd)
            taken += crowd.taken
            sizes.append(served.memory())
            print(f"{len(taken)} questions: {sizes[-1] / 1e6:.0f} MB", flush=True)
    grown = (max(sizes) - sizes[0]) / 1e6
    what = f"{len(taken)} questions after {_WARM}: {sizes[0] / 1e6:.0f} MB, {grown:+.0f} MB at most"
    return [Row(what, tuple(taken))]


def find_event(url: str) -> Asking:
    """How to ask the server at ``url``, as its page says."""
    with urllib.request.urlopen(url) as reply:
        found = _CONFIG.search(reply.read().decode())
    if found is None:
        raise RuntimeError("The page has no configuration of Gradio's.")
    config = json.loads(found[1])
    chat = next(c for c in config["components"] if c["props"].get("elem_id") == "pc-chat")
    event = next(d for d in config["dependencies"] if [chat["id"], "ask"] in d["targets"])
    at = urlsplit(url)
    return Asking(at.hostname or "", at.port or 0, event["id"])


def _warmed(url: str) -> Asking:
    """How to ask the server at ``url``, once it has the papers and has answered once."""
    asking = find_event(url)
    if failure := ask(asking, "What is MultiMAE?", uuid.uuid4().hex):
        raise RuntimeError(failure)
    return asking


def _run(
    asking: Asking, people: int, thinking: float, *, until: float = float("inf"), most: int = 0
) -> Crowd:
    """What ``people`` meet who ask until a moment of the monotonic clock, or ``most`` questions."""
    crowd, questions = Crowd(), _questions()

    def person(number: int) -> None:
        chance, session = random.Random(_SEED + number), uuid.uuid4().hex
        time.sleep(chance.uniform(0.0, thinking))
        for _ in range(most // people) if most else iter(int, 1):
            if time.monotonic() > until:
                return
            started = time.perf_counter()
            failure = ask(asking, chance.choice(questions), session)
            crowd.met(time.perf_counter() - started, failure)
            time.sleep(chance.uniform(0.5, 1.5) * thinking)

    threads = [threading.Thread(target=person, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return crowd


def _questions() -> Sequence[str]:
    lines = [line for path in sorted(QUESTIONS.glob("*.jsonl")) for line in path.open("rb")]
    return [case["question"] for case in map(json.loads, lines) if case["split"] == "dev"]


def ask(asking: Asking, question: str, session: str) -> str:
    """Ask as the page does, and wait for the end of the answer; why it failed, else empty."""
    turn = uuid.uuid4().hex[:8]
    asked: dict[str, Any] = {
        "turn": turn,
        "question": question,
        "history": [],
        "papers": [],
        "filter": None,
    }
    body = {
        "data": [], "event_data": asked, "fn_index": asking.event, "session_hash": session,
        "trigger_id": None,
    }  # fmt: skip
    connection = http.client.HTTPConnection(asking.host, asking.port, timeout=_LONGEST)
    try:
        head = {"Content-Type": "application/json"}
        connection.request("POST", "/gradio_api/queue/join?", json.dumps(body), head)
        with connection.getresponse() as reply:
            text = reply.read()
            if reply.status != 200:
                return f"{reply.status} {text[:200]!r}"
        connection.request("GET", f"/gradio_api/queue/data?session_hash={session}")
        with connection.getresponse() as stream:
            return _end_of(stream, turn)
    except OSError as exc:
        return f"{type(exc).__name__}: {exc}"
    finally:
        connection.close()


def _end_of(stream: http.client.HTTPResponse, turn: str) -> str:
    """Why the answer failed, else empty; hardly looks at what comes before its end.

    The people share the machine with the server that they measure.
    """
    first = last = b""
    for line in stream:
        first = first or (line if b'"process_generating"' in line else b"")
        if b'"process_completed"' in line:
            last = line
            break
    whose = {found.decode() for found in re.findall(rb'"turn": ?"(\w+)"', first + last)}
    if not last:
        return "the stream ended early"
    if b'"success":true' not in last.replace(b" ", b"") or b'"state":"failed"' in last:
        return f"failed: {last[:300]!r}"
    return "" if whose == {turn} else f"somebody else's answer: {whose}"


def _complain(crowd: Crowd) -> None:
    """Raises RuntimeError if anybody got no answer."""
    if crowd.failures:
        first = "; ".join(sorted(set(crowd.failures))[:3])
        raise RuntimeError(f"{len(crowd.failures)} questions failed: {first}")
