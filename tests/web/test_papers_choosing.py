"""Choosing papers on the Papers page in a real browser, and what is done with them."""

from __future__ import annotations

import re

import pytest
from browsing import DRAWN, WAIT, Window, receive
from playwright.sync_api import Page, expect
from test_papers_page import (
    canvas,
    draw_around,
    everything,
    look,
    row,
    rows,
    search,
    spot,
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


def test_a_lasso_sets_the_scope(page: Page) -> None:
    page.get_by_role("button", name="Lasso").click()
    x, y = spot(page, 0)
    draw_around(page, [(x - 4, y - 4), (x + 4, y - 4), (x + 4, y + 4), (x - 4, y + 4)])
    assert 0 in look(page, "chosen")
    bar = page.get_by_role("region", name="Chosen papers")
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    page.keyboard.down("Shift")
    draw_around(page, everything(page))
    page.keyboard.up("Shift")
    expect(bar).to_contain_text("83 chosen")
    expect(bar.get_by_role("button", name="Compare")).to_be_disabled()
    expect(bar.get_by_role("button", name="Compare")).to_have_attribute(
        "title", "A comparison takes 2 to 50 papers; there are 83."
    )
    bar.get_by_role("button", name="Clear").click()
    for title in ("SINet", "CBNet"):
        row(page, title).get_by_role("checkbox").check()
    receive(page, "scope")
    bar.get_by_role("button", name="Ask these 2 papers").click()
    expect(page.locator("#pc-question")).to_be_visible()
    scope = page.evaluate("window.received")
    assert [paper["title"].split(":")[0] for paper in scope] == ["SINet", "CBNet"]
    assert all(paper["id"] for paper in scope)


def test_a_lasso_takes_no_paper_that_the_search_leaves_out(page: Page) -> None:
    search(page, "mamba")
    count = look(page, "dim").count(0)
    page.get_by_role("button", name="Lasso").click()
    draw_around(page, everything(page))
    expect(page.locator("#pc-papers-page .picked p")).to_have_text(f"{count} chosen")


def test_chosen_papers_are_compared(page: Page) -> None:
    search(page, "mamba")
    page.get_by_role("checkbox", name="Choose all papers shown").check()
    chosen = look(page, "chosen")
    assert 2 <= len(chosen) <= 50
    page.get_by_role("region", name="Chosen papers").get_by_role("button", name="Compare").click()
    expect(page.locator("#pc-compare tbody tr")).to_have_count(len(chosen), timeout=WAIT)
    page.go_back()
    page.reload()
    expect(page.locator("#pc-papers-page .picked p")).to_have_text(
        f"{len(chosen)} chosen", timeout=WAIT
    )


def test_what_can_be_filtered_by_is_what_was_asked_for_last(page: Page) -> None:
    hidden = page.evaluate(
        """async () => {
        const { FilterButton } = (await import('paperchat')).modules['shared/filter.js'];
        const answers = [], hidden = [], button = document.createElement('button');
        const ask = () => new Promise((answer) => answers.push(answer));
        new FilterButton(button, { root: document.body, ask }).offer(); // the second time
        for (const [at, years] of [[1, []], [0, [1999, 2021]]]) {
            answers[at]({ years, authors: [], venues: [], tags: [], sources: [] });
            await new Promise((next) => setTimeout(next));
            hidden.push(button.hidden);
        }
        return hidden;
        }"""
    )
    assert hidden == [True, True]  # the answer with years came late
