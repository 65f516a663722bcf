"""The Papers page over some thousands of papers: rows as they are needed, and a heat map."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browsing import WAIT, Window, serving, visiting
from hashing_embedder import HashingEmbedder
from playwright.sync_api import Browser, Page, Response, expect
from test_papers_page import canvas, look, row, rows, spot, titles

from rag.engine import Engine
from rag.settings import load_settings
from rag.types import Paper

MANY = 5200  # more than are drawn one by one
SAMPLE = 200  # of them, for t-SNE
SUBJECTS = (
    "coral reefs bleach in warm water",
    "glaciers melt under dust",
    "bees find flowers by scent",
    "quasars shine across the sky",
)
LARGEST = 150_000  # bytes of one answer; all rows together have ten times as many


def paper(number: int) -> Paper:
    subject = SUBJECTS[number % len(SUBJECTS)]
    title = f"Paper {number:04} on {subject.split()[0]}"
    return Paper(f"x{number}", title, f"We find that {subject}.", (), number, "many.jsonl")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over many short papers."""
    index = tmp_path_factory.mktemp("many") / "index"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.models.embedding.embedders.load_embedder", lambda *_: HashingEmbedder())
        patch.setattr("rag.retrieval.explore.layout.MOST_PROJECTED", SAMPLE)
        Engine(load_settings(index=index, llm="quotes")).add([paper(n) for n in range(MANY)])
        with serving(index=index, llm="quotes") as url:
            yield url


@pytest.fixture
def opened(browser: Browser, shelf: str) -> Iterator[tuple[Window, list[int]]]:
    """A visitor's Papers page, and the sizes of the answers that it gets."""
    with visiting(browser, shelf, {"width": 1440, "height": 900}) as window:
        page, sizes = window.page, list[int]()

        def note(response: Response) -> None:
            if "component_server" in response.url:
                response.finished()
                sizes.append(len(response.body()))

        page.on("response", note)
        page.get_by_role("link", name="Papers").click()
        expect(rows(page).first).to_be_attached(timeout=WAIT)
        expect(canvas(page)).to_have_attribute("aria-label", re.compile("5,200"), timeout=WAIT)
        yield window, sizes


@pytest.fixture
def page(opened: tuple[Window, list[int]]) -> Page:
    return opened[0].page


def test_rows_come_as_they_are_scrolled_into_view(opened: tuple[Window, list[int]]) -> None:
    page, sizes = opened[0].page, opened[1]
    grid = page.get_by_role("grid", name="Papers")
    expect(grid).to_have_attribute("aria-rowcount", str(MANY + 1))
    assert titles(page)[0] == "Paper 0000 on coral"
    grid.evaluate("node => node.scrollTop = node.scrollHeight")
    expect(row(page, "Paper 5199 on quasars")).to_be_visible()
    expect(row(page, "Paper 5199 on quasars").locator(".num")).to_have_text("5200")
    grid.evaluate("node => node.scrollTop = node.scrollHeight / 2")
    expect(row(page, "Paper 2600 on coral")).to_be_visible()
    assert rows(page).count() < 40, "only the rows that are seen exist"
    assert max(sizes) < LARGEST


def test_many_points_are_a_heat_map_until_one_comes_closer(page: Page) -> None:
    legend = page.locator("#pc-papers-page .legend")
    expect(legend).to_contain_text("A sample of 200 papers was laid out")
    page.wait_for_function(  # it is painted when the browser gets to it
        """() => { const { map } = document.querySelector("#pc-papers-page canvas");
        const { width, height } = map.canvas;
        return map.painter.pen.getImageData(0, 0, width, height).data.some(Boolean); }"""
    )
    place = 3001
    page.mouse.move(*spot(page, place))
    assert look(page, "hovered") == -1, "no paper is meant while they are drawn as a heat map"
    page.evaluate(
        """(at) => { const { map } = document.querySelector("#pc-papers-page canvas");
        map.show({ x: map.cloud.xs[at], y: map.cloud.ys[at], scale: 59000 }); }""",
        place,
    )
    expect(legend).to_be_hidden()
    page.mouse.move(*(side + 1 for side in spot(page, place)))
    hovered = look(page, "hovered")
    assert hovered >= 0
    expect(page.locator("#pc-papers-page .tip")).to_contain_text(f"Paper {hovered:04} on")
    page.mouse.click(*spot(page, place))
    expect(page.locator("#pc-papers-page .reader .id")).to_have_text(f"x{hovered}")


def test_a_search_among_many_is_counted_and_chosen_as_a_whole(page: Page) -> None:
    page.get_by_role("searchbox", name="Search the papers").fill("glacie")
    expect(page.locator("#pc-papers-page .tally")).to_have_text("1,300 papers with this word")
    assert all("glaciers" in title for title in titles(page) if title != "…")
    assert look(page, "dim").count(0) == MANY / len(SUBJECTS)
    page.get_by_role("checkbox", name="Choose all papers shown").check()
    bar = page.get_by_role("region", name="Chosen papers")
    expect(bar).to_contain_text("1,300 chosen")
    expect(bar.get_by_role("button", name="Ask these")).to_be_disabled()
    expect(bar.get_by_role("button", name="Compare")).to_be_disabled()


def test_the_order_of_titles_is_that_of_all_papers(page: Page) -> None:
    by_title = page.get_by_role("columnheader", name="Title").get_by_role("button")
    by_title.click()
    by_title.click()
    expect(row(page, "Paper 5199 on quasars")).to_be_visible()
    assert titles(page)[:2] == ["Paper 5199 on quasars", "Paper 5198 on bees"]


def test_a_chosen_paper_far_down_is_found_again(page: Page) -> None:
    grid = page.get_by_role("grid", name="Papers")
    grid.evaluate("node => node.scrollTop = node.scrollHeight")
    row(page, "Paper 5199 on quasars").get_by_role("checkbox").check()
    expect(page.locator("#pc-papers-page .picked p")).to_have_text("1 chosen")
    page.wait_for_function("sessionStorage['paperchat.papers.1']?.includes('x5199')")
    page.reload()
    expect(page.locator("#pc-papers-page .picked p")).to_have_text("1 chosen", timeout=WAIT)
    assert look(page, "chosen") == [5199]


def test_a_file_of_many_papers_is_one_line_of_the_library(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    sources = page.locator("#pc-library .sources li")
    expect(sources).to_have_count(1)
    expect(sources).to_contain_text("5,200 papers")
