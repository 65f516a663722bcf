"""Two visitors of one window: neither waits for the other's language model, or is told so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browsing import WAIT, Window, serving, visiting
from playwright.sync_api import Browser, expect
from replies import has_sentences, reading
from scripted_server import Body, ScriptedServer

import ui.web.service
from rag.settings import Settings


@contextmanager
def two_visitors(
    browser: Browser, settings: Settings, go_on: threading.Event
) -> Iterator[tuple[Window, Window]]:
    """Two pages of a server whose language model replies nothing until ``go_on``."""

    def said(body: Body) -> str:
        assert not has_sentences(body) or go_on.wait(60)
        return reading() if has_sentences(body) else ""

    with (
        ScriptedServer(said) as server,
        serving(
            index=settings.index, llm="openai", llm_base_url=server.url, llm_model="scripted"
        ) as url,
        visiting(browser, url, {"width": 1440, "height": 900}) as one,
        visiting(browser, url, {"width": 390, "height": 844}) as other,
    ):
        try:
            for window in (one, other):
                expect(window.page.locator(".mode")).to_contain_text("scripted", timeout=WAIT)
            one.page.locator("#pc-question").fill("How many parameters does SINet have?")
            one.page.keyboard.press("Enter")
            state = one.page.locator(".turn")
            expect(state).to_have_attribute("data-state", "quoted", timeout=WAIT)
            other.page.locator("#pc-question").fill("What is MultiMAE?")
            other.page.keyboard.press("Enter")
            yield one, other
        finally:
            go_on.set()


def test_a_model_that_hangs_for_one_keeps_nobody_from_their_sources(
    browser: Browser, settings: Settings
) -> None:
    with two_visitors(browser, settings, threading.Event()) as (one, other):
        turn = other.page.locator(".turn")
        expect(turn).to_have_attribute("data-state", "quoted", timeout=WAIT)
        expect(turn.locator(".quote").first).to_contain_text("MultiMAE")
        expect(one.page.locator(".turn")).to_have_attribute("data-state", "quoted")


def test_who_waits_sees_how_many_come_first(
    browser: Browser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui.web.service, "_WRITTEN_AT_ONCE", 1)
    go_on = threading.Event()
    with two_visitors(browser, settings, go_on) as (one, other):
        turn = other.page.locator(".turn")
        expect(turn.locator(".wait")).to_contain_text(
            "One question comes before yours", timeout=WAIT
        )
        expect(turn).to_have_attribute("data-state", "waiting")
        go_on.set()
        for window in (one, other):
            ended = window.page.locator(".turn")
            expect(ended).to_have_attribute("data-state", "done", timeout=WAIT)
