"""The notebook in a real browser: quotes are pinned everywhere, kept, looked up and exported."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import docx
import pytest
from browsing import WAIT, Window
from playwright.sync_api import Locator, Page, expect
from test_accessible import findings
from test_compare_page import compare

SINET = "What is SINet?"
KEY = "paperchat.notebook.1"


@pytest.fixture
def page(window: Window) -> Page:
    return window.page


def go(page: Page, name: str) -> None:
    page.locator("#pc-head").get_by_role("link", name=name, exact=True).click()


def entries(page: Page) -> Locator:
    return page.locator("#pc-notebook .entry")


def stored(page: Page) -> list[dict[str, object]]:
    pins: list[dict[str, object]] = json.loads(page.evaluate(f"localStorage['{KEY}'] ?? '[]'"))
    return pins


def pinned(window: Window) -> None:
    """Two quotes of an answer in the notebook, which is shown."""
    window.ask(SINET)
    if window.page.locator(".to-sources").is_visible():  # on a phone they are a sheet
        window.page.locator(".to-sources").click()
    for pin in window.page.locator("#pc-chat .pin").all()[:2]:
        pin.click()
    window.page.keyboard.press("Escape")
    go(window.page, "Notebook")
    expect(entries(window.page)).to_have_count(2)


def saved(page: Page, form: str) -> Path:
    page.locator("#pc-notebook .export").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=form, exact=True).click()
    return Path(waiting.value.path())


def test_quotes_of_an_answer_are_pinned_noted_and_kept(window: Window, page: Page) -> None:
    pinned(window)
    go(page, "Chat")
    pins = page.locator("#pc-chat .pin")
    expect(pins.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(pins.nth(2)).to_have_attribute("aria-pressed", "false")
    go(page, "Notebook")
    note = entries(page).nth(0).get_by_role("textbox")
    note.fill("See table 3.")
    page.reload()
    expect(entries(page).nth(0).get_by_role("textbox")).to_have_value("See table 3.", timeout=WAIT)
    (first, second) = stored(page)
    assert first["question"] == SINET
    assert first["note"] == "See table 3."
    expect(entries(page).nth(1).locator("blockquote")).to_have_text(str(second["text"]))


def test_order_removal_and_undo_by_keyboard(window: Window, page: Page) -> None:
    pinned(window)
    quotes = entries(page).locator("blockquote")
    before = quotes.all_inner_texts()
    page.get_by_role("button", name="My own order").press("Enter")
    entries(page).nth(1).get_by_role("button", name="Move up").press("Enter")
    assert quotes.all_inner_texts() == before[::-1]
    expect(page.locator("#pc-notebook :focus")).to_have_attribute("data-act", "down")
    entries(page).nth(0).get_by_role("button", name="Remove").press("Enter")
    assert quotes.all_inner_texts() == before[:1]
    page.keyboard.press("Enter")  # the focus is on Undo
    assert quotes.all_inner_texts() == before[::-1]
    page.get_by_role("button", name="Remove all").click()
    expect(page.locator("#pc-notebook .none")).to_be_visible()
    expect(page.locator("#pc-notebook .export")).to_be_disabled()


def test_another_tab_shows_the_same(window: Window, page: Page) -> None:
    pinned(window)
    other = page.context.new_page()
    other.goto(f"{window.origin}#notebook")
    expect(entries(other)).to_have_count(2, timeout=WAIT)
    entries(other).nth(0).get_by_role("textbox").fill("From the other tab")
    expect(entries(page).nth(0).get_by_role("textbox")).to_have_value("From the other tab")
    entries(page).nth(1).get_by_role("button", name="Remove").click()
    expect(entries(other)).to_have_count(1)
    other.close()


def test_a_quote_that_is_not_there_any_more_is_marked_and_one_that_moved_is_bound_anew(
    window: Window, page: Page
) -> None:
    pinned(window)
    first, second = stored(page)
    start, end = int(str(first["start"])), int(str(first["end"]))
    moved = {**first, "start": start - 3, "end": end - 3}
    changed = {**second, "text": "Nobody wrote this."}
    gone = {**second, "paper": "nowhere", "title": "<img src=x onerror=window.pwned=1>"}
    page.evaluate(f"text => localStorage['{KEY}'] = text", json.dumps([moved, changed, gone]))
    page.reload()
    doubts = entries(page).locator(".doubt")
    expect(doubts.nth(1)).to_have_text("⚠ Not in the abstract any more.", timeout=WAIT)
    expect(doubts.nth(2)).to_have_text("⚠ The paper is not in this library.")
    expect(doubts.nth(0)).to_be_hidden()
    told = re.compile(r"^Abstract, sentence \d+ of \d+$")
    expect(entries(page).nth(0).locator(".where")).to_have_text(told)
    expect(entries(page).locator(".where")).to_have_count(1)
    assert stored(page)[0]["start"] == start
    assert page.evaluate("window.pwned") is None


def test_the_notebook_is_exported(window: Window, page: Page) -> None:
    pinned(window)
    quote = str(stored(page)[0]["text"])
    entries(page).nth(0).get_by_role("textbox").fill("Mine.")
    assert f"> {quote}" in saved(page, "Markdown").read_text("utf-8")
    words = [p.text for p in docx.Document(str(saved(page, "Word"))).paragraphs]
    assert "Mine." in words
    assert any(quote in text for text in words)
    with zipfile.ZipFile(saved(page, "Notes for Obsidian (.zip)")) as archive:
        assert "papers/@SINetExtremeLightweight.md" in archive.namelist()
    assert "TY  - " in saved(page, "RIS of its papers").read_text("utf-8")
    (first, _) = json.loads(saved(page, "JSON").read_text("utf-8"))["quotes"]
    assert first["note"] == "Mine."


def test_quotes_of_a_comparison_and_of_an_abstract_are_pinned(page: Page) -> None:
    go(page, "Compare")
    compare(page)
    page.locator("#pc-compare tbody td[data-status=stated]").first.click()
    page.locator("#pc-compare .sheet .pin").first.click()
    go(page, "Papers")
    page.locator("#pc-papers-page .body .line").first.click(timeout=WAIT)
    reader = page.locator("#pc-papers-page .reader")
    reader.get_by_role("button", name="Pin selection").click()
    expect(reader.get_by_role("alert")).to_contain_text("No words are selected")
    reader.locator(".abstract").evaluate(
        """(node) => { const range = document.createRange();
        range.setStart(node.firstChild, 2); range.setEnd(node.firstChild, 40);
        getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    reader.get_by_role("button", name="Pin selection").click()
    expect(reader.locator(".pinned")).to_have_text("Pinned to the notebook.")
    go(page, "Notebook")
    expect(entries(page)).to_have_count(2)
    (_, second) = stored(page)
    assert second["start"] == 0 and str(second["text"])[-1:].isalnum()


def test_the_whole_conversation_is_exported(window: Window, page: Page) -> None:
    window.ask(SINET)
    window.ask("Who won the 2018 football world cup?")
    page.locator("#pc-head").get_by_role("button", name="Conversations").click()
    page.get_by_role("button", name=f"Download {SINET}").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Word", exact=True).click()
    made = docx.Document(str(waiting.value.path()))
    heads = [p.text for p in made.paragraphs if p.style and p.style.name == "Heading 1"]
    assert heads == [SINET, "Who won the 2018 football world cup?", "Sources"]
    page.locator(".turn .share summary").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="BibTeX", exact=True).first.click()
    assert Path(waiting.value.path()).read_text("utf-8").startswith("@misc{SINet")


@pytest.mark.parametrize("window", [{"width": 390, "height": 844}], indirect=True, ids=["phone"])
def test_a_phone_has_room_for_it(window: Window, page: Page) -> None:
    pinned(window)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for button in entries(page).nth(0).locator("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["width"] >= 24 and box["height"] >= 24
    assert findings(window.page) == []
    assert re.fullmatch(r"\d+ quotes", page.locator("#pc-notebook .many").inner_text())
