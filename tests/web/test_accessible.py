"""Every page, with something on it: axe finds nothing, the keyboard does it all, nothing slips."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import WAIT, Window, visiting
from playwright.sync_api import Browser, Page, expect
from test_compare_page import compare

PAGES = ("Chat", "Papers", "Compare", "Check", "Notebook", "Library", "Settings", "Evaluate")
_RULES: dict[Literal["light", "dark"], dict[str, list[str]]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast"]},
}
MAMBA = "Which papers use Mamba or state space models?"


@pytest.fixture(scope="module")
def still(origin: str, browser: Browser) -> Iterator[Window]:
    """One visitor for all tests here, who wants nothing to move."""
    with visiting(browser, origin, {"width": 1440, "height": 900}) as opened:
        opened.page.emulate_media(reduced_motion="reduce")
        yield opened


def go(window: Window, name: str) -> Page:
    """Show the page that the address calls ``name``."""
    window.page.evaluate("name => { location.hash = name; }", name.lower())
    expect(window.page.locator("html")).to_have_attribute("data-page", name.lower())
    expect(window.page.locator(".block.pc-page[data-settled]:visible")).to_have_count(1)
    return window.page


def welcomed(window: Window) -> None:
    expect(window.page.locator(".example").first).to_be_visible(timeout=WAIT)


def answered(window: Window) -> None:
    go(window, "Chat")
    window.ask("How do MindBridge and NeuroPictor differ?")
    window.page.get_by_text("How this answer was made").last.click()
    window.page.locator("#pc-chat .pin").first.click()


def refused(window: Window) -> None:
    window.ask("Who won the 2018 football world cup?")
    window.page.locator("#pc-head").get_by_role("button", name="Conversations").click()


def compared(window: Window) -> None:
    page = go(window, "Compare")
    compare(page)
    page.locator("#pc-compare tbody td[data-status=stated]").first.click()
    expect(page.locator("#pc-compare .sheet")).to_be_visible()


def dropped(window: Window) -> None:
    expect(go(window, "Check").locator("#pc-check .drop")).to_be_visible()


def listed(window: Window) -> None:
    page = go(window, "Papers")
    expect(page.locator("#pc-papers-page")).to_contain_text("SINet", timeout=WAIT)


def pinned(window: Window) -> None:
    expect(go(window, "Notebook").locator("#pc-notebook .entry")).to_have_count(1)


def shelved(window: Window) -> None:
    page = go(window, "Library")
    expect(page.locator("#pc-library .sources li").first).to_be_visible(timeout=WAIT)


def evaluated(window: Window) -> None:
    page = go(window, "Evaluate")
    expect(page.locator("#pc-evaluate .plan")).not_to_be_empty(timeout=WAIT)


def set_up(window: Window) -> None:
    expect(go(window, "Settings").locator("#pc-settings")).to_contain_text("quotes", timeout=WAIT)


# In this order: a later one finds what an earlier one left.
STATES = [
    *(welcomed, answered, refused, compared, dropped),
    *(listed, pinned, shelved, evaluated, set_up),
]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(still: Window, state: Callable[[Window], None]) -> None:
    """Light and dark, on a laptop and on a phone: no finding of any impact."""
    page = still.page
    state(still)
    found = {}
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        found[width] = findings(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    assert found == {1440: [], 390: []}


def findings(page: Page) -> list[tuple[str, str, list[str]]]:
    """What axe finds, of any impact, by scheme and rule, while nothing moves.

    Only contrast depends on the scheme, so nothing else is asked of the dark one.
    """
    found: list[tuple[str, str, list[str]]] = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    for scheme, rules in _RULES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        ran: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", rules)
        for rule in ran["violations"]:
            found.append((scheme, rule["id"], [node["html"][:120] for node in rule["nodes"]]))
    return found


# What is scrolled though it must not be: the document, and what holds the pages.
_SLIPPED = """() => {
  for (const node of document.querySelectorAll("#pc-head *, .pc-page *")) {
    if (node.checkVisibility() && node.scrollHeight > node.clientHeight) node.scrollTop = node.scrollHeight;
  }
  for (const node of document.querySelectorAll(".sr, legend, mark, button")) {
    if (node.checkVisibility()) node.scrollIntoView({ block: "center" });
  }
  const page = [...document.querySelectorAll(".block.pc-page")].find((node) => node.checkVisibility());
  const slipped = [];
  for (let node = page.parentElement; node; node = node.parentElement) {
    if (node.scrollTop || node.scrollLeft) slipped.push(node.outerHTML.slice(0, 60));
  }
  const { scrollHeight, scrollWidth } = document.documentElement;
  if (scrollHeight > innerHeight || scrollWidth > innerWidth) slipped.push(`${scrollWidth} x ${scrollHeight}`);
  const own = page.querySelector(".scroll, .cmp, .chk, .lib, .evl");
  if (innerWidth > 860 && own && page.scrollTop) slipped.push(`${page.id} by ${page.scrollTop}`);
  return slipped;
}"""  # noqa: E501


@pytest.mark.parametrize("size", [(1440, 900), (720, 450), (320, 568)], ids=["1440", "200%", "320"])
def test_the_document_stays_where_it_is(still: Window, size: tuple[int, int]) -> None:
    """Whatever is scrolled to, hidden text too: no scroller lets it out, at 200% neither."""
    page = still.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    slipped = {name: go(still, name).evaluate(_SLIPPED) for name in PAGES}
    assert slipped == {name: [] for name in PAGES}


def test_a_second_click_on_a_citation_moves_no_page(still: Window) -> None:
    page = still.page
    page.set_viewport_size({"width": 1440, "height": 900})
    go(still, "Chat")
    still.ask(MAMBA)
    for number in (2, 3):
        chip = page.locator(".turn:last-child .chip", has_text=str(number)).first
        for _ in range(2):
            chip.click()
        expect(page.locator(".card.lit .more")).to_have_text("Less")
        at = "() => [document.scrollingElement.scrollTop, document.body.scrollTop]"
        assert page.evaluate(at) == [0, 0]
        assert page.locator("#pc-head .top").bounding_box() == {
            **{"x": 0, "y": 0, "width": 1440},
            "height": page.locator("#pc-head").bounding_box()["height"],  # type: ignore[index]
        }


def test_the_keyboard_skips_to_each_page_and_each_has_its_name(still: Window) -> None:
    page = still.page
    nav = page.locator("#pc-head nav a")
    first = nav.first.bounding_box()
    for name in PAGES:
        go(still, name)
        assert page.title() == ("paperchat" if name == "Chat" else f"{name} · paperchat")
        heads = page.get_by_role("heading", level=1)
        expect(heads).to_have_text([f"paperchat: {name}"])
        assert nav.first.bounding_box() == first, "the navigation moves"
        page.locator("#pc-head .skip").focus()
        expect(page.get_by_role("button", name="Skip to the page")).to_be_visible()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        at = "() => Boolean(document.activeElement.closest('.block.pc-page:not([hidden])'))"
        assert page.evaluate(at), f"{name}: the first Tab after the skip link leaves the page"
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        assert ring != "none" or shadow != "none", f"{name}: one does not see where one is"
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    nameless = [
        json.dumps(node)[:200]
        for node in tree["nodes"]
        if not node["ignored"]
        and node["role"]["value"] in ("button", "link", "textbox", "combobox", "checkbox", "radio")
        and not node.get("name", {}).get("value")
    ]
    assert nameless == []
