"""The window in a hand: what a finger can touch, what lies over what, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from browsing import WAIT, Window, visiting
from playwright.sync_api import Browser, Locator, Page, expect

QUESTION = "Which papers use Mamba or state space models?"
FINGER = 44  # pixels that a finger needs

# Of the points of a node that are in the window: how many, and what lies over them.
_OVER = """(node) => {
  const covered = [];
  let seen = 0;
  for (const { left, right, top, bottom } of node.getClientRects()) {
    for (const [x, y] of [[left + 2, top + 2], [right - 2, bottom - 2], [(left + right) / 2, (top + bottom) / 2]]) {
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
      const over = document.elementFromPoint(x, y);
      if (over && (node.contains(over) || over.contains(node))) seen += 1;
      else covered.push(over?.outerHTML.slice(0, 90) ?? "nothing");
    }
  }
  return [seen, covered];
}"""  # noqa: E501
# How high the part of a node is that a finger meets, at its middle.
_HIGH = """(node) => {
  const { left, width, top, height } = node.getBoundingClientRect(), x = left + width / 2;
  const met = (y) => node.contains(document.elementFromPoint(x, y));
  let up = top + height / 2, down = up;
  while (met(up - 1)) up -= 1;
  while (met(down + 1)) down += 1;
  return down - up + 1;
}"""


@pytest.fixture(params=[390, 360])
def phone(request: pytest.FixtureRequest, origin: str, browser: Browser) -> Iterator[Window]:
    """A visitor with a phone of that width."""
    size = {"width": request.param, "height": 780}
    with visiting(browser, origin, size, touch=True) as opened:  # type: ignore[arg-type]
        yield opened


def tap(page: Page, target: Locator) -> None:
    """Touch the middle of ``target`` where it is; nothing may lie over it, and a finger fits."""
    box = target.bounding_box()
    assert box is not None
    assert target.evaluate(_HIGH) >= FINGER - 1
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def is_read(target: Locator) -> bool:
    """Whether ``target`` is in the window with nothing over it, once what glides has arrived."""
    for _ in range(40):
        seen, covered = target.evaluate(_OVER)
        if seen and not covered:
            break
        target.page.wait_for_timeout(50)
    assert covered == []
    return bool(seen)


def swipe(page: Page, at: Locator, down: int) -> None:
    """Pull with a finger, from the middle of ``at``, so many pixels down."""
    box = at.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    for kind, way in [("Start", 0), *(("Move", down * step // 4) for step in range(1, 5))]:
        points = [{"x": x, "y": y + way}]
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def test_ask_read_the_quote_open_the_abstract_and_come_back(phone: Window) -> None:
    """Without one wrong touch: each is where a person sees the thing, and meets that thing."""
    page = phone.page
    sheet, chip = page.locator("#pc-chat .sources"), page.locator(".turn .chip").last
    scroll = page.locator("#pc-chat .scroll")

    tap(page, page.locator("#pc-question"))
    page.keyboard.type(QUESTION)
    tap(page, page.get_by_role("button", name="Ask", exact=True))
    expect(page.locator(".turn[data-state=done]")).to_be_visible(timeout=WAIT)
    expect(page.locator(".turn .next .try").first).to_be_attached()  # then nothing follows
    page.evaluate("document.activeElement.blur()")
    assert is_read(page.locator(".turn .question"))
    chip.scroll_into_view_if_needed()
    before = scroll.evaluate("node => node.scrollTop"), chip.bounding_box()

    def at_the_quote() -> None:
        expect(sheet).to_have_css("transform", "none")
        expect(sheet).to_be_visible()
        assert is_read(page.locator("mark.lit"))
        assert is_read(chip)  # the sentence stays in sight above its quote
        assert is_read(page.locator(".card.lit .more"))

    def back_at_the_answer() -> None:
        expect(sheet).to_be_hidden()
        assert (scroll.evaluate("node => node.scrollTop"), chip.bounding_box()) == before
        expect(chip).to_be_focused()

    tap(page, chip)
    at_the_quote()
    tap(page, page.locator(".card.lit .more"))
    expect(sheet).to_have_class("sources up tall")
    expect(page.locator(".card.lit .more")).to_have_text("Less")
    expect(sheet).to_have_css("height", f"{780 - 40}px")
    assert is_read(page.locator(".card.lit .title"))
    assert is_read(page.locator(".card.lit mark.lit"))
    page.go_back()
    expect(sheet).to_have_class("sources up")
    expect(sheet).to_have_css("height", re.compile("483[.]"))
    at_the_quote()
    page.go_back()
    back_at_the_answer()

    ways: list[Callable[[], None]] = [
        lambda: tap(page, page.get_by_role("button", name="Back to the answer")),
        lambda: swipe(page, page.locator(".panel-head h2"), 160),
        lambda: page.keyboard.press("Escape"),
    ]
    for close in ways:
        tap(page, chip)
        at_the_quote()
        close()
        back_at_the_answer()
    assert page.evaluate("document.scrollingElement.scrollTop") == 0


def test_all_pages_and_the_conversations_are_one_touch_away(phone: Window) -> None:
    page = phone.page
    phone.ask(QUESTION)
    page.evaluate("document.activeElement.blur()")
    for link in page.locator("#pc-head nav a").all():
        tap(page, link)
        expect(link).to_have_attribute("aria-current", "page")
        for one in page.locator("#pc-head nav a").all():
            expect(one).to_be_in_viewport(ratio=1)
            assert is_read(one)
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(f"[{wide}, document.scrollingElement.scrollTop]") == [0, 0]
    tap(page, page.locator("#pc-head").get_by_role("button", name="Conversations"))
    drawer = page.locator("#pc-chat .chats")
    expect(drawer.locator("li .title")).to_have_text([QUESTION])
    assert is_read(drawer.locator("li .title"))
    page.go_back()
    expect(drawer).to_be_hidden()
    expect(page.locator("#pc-chat")).to_be_visible()
    sources = page.locator(".to-sources")
    sources.scroll_into_view_if_needed()
    tap(page, sources)
    expect(page.locator("#pc-chat .sources")).to_have_css("transform", "none")
    tap(page, page.locator(".only").first)  # what is narrowed is said above the box, over nothing
    expect(page.locator("#pc-chat .sources")).to_be_hidden()
    page.locator(".which .filter").evaluate("node => { node.hidden = false; }")
    for part in (".which .filter", ".scope .paper", "#pc-question"):
        assert is_read(page.locator(f"#pc-chat {part}"))
