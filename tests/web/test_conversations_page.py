"""Stored conversations in a real browser: found, renamed, deleted, exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browsing import Window
from playwright.sync_api import Locator, Page, expect

MULTIMAE = "What is MultiMAE?"


SINET = "By how much does SINet reduce the number of parameters?"


FOOTBALL = "Who won the 2018 football world cup?"


@pytest.fixture
def page(window: Window) -> Page:
    return window.page


def titles(page: Page) -> Locator:
    return page.locator(".chats .title")


# ---- conversations


def test_conversations_are_kept_found_renamed_and_deleted(window: Window, page: Page) -> None:
    window.ask(SINET)
    page.get_by_role("button", name="New conversation").click()
    window.ask(FOOTBALL)
    page.locator("#pc-head").get_by_role("button", name="Conversations").click()
    expect(titles(page)).to_have_text([FOOTBALL, SINET])
    page.get_by_role("searchbox", name="Find in conversations").fill("86.9K")
    expect(titles(page)).to_have_text([SINET])
    expect(page.locator(".chats .when")).to_contain_text("86.9K")
    page.get_by_role("button", name=SINET, exact=False).first.click()
    expect(page.locator(".question")).to_have_text(SINET)
    page.locator(".chip").first.click()
    expect(page.locator("mark.lit")).to_contain_text("86.9K")
    page.get_by_role("searchbox", name="Find in conversations").fill("")
    page.get_by_role("button", name=f"Rename {SINET}").click()
    page.get_by_role("textbox", name="Name of the conversation").fill("Small networks")
    page.keyboard.press("Enter")
    expect(titles(page)).to_have_text([FOOTBALL, "Small networks"])
    page.get_by_role("button", name="Delete Small networks").click()
    expect(titles(page)).to_have_text([FOOTBALL])
    expect(page.locator(".turn")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(titles(page)).to_have_text([FOOTBALL, "Small networks"])
    expect(page.locator(".question")).to_have_text(SINET)


def test_a_conversation_is_exported_with_all_its_turns(window: Window, page: Page) -> None:
    window.ask(SINET)
    window.ask(FOOTBALL)
    page.locator("#pc-head").get_by_role("button", name="Conversations").click()
    page.get_by_role("button", name=f"Download {SINET}").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON", exact=True).click()
    (told,) = json.loads(Path(waiting.value.path()).read_text("utf-8"))["conversations"]
    assert [t["answer"]["question"] for t in told["turns"]] == [SINET, FOOTBALL]
    abstract = told["turns"][0]["papers"][0]["abstract"]
    quote = told["turns"][0]["answer"]["citations"][0]["quotes"][0]
    assert abstract[quote["start"] : quote["end"]] == quote["text"]


_AGE = """() => {
  const key = Object.keys(localStorage).find((key) => key.startsWith("paperchat.chat.1."));
  const old = JSON.parse(localStorage[key]).turns;
  for (const turn of old) {
    turn.feed.sentences = JSON.parse(turn.feed.blocks).flatMap(({ parts }) => parts);
    for (const name of ["blocks", "bundle", "next", "papers"]) delete turn.feed[name];
    delete turn.papers;
    delete turn.thumb;
  }
  localStorage.clear();
  sessionStorage.clear();
  sessionStorage["paperchat.turns.1"] = JSON.stringify(old);
}"""


def test_what_was_kept_before_is_taken_over(window: Window, page: Page) -> None:
    window.ask(SINET)
    page.evaluate(_AGE)
    page.reload()
    expect(page.locator(".question")).to_have_text(SINET)
    page.locator(".chip").first.click()
    expect(page.locator("mark.lit")).to_contain_text("86.9K")
    assert page.evaluate("sessionStorage['paperchat.turns.1'] ?? null") is None
    assert json.loads(page.evaluate("localStorage['paperchat.chats.1']"))[0]["title"] == SINET


def test_a_full_browser_is_said(window: Window, page: Page) -> None:
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    window.ask(MULTIMAE)
    expect(page.locator(".no-room")).to_contain_text("no room")
    expect(page.locator(".no-room")).to_be_visible()
