"""The window with the embedded language model, as somebody meets it who has no key."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import WAIT, serving, visiting
from playwright.sync_api import Browser, expect

from rag.settings import Settings

ANSWERED = 240_000  # milliseconds; two cores that others use too


@pytest.mark.embedded
def test_the_embedded_model_answers_in_the_window(
    browser: Browser, settings: Settings, models: Path, tmp_path: Path
) -> None:
    with (
        serving(index=settings.index, models=models, llm="local") as url,
        visiting(browser, url, {"width": 1440, "height": 900}) as window,
    ):
        page = window.page
        expect(page.locator(".mode")).to_contain_text("Local model", timeout=ANSWERED)
        page.locator("#pc-question").fill("How many parameters does SINet have?")
        page.keyboard.press("Enter")
        turn = page.locator(".turn")
        expect(page.locator(".card")).not_to_have_count(0, timeout=WAIT)
        assert turn.locator(".claim").count() == 0, "the sources stand before the first word"
        expect(turn).to_have_attribute("data-state", "done", timeout=ANSWERED)
        expect(turn.locator(".answer")).to_contain_text("86.9K")
        expect(turn.locator(".verdict.unsupported")).to_have_count(0)
        chip = turn.locator(".chip").first
        quote = chip.get_attribute("data-quote") or "-"
        chip.hover()
        expect(page.locator("#pc-chat .tip")).to_contain_text(quote)
        chip.click()
        lit = page.locator(".card mark.lit")
        expect(lit.first).to_be_visible()
        assert quote in " … ".join(lit.all_inner_texts())
        expect(turn.locator(".foot")).to_contain_text("Local model")
