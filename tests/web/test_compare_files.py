"""The files of the Compare page in a real browser: each export read by a real reader."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from browsing import Window
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, expect
from test_compare_page import compare, exported, head, rows


@pytest.fixture
def page(window: Window) -> Page:
    """The empty Compare page."""
    window.page.get_by_role("link", name="Compare").click()
    expect(window.page.get_by_role("heading", name="Compare papers side by side")).to_be_visible()
    return window.page


def test_each_file_is_what_is_on_the_page(page: Page, browser: Browser, tmp_path: Path) -> None:
    compare(page)
    table = list(csv.DictReader(exported(page, "CSV").splitlines()))
    shown = [row.locator("td").nth(1).locator(".value").inner_text() for row in rows(page).all()]
    assert [line["approach"] for line in table] == shown
    assert all(line["approach"] in line["approach: quote"] for line in table)
    assert table[0]["code or project"] == "not stated in the abstract"
    path = tmp_path / "comparison.html"
    path.write_text(exported(page, "Web page"), "utf-8")
    head(page, "code or project").click()
    page.get_by_role("button", name="Hide this column").click()
    page.get_by_role("searchbox", name="Show rows that contain").fill("imgany")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Download", exact=True).click()
    part = page.locator("#pc-compare .menu .said-so")
    expect(part).to_have_text("As shown: 1 of 3 papers, 7 of 8 columns")
    page.keyboard.press("Escape")
    tokens = MarkdownIt("commonmark").enable("table").parse(exported(page, "Markdown"))
    assert [token.type for token in tokens].count("tr_open") == 2
    assert [token.type for token in tokens].count("td_open") == 8
    other = browser.new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(path.as_uri())
    expect(other.locator("tbody tr")).to_have_count(3)
    other.locator("td summary").first.click()
    quote = other.locator("blockquote").first
    expect(quote).to_be_visible()
    assert quote.inner_text() in other.locator("body").inner_text()
    expect(other.locator("mark").first).to_be_visible()
    assert asked == [path.as_uri()]
    other.close()


def test_a_saved_file_opens_again_and_a_changed_one_does_not(page: Page, tmp_path: Path) -> None:
    compare(page)
    text = exported(page, "File to open again")
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(text, "utf-8")
    whole = json.loads(text)
    stated = next(cell for cell in whole["cells"] if cell["status"] == "stated")
    stated["quotes"][0]["text"] = "Somebody else's words."
    bad.write_text(json.dumps(whole), "utf-8")
    page.get_by_role("button", name="New comparison").click()
    page.locator("#pc-compare input.file").set_input_files(bad)
    expect(page.get_by_role("alert")).to_contain_text("is not in the abstract")
    page.locator("#pc-compare input.file").set_input_files(good)
    expect(page.locator("#pc-compare .chosen.papers .paper")).to_have_count(3)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(rows(page)).to_have_count(3)
