"""The window while a language model writes: quotes at once, its sentences in their place."""

from __future__ import annotations

import threading

from browsing import WAIT, serving, visiting
from playwright.sync_api import Browser, expect
from replies import has_sentences, number_of, part, reading
from scripted_server import Body, ScriptedServer

from rag.settings import Settings

WORDED = "SINet cuts the number of parameters from 2.1M to 86.9K."


def test_quotes_stand_until_the_models_sentence_comes(browser: Browser, settings: Settings) -> None:
    go_on = threading.Event()

    def said(body: Body) -> str:
        if not has_sentences(body):
            return ""
        assert go_on.wait(60)
        return reading(part((WORDED, [number_of(body, "86.9K")])))

    with (
        ScriptedServer(said) as server,
        serving(
            index=settings.index, llm="openai", llm_base_url=server.url, llm_model="scripted"
        ) as url,
        visiting(browser, url, {"width": 1440, "height": 900}) as window,
    ):
        page = window.page
        expect(page.locator(".mode")).to_contain_text("scripted", timeout=WAIT)
        page.locator("#pc-question").fill("By how much does SINet reduce its parameters?")
        page.keyboard.press("Enter")
        turn = page.locator(".turn")
        quotes = turn.locator(".pointers .quote")
        expect(turn).to_have_attribute("data-state", "quoted", timeout=WAIT)
        expect(quotes.first).to_contain_text("86.9K")
        expect(turn.locator(".wait")).to_contain_text("scripted is reading them")
        expect(turn.locator(".ok, .chip")).to_have_count(0)
        quotes.first.click()
        expect(page.locator("mark.lit")).to_contain_text("86.9K")
        go_on.set()
        expect(turn).to_have_attribute("data-state", "done", timeout=WAIT)
        expect(turn.locator(".claim").first).to_contain_text("SINet cuts the number of parameters")
        expect(quotes).to_have_count(0)
        expect(turn.locator(".next .try").first).to_be_visible()
        go_on.clear()
        page.locator("#pc-question").fill("What accuracy does SINet keep?")
        page.keyboard.press("Enter")
        second = page.locator(".turn").nth(1)
        expect(second).to_have_attribute("data-state", "quoted", timeout=WAIT)
        page.get_by_role("button", name="Stop").click()
        expect(second.locator(".quote").first).to_contain_text("86.9K")
        expect(second.locator(".foot")).to_contain_text("The quotes stand")
        expect(second.locator(".wait")).to_have_text("")
        go_on.set()
        second.get_by_role("button", name="Ask again").click()
        third = page.locator(".turn").nth(2)
        expect(third).to_have_attribute("data-state", "done", timeout=WAIT)
        page.reload()
        expect(third).to_have_attribute("data-state", "done", timeout=WAIT)
        expect(second).to_have_attribute("data-state", "stopped")
        expect(second.locator(".quote").first).to_contain_text("86.9K")
        expect(second.locator(".foot")).to_contain_text("asked again below")
        expect(second.locator(".again")).to_have_count(0)


def test_the_window_says_why_quotes_stand_in(browser: Browser, settings: Settings) -> None:
    with (
        ScriptedServer(key="right") as server,
        serving(
            index=settings.index, llm="openai", llm_base_url=server.url, llm_model="scripted"
        ) as url,
        visiting(browser, url, {"width": 1440, "height": 900}) as window,
    ):
        page = window.page
        expect(page.locator(".mode")).to_contain_text("scripted", timeout=WAIT)
        page.locator("#pc-question").fill("By how much does SINet reduce its parameters?")
        page.keyboard.press("Enter")
        turn = page.locator(".turn")
        expect(turn).to_have_attribute("data-state", "done", timeout=WAIT)
        expect(turn.locator(".claim").first).to_contain_text("86.9K")
        expect(turn).to_contain_text(
            "Answered as in quotes mode, because the language model failed"
        )
        expect(turn).to_contain_text("refused the key (status 401). Set PAPERCHAT_LLM_API_KEY")
        expect(turn).to_contain_text("Quotes only")
