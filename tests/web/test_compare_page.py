"""The Compare page in a real browser: papers, aspects, the matrix and what one does with it."""

from __future__ import annotations

import csv
import json
import re
import threading
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browsing import WAIT, Window, serving, visiting
from playwright.sync_api import Browser, Locator, Page, expect
from scripted_server import Body, ScriptedServer
from test_cell_writer import columns_of, sentences_of

from rag.settings import Settings

MODALITIES = (
    "How do MultiModN, One Model Multiple Modalities and Image Anything combine modalities?"
)


TITLES = ("MultiModN", "One Model, Multiple Modalities", "Image Anything")


@pytest.fixture
def page(window: Window) -> Page:
    """The empty Compare page."""
    window.page.get_by_role("link", name="Compare").click()
    expect(window.page.get_by_role("heading", name="Compare papers side by side")).to_be_visible()
    return window.page


def compare(page: Page, question: str = MODALITIES) -> None:
    """Find the papers of a question, and compare them to the last row."""
    page.get_by_role("combobox").fill(question)
    page.get_by_role("option", name="The papers about").click(timeout=WAIT)
    expect(page.locator("#pc-compare .chosen.papers li").first).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#pc-compare .foot")).to_contain_text("cells stated", timeout=WAIT)
    expect(page.locator("#pc-compare .stop")).to_be_hidden(timeout=WAIT)


def head(page: Page, aspect: str) -> Locator:
    return page.locator("#pc-compare thead").get_by_role("button", name=aspect, exact=True)


def rows(page: Page) -> Locator:
    return page.locator("#pc-compare tbody tr:visible")


def exported(page: Page, form: str) -> str:
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=form).click()
    return Path(waiting.value.path()).read_text("utf-8")


def test_every_paper_has_a_row_and_every_cell_its_sentence(page: Page) -> None:
    compare(page)
    expect(rows(page)).to_have_count(3)
    expect(page.locator("#pc-compare tbody td")).to_have_count(24)
    for cell in page.locator("#pc-compare tbody td[data-status=stated]").all()[:6]:
        cell.click()
        value = cell.locator(".value").inner_text()
        lit = " ".join(page.locator("#pc-compare .sheet mark.lit").all_inner_texts())
        assert value in lit or value.startswith("http")
    page.keyboard.press("Escape")
    expect(page.locator("#pc-compare .sheet")).to_be_hidden()
    page.locator("#pc-compare tbody td.unsaid").first.click()
    expect(page.locator("#pc-compare .sheet")).to_contain_text("Not stated in the abstract.")
    assert page.locator("#pc-compare .sheet mark.lit").count() == 0


def test_papers_are_found_as_one_types_and_chosen_with_the_keyboard(page: Page) -> None:
    box = page.get_by_role("combobox")
    expect(page.get_by_role("button", name="Compare", exact=True)).to_be_disabled()
    for typed, title in (("mindbr", "MindBridge:"), ("sinet", "SINet:")):
        box.press_sequentially(typed)
        expect(page.get_by_role("option", name=title)).to_be_visible(timeout=WAIT)
        box.press("Enter")
    chosen = page.locator("#pc-compare .chosen.papers li")
    expect(chosen).to_have_count(2)
    box.press("Backspace")
    expect(chosen).to_have_count(1)
    page.get_by_role("button", name="Add the ten nearest").click()
    expect(chosen).to_have_count(11)
    page.get_by_role("button", name="Clear").click()
    expect(chosen).to_have_count(0)


def test_aspects_are_left_out_and_added_in_ones_own_words(page: Page) -> None:
    page.get_by_role("checkbox", name="baseline").uncheck()
    words = page.get_by_role("textbox", name="An aspect in your own words, or a statement")
    for wrong, said in (("", "empty"), ("x" * 500, "500 characters")):
        words.fill(wrong)
        words.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(said)
    words.fill("how are modalities fused?")
    words.press("Enter")
    expect(page.get_by_role("checkbox", name="how are modalities fused?")).to_be_checked()
    words.fill("How are modalities  fused?")
    words.press("Enter")
    expect(page.locator("#pc-compare .chosen.aspects li")).to_have_count(9)
    compare(page)
    expect(head(page, "how are modalities fused?")).to_be_visible()
    expect(head(page, "baseline")).to_have_count(0)


def test_one_sorts_filters_and_hides_by_column(page: Page) -> None:
    compare(page)
    head(page, "Paper").click()
    page.get_by_role("button", name="Sort Z to A").click()
    expect(rows(page).nth(0)).to_contain_text("One Model, Multiple Modalities")
    expect(page.locator("#pc-compare thead th").first).to_have_attribute("aria-sort", "descending")
    head(page, "baseline").click()
    page.get_by_role("button", name="Only stated", exact=True).click()
    expect(rows(page)).to_have_count(2)
    expect(page.locator("#pc-compare .shown")).to_have_text("2 of 3 papers")
    head(page, "problem").click()
    page.get_by_role("button", name="Hide this column").click()
    expect(head(page, "problem")).to_be_hidden()
    page.reload()
    expect(rows(page)).to_have_count(2, timeout=WAIT)
    expect(head(page, "problem")).to_be_hidden()
    for label in (
        "Show problem",
        "Remove the filter on baseline",
        "Back to the order of the papers",
    ):
        page.get_by_role("button", name=label).click()
    expect(rows(page)).to_have_count(3)
    expect(rows(page).nth(0)).to_contain_text("MultiModN")
    page.get_by_role("searchbox", name="Show rows that contain").fill("imgany")
    expect(rows(page)).to_have_count(1)


def test_the_arrows_move_through_the_matrix(page: Page) -> None:
    compare(page)
    page.locator("#pc-compare tbody th").first.click()
    page.keyboard.press("Escape")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    focused = page.locator("#pc-compare td:focus")
    expect(focused).to_contain_text("This paper presents an approach")
    expect(page.locator("#pc-compare .sheet")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#pc-compare .sheet h3")).to_contain_text("One Model, Multiple Modalities")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pc-compare .sheet h3")).to_contain_text("Image Anything")
    page.keyboard.press("Escape")
    expect(page.locator("#pc-compare td:focus")).to_contain_text("ImgAny")


def test_an_answer_is_opened_in_compare(window: Window) -> None:
    window.ask("Compare SINet and ConViT")
    window.page.get_by_role("button", name="Open in Compare").click()
    expect(rows(window.page)).to_have_count(2, timeout=WAIT)
    expect(window.page.locator("#pc-compare .chosen.papers li").first).to_contain_text("SINet")
    window.page.go_back()
    expect(window.page.locator(".turn")).to_be_visible()


def test_a_hostile_paper_stays_text_in_the_matrix(page: Page) -> None:
    compare(page, "How do Zorblax attention and SINet differ in detail?")
    expect(rows(page).filter(has_text="<img src=x")).to_have_count(1)
    rows(page).filter(has_text="<img src=x").locator("td").nth(1).click()
    expect(page.locator("#pc-compare .sheet")).to_contain_text("<script>")
    assert page.evaluate("window.pwned") is None
    assert page.locator("#pc-compare :is(img, script)").count() == 0
    text = exported(page, "Web page")
    found: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(tag)

    Tags().feed(text)
    assert not {"img", "script"} & set(found)


def test_one_paper_is_not_compared(page: Page) -> None:
    page.get_by_role("combobox").fill("sinet")
    page.get_by_role("option", name="SINet").first.click()
    button = page.get_by_role("button", name="Compare", exact=True)
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", re.compile("2 to 50 papers"))


@pytest.mark.parametrize("window", [{"width": 390, "height": 844}], ids=["phone"], indirect=True)
def test_a_phone_scrolls_the_matrix_and_not_the_page(page: Page) -> None:
    compare(page)
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    first = page.locator("#pc-compare tbody th").first
    where = "node => node.getBoundingClientRect().x"  # the page above may still be moving down
    before = first.evaluate(where)
    page.locator("#pc-compare .grid").evaluate("node => node.scrollLeft = 400")
    assert first.evaluate(where) == before, "the first column stays"
    page.locator("#pc-compare tbody td[data-status=stated]").first.click()
    expect(page.locator("#pc-compare .sheet mark.lit").first).to_be_in_viewport()


def test_a_statement_is_a_column_of_stances(page: Page) -> None:
    words = page.get_by_role("textbox", name="An aspect in your own words, or a statement")
    words.fill("Most AI systems process a single modality")
    page.get_by_role("button", name="Add statement").click()
    column = page.get_by_role("checkbox", name="Most AI systems process a single modality")
    expect(column).to_be_checked()
    compare(page)
    stance = rows(page).filter(has_text="One Model, Multiple").locator("td[data-stance]")
    expect(stance.locator(".sentence")).to_contain_text("most existing AI systems only process")
    stance.click()
    expect(page.locator("#pc-compare .sheet mark.lit").first).to_contain_text(
        "most existing AI systems only"
    )


def test_columns_are_proposed_for_the_papers(page: Page) -> None:
    button = page.get_by_role("button", name="Propose")
    expect(button).to_be_disabled()
    compare(page, "Which papers reconstruct images from fMRI?")
    before = page.locator("#pc-compare .chosen.aspects li").count()
    button.click()
    expect(page.get_by_role("checkbox", name="diffusion model")).to_be_checked(timeout=WAIT)
    assert page.locator("#pc-compare .chosen.aspects li").count() > before


def test_a_model_words_a_matrix_that_is_there_already(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    gate = threading.Event()

    def write(body: Body) -> str:
        gate.wait(30)
        numbered = sentences_of(body)
        words = {
            key: " ".join(numbered[n].split()[:8]) for n, key in enumerate(columns_of(body), 1)
        }
        return json.dumps(
            {key: {"source": n, "value": words[key]} for n, key in enumerate(words, start=1)}
        )

    with (
        ScriptedServer(write) as model,
        serving(
            index=settings.index, llm="openai", llm_base_url=model.url, llm_model="scripted"
        ) as url,
        visiting(browser, url, {"width": 1440, "height": 900}) as window,
    ):  # fmt: skip
        page = window.page
        expect(page.locator(".mode")).to_contain_text("Endpoint", timeout=WAIT)
        page.get_by_role("link", name="Compare").click()
        page.get_by_role("combobox").fill(MODALITIES)
        page.get_by_role("option", name="The papers about").click(timeout=WAIT)
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.locator("#pc-compare tr.draft")).to_have_count(3, timeout=WAIT)
        expect(page.locator("#pc-compare .progress")).to_contain_text("0 of 3 papers")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#pc-compare .progress")).to_contain_text("Stopped")
        before = list(csv.DictReader(exported(page, "CSV").splitlines()))
        assert len(before) == 3
        gate.set()
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.locator("#pc-compare .foot")).to_contain_text("Endpoint", timeout=WAIT)
        expect(page.locator("#pc-compare tr.draft")).to_have_count(0, timeout=WAIT)
        after = list(csv.DictReader(exported(page, "CSV").splitlines()))
        assert [row["title"] for row in after] == [row["title"] for row in before]
        assert after != before, "the model's words stand where the sentence's stood"
        model.status = 500
        page.get_by_role("textbox", name="An aspect in your own words").fill(
            "how are modalities combined?"
        )
        page.get_by_role("button", name="Add aspect").click()
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("500", timeout=WAIT)
        expect(rows(page)).to_have_count(3)
