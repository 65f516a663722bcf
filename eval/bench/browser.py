"""Timings of the window in a browser, for one visitor and for twenty. Needs the `dev` extra."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any

from eval.bench.commands import serving
from eval.bench.table import Row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_VISITS = 5
_PEOPLE = 20
_QUESTIONS = (
    "What is MultiMAE?",
    "By how much does SINet reduce the number of parameters?",
    "How do MindBridge and NeuroPictor differ?",
    "What is S3IM?",
    "What does ConViT propose?",
    "Which papers use Mamba or state space models?",
)


def browser() -> list[Row]:
    """Seconds to the page, to source cards and between pages; then twenty questions at once."""
    from playwright.sync_api import sync_playwright

    with serving() as served, sync_playwright() as playwright:
        url = served.url
        path = shutil.which("chromium") or shutil.which("google-chrome")
        opened = playwright.chromium.launch(executable_path=path, args=_ARGS)
        usable, cards, turned = [], [], []
        _ready(opened, url)
        for _ in range(_VISITS):
            page, seconds = _visit(opened, url)
            usable.append(seconds)
            cards += [_ask(page, question) for question in _QUESTIONS]
            turned += [_turn(page, name) for name in ("papers", "compare", "chat")]
            page.context.close()
        opened.close()
        asked = _at_once(url)
    return [
        Row("page usable, server up", tuple(usable), 2.0),
        Row("Enter to source cards", tuple(cards), 0.3),
        Row("from page to page", tuple(turned), 0.15),
        Row(f"{_PEOPLE} people at once, whole answer", tuple(asked), 1.5),
    ]


def _ready(opened: Browser, url: str) -> None:
    """Wait for the papers and ask once, so that everything is warm."""
    page, _ = _visit(opened, url)
    page.locator("#pc-head .count", has_text="papers").wait_for(timeout=120_000)
    _ask(page, _QUESTIONS[0])
    page.context.close()


def _visit(opened: Browser, url: str) -> tuple[Page, float]:
    page = opened.new_context().new_page()
    started = time.perf_counter()
    page.goto(url)
    page.locator("#pc-question").wait_for()
    return page, time.perf_counter() - started


def _ask(page: Page, question: str) -> float:
    """Seconds from Enter to the first source card of this turn, as the page's own clock has it."""
    page.locator("#pc-question").fill(question)
    page.evaluate(
        """() => {
          const turns = document.querySelectorAll(".turn").length;
          const started = performance.now();
          window.cardsAfter = new Promise((done) => {
            const look = () => {
              const turn = document.querySelectorAll(".turn").length > turns;
              const state = document.querySelector(".turn:last-child")?.dataset.state;
              if (turn && state !== "searching" && document.querySelector(".card")) {
                done(performance.now() - started);
              } else requestAnimationFrame(look);
            };
            look();
          });
        }"""
    )
    page.keyboard.press("Enter")
    milliseconds = float(page.evaluate("window.cardsAfter"))
    page.locator('.turn:last-child[data-state="done"]').wait_for()
    return milliseconds / 1000


def _turn(page: Page, name: str) -> float:
    milliseconds = page.evaluate(
        """(name) => new Promise((done) => {
          const started = performance.now();
          document.querySelector(`nav a[href="#${name}"]`).click();
          const look = () => document.documentElement.dataset.page === name
            ? requestAnimationFrame(() => done(performance.now() - started))
            : requestAnimationFrame(look);
          look();
        })""",
        name,
    )
    return float(milliseconds) / 1000


def _at_once(url: str) -> list[float]:
    """Seconds of each answer, over the page's own protocol. Raises RuntimeError for a wrong one."""
    with urllib.request.urlopen(f"{url}/config") as reply:
        config = json.load(reply)
    stage = next(c for c in config["components"] if c["props"].get("elem_id") == "pc-chat")
    event = next(d for d in config["dependencies"] if [stage["id"], "ask"] in d["targets"])
    taken: list[float] = []
    gate = threading.Barrier(_PEOPLE)

    def person(number: int) -> None:
        gate.wait()
        taken.append(_answer(url, event["id"], f"person-{number}", _QUESTIONS[number % 5]))

    people = [threading.Thread(target=person, args=(n,)) for n in range(_PEOPLE)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return taken


def _answer(url: str, event: int, turn: str, question: str) -> float:
    session = uuid.uuid4().hex
    asked = {"turn": turn, "question": question, "history": [], "papers": []}
    body = {"data": [], "event_data": asked, "fn_index": event, "session_hash": session}
    started = time.perf_counter()
    _post(f"{url}/gradio_api/queue/join?", body)
    seen = b""
    with urllib.request.urlopen(f"{url}/gradio_api/queue/data?session_hash={session}") as stream:
        for line in stream:
            seen += line
            event_data = json.loads(line[5:]) if line.startswith(b"data:") else {}
            if event_data.get("msg") == "process_completed":
                whose = set(re.findall(rb"person-\d+", seen))
                if not event_data["success"] or whose != {turn.encode()}:
                    raise RuntimeError(f"{turn} got no answer, or somebody else's: {whose}")
                return time.perf_counter() - started
    raise RuntimeError(f"{turn} got no answer")


def _post(url: str, body: dict[str, Any]) -> None:
    data = json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()
