"""The page in a real browser, against a real server over the real engine in quotes mode."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from browsing import WAIT, Window
from indexes import HOSTILE_SHOWN
from playwright.sync_api import expect

from rag.errors import PortError
from rag.settings import load_settings
from ui.web.listening import listen
from ui.web.server import serve

MULTIMAE = "What is MultiMAE?"
SINET = "By how much does SINet reduce the number of parameters?"


def test_a_citation_leads_to_its_sentence(window: Window) -> None:
    page = window.page
    window.ask(SINET)
    expect(page.locator("#pc-head .count")).to_have_text("83 papers")
    expect(page.locator(".mode")).to_contain_text("Quotes only")
    expect(page.locator(".card .num").first).to_have_text("1")
    expect(page.locator(".card .title").first).to_contain_text("SINet")
    chip = page.locator(".chip").first
    quote = chip.get_attribute("data-quote") or ""
    assert "86.9K" in quote
    assert page.locator("mark.lit").count() == 0
    chip.click()
    expect(page.locator("mark.lit")).to_have_text(quote)
    expect(page.locator("mark.lit")).to_be_in_viewport()
    expect(page.locator(".card.lit .title")).to_contain_text("SINet")


def test_a_chip_shows_its_quote_under_the_pointer(window: Window) -> None:
    window.ask(SINET)
    chip = window.page.locator(".chip").first
    chip.hover()
    quote = chip.get_attribute("data-quote") or "-"
    expect(window.page.get_by_role("tooltip")).to_contain_text(quote)
    window.page.keyboard.press("Escape")
    expect(window.page.get_by_role("tooltip")).to_be_hidden()


def test_citations_of_earlier_answers_stay_right(window: Window) -> None:
    page = window.page
    for question in (SINET, MULTIMAE, "Which datasets was it tested on?"):
        window.ask(question)
    expect(page.locator(".turn").nth(2)).to_contain_text("NYUv2")
    expect(page.locator(".card .title").first).to_contain_text("MultiMAE")
    page.locator(".turn").nth(0).locator(".chip").first.click()
    expect(page.locator("mark.lit")).to_contain_text("86.9K")
    expect(page.locator(".of")).to_contain_text("SINet")
    page.locator(".turn").nth(1).locator(".chip").first.click()
    expect(page.locator("mark.lit").first).to_contain_text("MultiMAE")


def test_a_reload_keeps_the_conversation_and_a_new_one_empties_it(window: Window) -> None:
    page = window.page
    window.ask(MULTIMAE)
    said = page.locator(".turn .claim").all_inner_texts()
    page.reload()
    expect(page.locator(".turn .claim")).to_have_text(said)
    page.locator(".chip").first.click()
    expect(page.locator("mark.lit").first).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_role("heading", name="Ask the papers")).to_be_visible()


def test_an_example_is_asked_with_a_click(window: Window) -> None:
    window.page.locator(".example").first.click()
    expect(window.page.locator(".turn .chip").first).to_be_visible(timeout=WAIT)


def test_an_abstention_says_why_and_offers_papers(window: Window) -> None:
    page = window.page
    window.ask("Which volcanoes erupt most often?")
    expect(page.locator(".abstain h3")).to_have_text("Nothing here is about that")
    page.locator(".near").nth(1).click()
    expect(page.locator(".card.lit .title")).to_have_text(page.locator(".near").nth(1).inner_text())


def test_what_was_searched_for_can_be_edited_and_asked_again(window: Window) -> None:
    page = window.page
    window.ask("What is SINet?")
    expect(page.locator(".turn").first).to_have_attribute("data-state", "done", timeout=WAIT)
    window.ask("How many parameters does it have?")
    expect(page.locator(".turn").nth(1)).to_have_attribute("data-state", "done", timeout=WAIT)
    page.locator(".turn .foot").nth(1).get_by_role("button", name="Change it").click()
    box = page.locator("#pc-question")
    expect(box).to_have_value(re.compile("How many parameters does it have.*SINet"))
    expect(box).to_be_focused()


def test_a_comparison_stands_side_by_side(window: Window) -> None:
    page = window.page
    window.ask("Compare SINet and ConViT")
    expect(page.locator(".turn")).to_have_attribute("data-state", "done", timeout=WAIT)
    table = page.get_by_role("region", name="The papers side by side")
    expect(table.get_by_role("columnheader")).to_have_count(2)
    expect(table.get_by_role("rowheader", name="approach")).to_be_visible()


def test_a_refusal_names_the_paper_that_was_read(window: Window) -> None:
    window.ask("What batch size was SINet trained with?")
    expect(window.page.locator(".abstain h3")).to_have_text("The abstract does not say")
    expect(window.page.locator(".abstain p").first).to_contain_text("SINet: Extreme Lightweight")
    near = window.page.locator(".abstain .near")
    expect(near).to_contain_text("SINet")
    near.click()
    quote = window.page.locator("mark.lit").inner_text()
    expect(near.locator(".quote")).to_have_text(f"“{quote}”")


def test_a_question_that_cannot_be_answered_stays_editable(window: Window) -> None:
    page = window.page
    question = "Why? " * 1000
    window.ask(question)
    expect(page.get_by_role("alert")).to_contain_text("4,000")
    expect(page.locator("#pc-question")).to_have_value(question.strip())
    window.ask(MULTIMAE)
    expect(page.locator(".turn").nth(1)).to_have_attribute("data-state", "done")


def test_a_hostile_paper_stays_text(window: Window) -> None:
    page = window.page
    question = 'What is Zorblax attention? <img src=x onerror="window.pwned=1">'
    window.ask(question)
    expect(page.locator(".question")).to_have_text(question)
    expect(page.locator(".card .title").first).to_have_text(HOSTILE_SHOWN)
    page.locator(".card .more, .card .title").first.click()
    expect(page.locator(".card").first).to_contain_text("<script>")
    link = page.locator(".card .away").first
    expect(link).to_have_attribute("href", "https://example.org/zorblax?a=1&b=2")
    page.locator(".chip").first.hover()
    tip = page.locator("#pc-chat .tip")
    expect(tip.locator("strong")).to_have_text(HOSTILE_SHOWN)
    expect(tip.locator("strong sup")).to_have_text("2")
    assert page.evaluate("window.pwned") is None
    assert page.locator("#pc-chat img, #pc-chat script").count() == 0


def test_an_open_page_holds_no_stream(window: Window) -> None:
    """Gradio has forty places for streams; one a visitor that stays open is soon one too many."""
    page = window.page
    for name in ("papers", "compare", "evaluate", "settings", "chat"):
        page.goto(f"{window.origin}/#{name}")
        expect(page.locator("html")).to_have_attribute("data-page", name)
        expect(page.locator(".block.pc-page[data-settled]:visible")).to_have_count(1)
    assert not [url for url in window.requests if "/queue/" in url]
    window.ask(MULTIMAE)
    assert [url for url in window.requests if "/queue/" in url]


def test_a_taken_port_is_one_clear_error(tmp_path: Path) -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        settings = load_settings(index=tmp_path, port=port, llm="quotes")
        with pytest.raises(PortError, match="--port"):
            serve(settings, open_browser=False)
