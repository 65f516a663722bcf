"""Every page, with something on it, light and dark: axe finds no serious violation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import WAIT, Window
from playwright.sync_api import expect
from test_compare_page import compare

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def answered(window: Window) -> None:
    window.ask("How do MindBridge and NeuroPictor differ?")


def refused(window: Window) -> None:
    window.ask("Who won the 2018 football world cup?")


def compared(window: Window) -> None:
    window.page.get_by_role("link", name="Compare").click()
    compare(window.page)
    window.page.locator("#pc-compare tbody td[data-status=stated]").first.click()
    expect(window.page.locator("#pc-compare .sheet")).to_be_visible()


def listed(window: Window) -> None:
    window.page.get_by_role("link", name="Papers").click()
    expect(window.page.locator("#pc-papers-page")).to_contain_text("SINet", timeout=WAIT)


def evaluated(window: Window) -> None:
    window.page.goto(f"{window.origin}/#evaluate")
    expect(window.page.locator("#pc-evaluate .plan")).to_contain_text("1,374", timeout=WAIT)


def set_up(window: Window) -> None:
    window.page.locator("#pc-head").get_by_role("link", name="Settings").click()
    expect(window.page.locator("#pc-settings")).to_contain_text("quotes", timeout=WAIT)


def dropped(window: Window) -> None:
    window.page.locator("#pc-head").get_by_role("link", name="Check", exact=True).click()
    expect(window.page.locator("#pc-check .drop")).to_be_visible()


def shelved(window: Window) -> None:
    window.page.locator("#pc-head").get_by_role("link", name="Library").click()
    expect(window.page.locator("#pc-library .sources li").first).to_be_visible(timeout=WAIT)


def pinned(window: Window) -> None:
    answered(window)
    window.page.locator("#pc-chat .pin").first.click()
    window.page.locator("#pc-head").get_by_role("link", name="Notebook").click()
    expect(window.page.locator("#pc-notebook .entry")).to_have_count(1)


STATES = [answered, refused, compared, dropped, listed, pinned, shelved, evaluated, set_up]


@pytest.mark.parametrize("state", STATES)
def test_a_page_has_no_serious_violation(window: Window, state: Callable[[Window], None]) -> None:
    state(window)
    assert {scheme: serious(window, scheme) for scheme in SCHEMES} == {s: [] for s in SCHEMES}


def serious(window: Window, scheme: Literal["light", "dark"]) -> list[tuple[str, list[str]]]:
    window.page.emulate_media(color_scheme=scheme)
    window.page.wait_for_timeout(600)  # what fades in has its colour after that
    return [
        (v["id"], [node["html"][:120] for node in v["nodes"]])
        for v in Axe().run(window.page).response["violations"]
        if v["impact"] in ("serious", "critical")
    ]
