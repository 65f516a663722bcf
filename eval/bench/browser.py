"""Timings of the window in a browser, for one visitor and for twenty. Needs the `dev` extra."""

from __future__ import annotations

import shutil
import threading
import time
import uuid
from typing import TYPE_CHECKING

from eval.bench.commands import serving
from eval.bench.load import ask, find_event
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
    """Seconds of each answer. Raises RuntimeError if anybody gets none, or somebody else's."""
    asking = find_event(url)
    taken: list[float] = []
    failures: list[str] = []
    gate = threading.Barrier(_PEOPLE)

    def person(number: int) -> None:
        gate.wait()
        started = time.perf_counter()
        if failure := ask(asking, _QUESTIONS[number % 5], uuid.uuid4().hex):
            failures.append(failure)
        taken.append(time.perf_counter() - started)

    people = [threading.Thread(target=person, args=(n,)) for n in range(_PEOPLE)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    if failures:
        raise RuntimeError("; ".join(failures))
    return taken
