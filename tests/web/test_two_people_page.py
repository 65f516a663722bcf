"""The owner and a guest on one server, and one reader in two tabs: nobody gets in another's way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from browsing import WAIT, Window, serving, visiting
from playwright.sync_api import Browser, Page, ViewportSize, expect
from scripted_server import Body, ScriptedServer
from test_settings_page import call

from rag.settings import Settings
from ui.web.gate.http.hosts import own_addresses

WIDE: ViewportSize = {"width": 1440, "height": 900}
_TOLD = """() => {
  const key = Object.keys(localStorage).find((key) => key.startsWith("paperchat.chat.1."));
  return JSON.parse(localStorage[key]).turns[0].feed.bundle.answer;
}"""
SINET = "By how much does SINet reduce the number of parameters?"


def test_two_people_keep_apart_and_each_knows_what_is_theirs(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    address = next((a for a in own_addresses() if ":" not in a), None)
    if address is None:
        pytest.skip("this machine has no address that others reach")
    gate = threading.Event()

    def write(body: Body) -> str:
        if "MultiMAE" in str(body["messages"][-1]):
            gate.wait(30)
        return '{"claims": []}'

    (tmp_path / "index").symlink_to(settings.index)
    given = {"host": "0.0.0.0", "open_to_anyone": "true", "llm": "openai", "llm_model": "scripted"}
    with (
        ScriptedServer(write) as model,
        serving(cwd=tmp_path, index=tmp_path / "index", llm_base_url=model.url, **given) as url,
        visiting(browser, url, WIDE) as mine,
        visiting(browser, url.replace("127.0.0.1", address), WIDE) as other,
    ):
        owner, guest = mine.page, other.page
        expect(guest.locator(".mode")).to_contain_text("Endpoint", timeout=WAIT)

        # A guest reads who may change what before trying, on each page in the same words.
        for name in ("settings", "library", "evaluate"):
            guest.goto(f"{other.origin}/#{name}")
            line = guest.locator(f"#pc-{name}").get_by_text("Only somebody at the machine that")
            expect(line.first).to_contain_text("You are at another machine.", timeout=WAIT)
        expect(guest.get_by_role("button", name="Run", exact=True)).to_be_disabled()
        guest.goto(f"{other.origin}/#settings")
        expect(guest.locator(".as-set")).to_contain_text("scripted")
        expect(guest.locator("#pc-settings form")).to_be_hidden()
        expect(guest.locator(".rights")).to_contain_text("not you: you are a guest here")
        assert "at another machine" in call(other.origin, "127.0.0.1", guest)
        guest.get_by_role("radio", name="Quotes only").check()
        guest.get_by_label("Papers read", exact=True).fill("3")
        expect(guest.locator("#pc-head .for-you")).to_have_text("For you: quotes only")

        # The owner's answer is still being written; the guest's comes, in quotes, as chosen.
        owner.locator("#pc-question").fill("What is MultiMAE?")
        owner.keyboard.press("Enter")
        waiting = owner.locator(".turn").first
        expect(waiting).to_have_attribute("data-state", "quoted", timeout=WAIT)
        asked = len(model.requests)
        guest.get_by_role("link", name="Chat", exact=True).click()
        other.ask(SINET)
        expect(guest.locator(".turn .body")).to_contain_text("86.9K")
        expect(guest.locator(".thumb").first).to_be_hidden()
        assert len(model.requests) == asked, "no language model wrote for the guest"
        stored = guest.evaluate(
            "Object.entries(localStorage).find(([k]) => k.includes('chat.1'))[1]"
        )
        assert '"mode":"quotes"' in stored.replace(" ", "").replace("\\", "")
        assert stored.replace("\\", "").replace(" ", "").count('"score":') == 3

        # Stopping one does not stop the other; neither has the other's conversation.
        guest.locator("#pc-question").fill("What is SINet?")
        guest.keyboard.press("Enter")
        guest.keyboard.press("Escape")
        expect(waiting).to_have_attribute("data-state", "quoted")
        gate.set()
        expect(waiting).to_have_attribute("data-state", "done", timeout=WAIT)
        expect(owner.locator(".question")).to_have_text(["What is MultiMAE?"])
        expect(owner.locator(".thumb").first).to_be_visible()


def test_two_tabs_and_a_shared_computer(window: Window) -> None:
    """What one tab stores the other shows; what is deleted is gone in both."""
    page = window.page
    window.ask(SINET)
    other = page.context.new_page()
    other.goto(window.origin)
    expect(other.locator("#pc-question")).to_be_visible(timeout=WAIT)
    other.evaluate("(id) => { sessionStorage['paperchat.open'] = id; }", open_chat(page))
    other.reload()
    expect(other.locator(".question")).to_have_text([SINET], timeout=WAIT)
    tab = Window(other, window.origin)
    tab.ask("What is MultiMAE?")
    expect(page.locator(".question")).to_have_text([SINET, "What is MultiMAE?"])
    window.ask("What is S3IM?")
    expect(other.locator(".question")).to_have_count(3)
    page.reload()
    expect(page.locator(".question")).to_have_count(3, timeout=WAIT)

    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_role("radio", name="Dark").check()
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Delete my conversations").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("1 conversation and your settings")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.get_by_role("button", name="Delete my conversations").click()
    page.get_by_role("button", name="Delete all of it").click()
    expect(other.locator(".turn")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(0, timeout=WAIT)
    expect(page.get_by_role("radio", name="System")).to_be_checked(timeout=WAIT)
    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.includes('chat'))")
    assert [key for key in kept if key.startswith("paperchat.chat")] == []


def open_chat(page: Page) -> str:
    """The id of the conversation that a tab has open, as it is stored."""
    stored: str = page.evaluate("sessionStorage['paperchat.open']")
    return stored
