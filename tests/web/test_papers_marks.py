"""Marks of papers, a paper's own page, and similar papers, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import WAIT, Window, send
from playwright.sync_api import Page, Route, expect
from test_papers_page import row, rows, titles


@pytest.fixture
def page(window: Window, web_folder: Path) -> Iterator[Page]:
    """The Papers page of a collection without marks."""
    window.page.get_by_role("link", name="Papers").click()
    expect(rows(window.page).first).to_be_attached(timeout=WAIT)
    yield window.page
    (web_folder / "index" / "marks.json").unlink(missing_ok=True)


def marks(folder: Path) -> list[dict[str, object]]:
    """What is stored, by paper; nothing if there is no file."""
    file = folder / "index" / "marks.json"
    stored = json.loads(file.read_text("utf-8"))["papers"] if file.exists() else {}
    return [stored[paper_id] for paper_id in sorted(stored)]


def expect_marks(page: Page, folder: Path, wanted: list[dict[str, object]]) -> None:
    """The page shows a change at once; it is stored a little later."""
    for _ in range(100):
        if marks(folder) == wanted:
            break
        page.wait_for_timeout(50)
    assert marks(folder) == wanted


def test_papers_are_starred_read_tagged_and_noted(page: Page, web_folder: Path) -> None:
    star = row(page, "CBNet").get_by_role("button", name="Star CBNet")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect_marks(page, web_folder, [{"starred": True}])
    expect(page.locator("#pc-papers-page .reader")).to_be_hidden()
    row(page, "CBNet").click()
    pane = page.get_by_role("complementary", name="The abstract")
    expect(pane.get_by_role("button", name="Starred")).to_be_visible()
    page.keyboard.press("u")
    expect(row(page, "CBNet")).not_to_have_class(re.compile("unread"))
    pane.get_by_label("Add a tag").fill("to read")
    page.keyboard.press("Enter")
    expect(row(page, "CBNet").locator(".chip")).to_have_text("to read")
    pane.get_by_label("Your note").fill("See table 3.")
    expect(pane.locator(".saved")).to_contain_text("Saved")
    noted = {"starred": True, "read": True, "tags": ["to read"], "note": "See table 3."}
    expect_marks(page, web_folder, [noted])
    pane.get_by_role("button", name="Undo").click()
    expect(pane.get_by_label("Your note")).to_have_value("")
    pane.get_by_role("button", name="Remove the tag to read").click()
    page.locator("#pc-papers-page .told").get_by_role("button", name="Undo").click()
    expect(row(page, "CBNet").locator(".chip")).to_have_text("to read")
    page.reload()
    expect(pane.locator("h2")).to_contain_text("CBNet", timeout=WAIT)  # it stays open
    page.get_by_role("combobox", name="Show by your marks").select_option(label="Starred (1)")
    expect(rows(page)).to_have_count(1)
    assert titles(page)[0].startswith("CBNet")


def test_many_are_marked_at_once_and_sorted_by_it(page: Page, web_folder: Path) -> None:
    for title in ("SINet", "CBNet"):
        row(page, title).get_by_role("checkbox").check()
    bar = page.get_by_role("region", name="Chosen papers")
    bar.get_by_role("button", name="Mark").click()
    page.get_by_role("dialog").get_by_role("button", name="Star", exact=True).click()
    told = page.locator("#pc-papers-page .told")
    expect(told).to_contain_text("Starred 2 papers.")
    page.get_by_role("columnheader", name="Star").get_by_role("button").click()
    assert [title.split(":")[0] for title in titles(page)[:2]] == ["SINet", "CBNet"]
    assert len(marks(web_folder)) == 2
    told.get_by_role("button", name="Undo").click()
    expect(rows(page).locator(".star[aria-pressed=true]")).to_have_count(0)
    bar.get_by_role("button", name="Cite").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download BibTeX").click()
    assert Path(waiting.value.path()).read_text("utf-8").count("@misc{") == 2


def test_similar_papers_and_other_pages_open_one_and_back_comes_back(page: Page) -> None:
    title = page.locator("#pc-papers-page .reader h2")
    row(page, "You Only Scan Once").click()
    similar = page.locator("#pc-papers-page .similar li button")
    expect(similar).to_have_count(10)
    page.keyboard.press("j")
    expect(title).to_contain_text("CBNet")
    page.keyboard.press("k")
    expect(title).to_contain_text("You Only Scan Once")
    expect(similar).to_have_count(10)
    name = similar.nth(1).inner_text()
    similar.nth(1).click()
    expect(title).to_have_text(name)
    page.get_by_role("button", name="‹ Back").click()
    expect(title).to_contain_text("You Only Scan Once")
    page.go_back()
    expect(title).to_be_hidden()
    row(page, "CBNet").click()
    expect(title).to_contain_text("CBNet")  # until then the id is that of the paper before
    paper_id = page.locator("#pc-papers-page .reader .id").inner_text()
    page.keyboard.press("Escape")
    held: list[Route] = []

    def hold(route: Route) -> None:
        """The first answer comes late: what was asked for meanwhile stays."""
        if "open_paper" in (route.request.post_data or "") and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/component_server/", hold)
    with page.expect_request(lambda sent: "open_paper" in (sent.post_data or "")):
        row(page, "SINet").click()
    row(page, "CBNet").click()
    expect(title).to_contain_text("CBNet")
    with page.expect_event("requestfinished"):
        held[0].continue_()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(title).to_contain_text("CBNet")
    page.unroute("**/component_server/")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Notebook").click()
    send(page, "open-paper", paper_id)
    page.evaluate("location.hash = 'papers'")
    expect(title).to_contain_text("CBNet")
    page.get_by_role("button", name="‹ Back").click()
    expect(page.locator("#pc-notebook h2")).to_be_visible()
