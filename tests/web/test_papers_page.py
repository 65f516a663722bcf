"""The Papers page in a real browser: the table and the map."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import pytest
from browsing import DRAWN, WAIT, Window, send
from indexes import HOSTILE_SHOWN
from playwright.sync_api import Locator, Page, expect

PHONE = pytest.mark.parametrize(
    "window", [{"width": 390, "height": 844}], ids=["phone"], indirect=True
)


@pytest.fixture
def page(window: Window) -> Page:
    """The Papers page with its map drawn."""
    window.page.get_by_role("link", name="Papers").click()
    expect(rows(window.page).first).to_be_attached(timeout=WAIT)
    expect(canvas(window.page)).to_have_attribute(
        "aria-label", re.compile("A map of 83 papers"), timeout=DRAWN
    )
    return window.page


def canvas(page: Page) -> Locator:
    return page.locator("#pc-papers-page canvas")


def rows(page: Page) -> Locator:
    return page.locator("#pc-papers-page .body .line")


def titles(page: Page) -> list[str]:
    """Of the rows that exist, from the top."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("#pc-papers-page .body .line")]
        .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
        .map((row) => row.querySelector(".title").textContent)"""
    )
    return found


def row(page: Page, title: str) -> Locator:
    return rows(page).filter(has_text=title)


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Search the papers").fill(text)
    expect(page.locator("#pc-papers-page .tally")).to_contain_text(
        re.compile("with th|near in|^$"), timeout=WAIT
    )


def look(page: Page, what: str) -> Any:
    """Something of how the map looks; sets as lists."""
    return page.evaluate(
        """(what) => { const seen = document.querySelector("#pc-papers-page canvas").map.look[what];
        return seen instanceof Set || ArrayBuffer.isView(seen) ? [...seen] : seen; }""",
        what,
    )


def spot(page: Page, place: int) -> tuple[float, float]:
    """Where on the page the point of the paper at ``place`` is."""
    box = canvas(page).bounding_box()
    assert box is not None
    x, y = page.evaluate(
        """(at) => { const { map } = document.querySelector("#pc-papers-page canvas");
        return map.placeOf(at); }""",
        place,
    )
    return box["x"] + x, box["y"] + y


# Whether there is something on the canvas where each of so many papers lies.
_PAINTED = """(papers) => {
  const { map } = document.querySelector("#pc-papers-page canvas");
  return Array.from({ length: papers }, (_, at) => map.placeOf(at)).every((place) => {
    const [x, y] = place.map((side) => Math.round(side * map.ratio));
    return map.painter.pen.getImageData(x, y, 1, 1).data[3] > 0;
  });
}"""


def draw_around(page: Page, corners: Sequence[tuple[float, float]]) -> None:
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in [*corners[1:], corners[0]]:
        page.mouse.move(*corner, steps=4)
    page.mouse.up()


def everything(page: Page) -> list[tuple[float, float]]:
    """The corners of the map, but for its buttons."""
    box = canvas(page).bounding_box()
    assert box is not None
    left, top = box["x"] + 4, box["y"] + 52
    right, bottom = box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def test_every_paper_is_in_the_table_and_on_the_map(page: Page) -> None:
    grid = page.get_by_role("grid", name="Papers")
    expect(grid).to_have_attribute("aria-rowcount", "84")
    assert titles(page)[0].startswith("SINet")
    assert rows(page).count() < 40, "only the rows that are seen exist"
    label = canvas(page).get_attribute("aria-label") or ""
    assert "with these groups: " in label
    assert sum(map(int, re.findall(r"\((\d+)\)", label))) == 83
    page.wait_for_function(_PAINTED, arg=83)  # when the browser gets to it
    expect(row(page, "SINet").get_by_role("link")).to_have_attribute(
        "href", re.compile("^https://github.com/")
    )
    grid.evaluate("node => node.scrollTop = node.scrollHeight")
    expect(row(page, HOSTILE_SHOWN)).to_be_visible()


def test_one_searches_as_one_types(page: Page) -> None:
    search(page, "fmri")
    shown = page.locator("#pc-papers-page .tally")
    expect(shown).to_contain_text("papers with this word")
    assert "fMRI" in titles(page)[0]
    dim = look(page, "dim")
    assert 0 < dim.count(0) < 30
    search(page, "pictures from brain scans")
    expect(shown).to_contain_text(re.compile(r"^\d+ papers near in meaning$"))
    assert any(title.startswith("MindBridge") for title in titles(page)[:3])
    search(page, "xyzzy")
    expect(page.locator("#pc-papers-page .none")).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown).to_have_text("83 papers")
    assert look(page, "dim") is None


def test_one_sorts_by_title_and_by_the_order_of_the_source(page: Page) -> None:
    by_title, by_order = (page.get_by_role("columnheader", name=n) for n in ("Title", "No."))
    expect(by_order).to_have_attribute("aria-sort", "ascending")
    by_title.get_by_role("button").click()
    expect(by_title).to_have_attribute("aria-sort", "ascending")
    assert titles(page)[0].startswith("A Simple Approach")
    by_title.get_by_role("button").click()
    expect(by_title).to_have_attribute("aria-sort", "descending")
    assert titles(page)[0].startswith("Zorblax")
    by_title.get_by_role("button").click()
    expect(by_order).to_have_attribute("aria-sort", "ascending")
    assert titles(page)[0].startswith("SINet")
    by_order.get_by_role("button").click()
    expect(by_order).to_have_attribute("aria-sort", "descending")
    assert titles(page)[0].startswith("Zorblax")


def test_the_keyboard_goes_through_the_table(page: Page) -> None:
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    sheet = page.get_by_role("complementary", name="The abstract")
    expect(sheet.locator("h2")).to_contain_text("You Only Scan Once")
    page.keyboard.press("ArrowDown")
    expect(sheet.locator("h2")).to_contain_text("CBNet")
    page.keyboard.press("Space")
    expect(page.get_by_role("region", name="Chosen papers")).to_contain_text("1 chosen")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("grid")).to_be_focused()
    page.keyboard.press("End")
    at = page.get_by_role("grid").get_attribute("aria-activedescendant")
    expect(page.locator(f"#{at}")).to_contain_text("Zorblax")
    expect(page.locator(f"#{at}")).to_be_in_viewport()


def test_the_map_and_the_table_light_each_other(page: Page) -> None:
    row(page, "CBNet").hover()
    assert look(page, "hovered") == 2
    page.mouse.move(*spot(page, 0))
    expect(row(page, "SINet")).to_have_class(re.compile("hovered"))
    expect(page.locator("#pc-papers-page .tip")).to_contain_text("SINet: Extreme Lightweight")
    page.mouse.click(*spot(page, 0))
    expect(page.locator("#pc-papers-page .reader h2")).to_contain_text("SINet")
    expect(page.locator("#pc-papers-page .reader")).to_contain_text("portrait segmentation")


def test_dragging_and_the_buttons_move_the_map(page: Page) -> None:
    def apart() -> float:
        return math.dist(spot(page, 0), spot(page, 1))

    page.emulate_media(reduced_motion="reduce")  # the map is at once where it goes
    before, before_apart = spot(page, 0), apart()
    corner = everything(page)[3]
    page.mouse.move(corner[0] + 20, corner[1] - 20)
    page.mouse.down()
    page.mouse.move(corner[0] + 70, corner[1] - 40, steps=3)
    page.mouse.up()
    assert spot(page, 0) == pytest.approx((before[0] + 50, before[1] - 20), abs=1)
    page.get_by_role("button", name="Zoom in").click()
    assert apart() == pytest.approx(1.6 * before_apart, rel=0.01)
    page.get_by_role("button", name="Whole map").click()
    assert spot(page, 0) == pytest.approx(before, abs=1)


def test_one_group_is_shown_alone(page: Page) -> None:
    box = page.get_by_role("combobox", name="Show one group")
    # Which groups there are depends on the last bits of the vectors, and these on the processor.
    name = next(t for t in box.locator("option").all_inner_texts() if "(" in t)
    box.select_option(label=name)
    size = re.search(r"\((\d+)\)", name)
    assert size is not None
    expect(page.locator("#pc-papers-page .tally")).to_have_text(f"{size[1]} of 83 papers")
    assert look(page, "dim").count(0) == int(size[1])


def test_the_sources_of_the_last_answer_are_lit(page: Page) -> None:
    expect(page.get_by_role("button", name="of the last answer")).to_be_hidden()
    ids = [_id(page, title) for title in ("SINet", "CBNet")]
    send(page, "cited", ids)
    button = page.get_by_role("button", name="The 2 sources of the last answer")
    expect(button).to_be_visible()
    assert look(page, "cited") == [0, 2]
    button.click()
    expect(rows(page)).to_have_count(2)
    page.reload()
    expect(page.get_by_role("button", name="The 2 sources of the last answer")).to_be_visible(
        timeout=WAIT
    )


def _id(page: Page, title: str) -> str:
    row(page, title).click()
    expect(page.locator("#pc-papers-page .reader h2")).to_contain_text(title)
    return page.locator("#pc-papers-page .reader .id").inner_text()


def test_a_hostile_paper_stays_text_in_the_table(page: Page) -> None:
    search(page, "zorblax")
    expect(rows(page).locator(".title").first).to_have_text(HOSTILE_SHOWN)
    expect(rows(page).first.locator(".title sup")).to_have_text("2")
    rows(page).first.click()
    sheet = page.locator("#pc-papers-page .reader")
    expect(sheet).to_contain_text("<script>")
    expect(sheet.locator("mark").first).to_have_text("Zorblax")
    expect(sheet.locator(".links .away")).to_have_attribute(
        "href", "https://example.org/zorblax?a=1&b=2"
    )
    assert page.evaluate("window.pwned") is None
    assert page.locator("#pc-papers-page :is(img, script)").count() == 0


@PHONE
def test_a_phone_shows_the_table_or_the_map(page: Page) -> None:
    def overflow() -> int:
        wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return wide

    assert overflow() <= 0
    expect(canvas(page)).to_be_hidden()
    rows(page).first.get_by_role("checkbox").check()
    expect(page.get_by_role("button", name="Ask this paper").first).to_be_in_viewport()
    page.get_by_role("button", name="Map", exact=True).click()
    expect(canvas(page)).to_be_visible()
    expect(rows(page).first).to_be_hidden()
    page.wait_for_function(  # it takes its room when the browser gets to it
        """() => { const { map } = document.querySelector("#pc-papers-page canvas");
        return map.view && map.width === map.canvas.clientWidth; }"""
    )
    page.mouse.click(*spot(page, 2))
    expect(page.locator("#pc-papers-page .reader h2")).to_be_in_viewport()
    assert overflow() <= 0
    page.go_back()
    expect(page.locator("#pc-papers-page .reader")).to_be_hidden()
    expect(canvas(page)).to_be_visible()
