"""The Compare page in a real browser: papers, columns, the table and what one does with it."""

from __future__ import annotations

import csv
import json
import threading
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browsing import WAIT, Window, receive, serving, visiting
from playwright.sync_api import Browser, Locator, Page, expect
from scripted_server import Body, ScriptedServer
from test_cell_writer import columns_of, sentences_of

from rag.settings import Settings

MODALITIES = (
    "How do MultiModN, One Model Multiple Modalities and Image Anything combine modalities?"
)

# How many cells are still to be read when the table is drawn first.
FIRST_PENDING = """() => {
  const body = document.querySelector("#pc-compare tbody");
  window.pending = new Promise((done) => new MutationObserver(
    () => done(body.querySelectorAll(".pending").length)).observe(body, { childList: true }));
}"""


@pytest.fixture
def page(window: Window) -> Page:
    """The empty Compare page."""
    window.page.get_by_role("link", name="Compare").click()
    expect(window.page.get_by_role("heading", name="Compare papers side by side")).to_be_visible()
    return window.page


def compare(page: Page, question: str = MODALITIES) -> None:
    """Find the papers of a question, and compare them to the last row."""
    page.get_by_role("combobox", name="Add papers").fill(question)
    page.get_by_role("option", name="The papers about").click(timeout=WAIT)
    expect(page.locator("#pc-compare .chosen.papers li").first).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Compare", exact=True).click()
    done(page)


def done(page: Page) -> None:
    """Wait until the table is whole."""
    expect(page.locator("#pc-compare .foot")).to_contain_text("cells stated", timeout=WAIT)
    expect(page.locator("#pc-compare .stop")).to_be_hidden(timeout=WAIT)


def add_column(page: Page, words: str, kind: str = "Column") -> None:
    page.get_by_role("combobox", name="Add a column").fill(words)
    page.get_by_role("option", name=f"{kind}: “{words}”").click()


def head(page: Page, aspect: str) -> Locator:
    return page.locator("#pc-compare thead").get_by_role("button", name=aspect, exact=True)


def heads(page: Page) -> list[str]:
    return page.locator("#pc-compare thead .head").all_inner_texts()


def rows(page: Page) -> Locator:
    return page.locator("#pc-compare tbody tr[data-key]")


def cell(page: Page, row: int, aspect: str) -> Locator:
    return rows(page).nth(row).locator(f'td[data-aspect="{aspect}"]')


def exported(page: Page, form: str) -> str:
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as waiting:
        page.locator("#pc-compare .menu").get_by_role("button", name=form).click()
    return Path(waiting.value.path()).read_text("utf-8")


def test_every_paper_has_a_row_and_every_cell_its_sentence(page: Page) -> None:
    add_column(page, "Most AI systems process a single modality", "Claim")
    compare(page)
    expect(rows(page)).to_have_count(3)
    expect(page.locator("#pc-compare tbody td")).to_have_count(27)
    stance = page.locator("#pc-compare td[data-stance]:not([data-stance=''])")
    expect(stance).to_contain_text("most existing AI systems only process")
    stated_cells = page.locator("#pc-compare tbody td[data-status=stated][data-stance='']")
    for stated in stated_cells.all()[:6]:
        stated.click()
        value = stated.locator(".value").inner_text().removesuffix(" ↗")
        lit = " ".join(page.locator("#pc-compare .sheet mark.lit").all_inner_texts())
        assert value in lit or value.startswith("http")
    page.keyboard.press("Escape")
    expect(page.locator("#pc-compare .sheet")).to_be_hidden()
    page.locator("#pc-compare tbody td[data-status=not_stated]").first.click()
    expect(page.locator("#pc-compare .sheet")).to_contain_text("Not stated in the abstract.")
    assert page.locator("#pc-compare .sheet mark.lit").count() == 0
    page.locator("#pc-compare .shared").click()
    expect(page.locator("#pc-compare .sheet h2")).to_have_text("Shared and different")
    page.locator("#pc-compare .sheet .chip").first.click()
    expect(page.locator("#pc-compare tr.lit")).to_have_count(1)
    receive(page, "open-paper")
    rows(page).first.locator("th").click()
    page.get_by_role("button", name="Open in Papers").click()
    expect(page.locator("#pc-papers-page")).to_be_visible()
    assert page.evaluate("window.received")
    page.go_back()
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 780})
    rows(page).first.locator("td").first.click()  # on a phone it covers the page: Back closes it
    page.get_by_role("button", name="Open in Papers").click()
    expect(page.locator("#pc-papers-page")).to_be_visible()
    page.go_back()  # once: the sheet has left no step of its own
    expect(page.locator("#pc-compare .sheet")).to_be_hidden()
    rows(page).first.locator("td").first.click()
    expect(page.locator("#pc-compare .sheet")).to_be_visible()
    page.go_back()
    expect(page.locator("#pc-compare .sheet")).to_be_hidden()
    expect(rows(page).first).to_be_visible()
    assert page.evaluate("history.state?.layer ?? 0") == 0


def test_papers_are_found_as_one_types_and_chosen_with_the_keyboard(page: Page) -> None:
    box = page.get_by_role("combobox", name="Add papers")
    button = page.locator("#pc-compare .run")
    for typed, title in (("mindbr", "MindBridge:"), ("sinet", "SINet:")):
        box.press_sequentially(typed)
        expect(page.get_by_role("option", name=title)).to_be_visible(timeout=WAIT)
        box.press("Enter")
    chosen = page.locator("#pc-compare .chosen.papers .paper")
    expect(chosen).to_have_count(2)
    expect(button).to_be_enabled()
    box.press("Backspace")
    expect(chosen).to_have_count(1)
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", "Add another paper")
    expect(page.locator("#pc-compare .progress")).to_have_text("Add another paper")
    page.get_by_role("button", name="Add similar papers").click()
    expect(chosen).to_have_count(8)
    page.get_by_role("button", name="+3 more").click()
    expect(chosen).to_have_count(11)
    page.get_by_role("button", name="Clear").click()
    expect(chosen).to_have_count(0)


def test_twelve_papers_fit_a_laptop_and_columns_come_one_by_one(page: Page) -> None:
    page.get_by_role("checkbox", name="baseline").uncheck()
    page.get_by_role("combobox", name="Add papers").press_sequentially("mindbr")
    page.get_by_role("option", name="MindBridge:").click(timeout=WAIT)
    page.get_by_role("button", name="Add similar papers").click()
    expect(page.locator("#pc-compare h2 .many").first).to_have_text("11")
    page.evaluate(FIRST_PENDING)
    page.get_by_role("combobox", name="Add papers").press("Enter")
    done(page)
    assert page.evaluate("window.pending") == 77, "the table stands at once, with a place for all"
    expect(page.locator("#pc-compare .pending")).to_have_count(0)
    expect(page.locator("#pc-compare .size")).to_have_text("11 papers · 7 columns")
    expect(rows(page)).to_have_count(11)
    expect(rows(page).last.locator("th")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="+ Column").click()
    add_column(page, "x" * 500)
    expect(page.get_by_role("alert")).to_contain_text("500 characters")
    read: list[str] = []
    page.on("request", lambda asked: read.append(asked.post_data or ""))
    add_column(page, "how many subjects?")
    expect(head(page, "how many subjects?")).to_be_visible(timeout=WAIT)
    add_column(page, "Brain signals differ between subjects", "Claim")
    expect(page.get_by_role("checkbox", name="Brain signals differ")).to_be_checked()
    expect(head(page, "Brain signals differ between subjects")).to_be_visible(timeout=WAIT)
    with page.expect_response(lambda came: "check_column" in (came.request.post_data or "")):
        add_column(page, "How many  subjects?")
    page.get_by_role("button", name="Done").click()
    shown = heads(page)
    assert shown[:3] == ["Paper", "how many subjects?", "Brain signals differ between subjects"]
    assert "baseline" not in shown and len(shown) == 10
    assert any('"known":"{' in text.replace("\\", "") for text in read), "the table goes along"
    page.get_by_role("button", name="Group", exact=True).click()
    page.locator("#pc-compare .menu").get_by_role("button", name="Brain signals").click()
    group = page.locator("#pc-compare tr.group button").last
    expect(group).to_contain_text("Not stated")
    group.press("Enter")
    expect(group).to_have_attribute("aria-expanded", "false")
    expect(group).to_be_focused()
    expect(rows(page)).to_have_count(0)


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
    expect(head(page, "problem")).to_have_count(0)
    head(page, "approach").focus()
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(head(page, "approach")).to_be_focused()
    page.get_by_role("button", name="Full text").click()
    expect(page.get_by_role("button", name="Full text")).to_have_attribute("aria-pressed", "true")
    wide = head(page, "approach").evaluate("node => node.offsetWidth")
    page.reload()
    expect(rows(page).first).to_be_visible(timeout=WAIT)
    expect(rows(page)).to_have_count(2)
    assert heads(page)[1:3] == ["what is new", "approach"]
    expect(head(page, "approach")).to_have_js_property("offsetWidth", wide)
    expect(page.get_by_role("button", name="Full text")).to_have_attribute("aria-pressed", "true")
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


def test_the_arrows_move_through_the_table(page: Page) -> None:
    compare(page)
    page.locator("#pc-compare tbody th").first.click()
    page.keyboard.press("Escape")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    focused = page.locator("#pc-compare td:focus")
    expect(focused).to_contain_text("This paper presents an approach")
    expect(page.locator("#pc-compare .sheet")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator("#pc-compare .sheet h2")).to_contain_text("One Model, Multiple Modalities")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pc-compare .sheet h2")).to_contain_text("Image Anything")
    page.keyboard.press("Escape")
    expect(page.locator("#pc-compare td:focus")).to_contain_text("ImgAny")
    receive(page, "scope")
    for key in ("x", "ArrowUp", "x"):
        page.keyboard.press(key)
    expect(page.locator("#pc-compare .picked")).to_contain_text("2 papers chosen")
    page.get_by_role("button", name="Ask these").click()
    assert len(page.evaluate("window.received")) == 2
    page.get_by_role("button", name="Download references").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="BibTeX", exact=True).click()
    assert Path(waiting.value.path()).read_text("utf-8").count("@") == 2
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("two papers at least")
    page.get_by_role("button", name="Choose none").click()
    page.get_by_role("checkbox", name="Choose row 1").check()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(rows(page)).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(3)


def test_a_cell_is_corrected_and_put_back(page: Page, tmp_path: Path) -> None:
    compare(page)
    aspect = "data or modality"
    cell(page, 0, aspect).click()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name=aspect).fill("See <b> https://example.org/set")
    page.keyboard.press("Enter")
    mine = cell(page, 0, aspect)
    expect(mine).to_have_attribute("data-status", "corrected")
    expect(mine).to_be_focused()
    expect(mine.get_by_role("link")).to_have_attribute("href", "https://example.org/set")
    expect(mine).to_contain_text("corrected by you")
    cell(page, 1, aspect).dblclick()
    page.get_by_role("textbox", name=aspect).fill("")
    page.keyboard.press("Escape")
    expect(cell(page, 1, aspect)).to_have_attribute("data-status", "stated")
    page.reload()
    expect(mine).to_contain_text("<b>", timeout=WAIT)
    text = exported(page, "File to open again")
    assert [c["corrected"] for c in json.loads(text)["cells"]].count(None) == 23
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Read everything again").click()
    done(page)
    expect(mine).to_contain_text("<b>")
    mine.get_by_role("button", name="Put back").click()
    expect(mine).to_have_attribute("data-status", "stated")
    page.get_by_role("button", name="New comparison").click()
    expect(page.locator("#pc-compare .start").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Compare papers side by side")).to_be_visible()
    expect(page.locator(".block.pc-page[data-settled]:visible")).to_have_count(1)
    expect(rows(page)).to_have_count(0)
    path = tmp_path / "mine.json"
    path.write_text(text, "utf-8")
    page.locator("#pc-compare input.file").set_input_files(path)
    expect(mine).to_contain_text("<b>")
    page.get_by_role("button", name="New comparison").click()
    page.get_by_role("list", name="Recent comparisons").get_by_role("button").first.click()
    expect(rows(page)).to_have_count(3)
    expect(mine).to_contain_text("<b>")


def test_an_answer_is_opened_in_compare(window: Window) -> None:
    window.ask("Compare SINet and ConViT")
    window.page.locator(".paper-acts").get_by_role("button", name="Compare").click()
    expect(rows(window.page)).to_have_count(2, timeout=WAIT)
    expect(rows(window.page).first).to_contain_text("SINet")
    window.page.go_back()
    expect(window.page.locator(".turn")).to_be_visible()


def test_a_hostile_paper_stays_text_in_the_table(page: Page) -> None:
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


@pytest.mark.parametrize("window", [{"width": 390, "height": 844}], ids=["phone"], indirect=True)
def test_a_phone_shows_one_column_at_a_time(page: Page) -> None:
    compare(page)
    shown = page.locator("#pc-compare tbody td")
    expect(shown).to_have_count(3)
    page.get_by_role("navigation", name="Column shown").get_by_role(
        "button", name="baseline"
    ).click()
    expect(shown.first).to_have_attribute("data-aspect", "baseline")
    page.get_by_role("navigation", name="Column shown").get_by_role("button", name="All").click()
    expect(shown).to_have_count(24)
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    page.locator("#pc-compare tbody td[data-status=stated]").first.click()
    expect(page.locator("#pc-compare .sheet mark.lit").first).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#pc-compare .sheet")).to_be_hidden()
    expect(shown.first).to_be_visible()


def test_columns_are_suggested_for_the_papers(page: Page) -> None:
    button = page.get_by_role("button", name="Suggest from these papers")
    expect(button).to_be_disabled()
    compare(page, "Which papers reconstruct images from fMRI?")
    page.get_by_role("button", name="Edit", exact=True).click()
    button.click()
    page.get_by_role("button", name="Add the column diffusion model").click(timeout=WAIT)
    expect(head(page, "diffusion model")).to_be_visible(timeout=WAIT)
    assert heads(page)[1] == "diffusion model"


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
        page.get_by_role("combobox", name="Add papers").fill(MODALITIES)
        page.get_by_role("option", name="The papers about").click(timeout=WAIT)
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.locator("#pc-compare tr.draft")).to_have_count(3, timeout=WAIT)
        expect(page.locator("#pc-compare .progress")).to_contain_text("0 of 3 papers put into")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#pc-compare .progress")).to_contain_text("Stopped")
        before = list(csv.DictReader(exported(page, "CSV").splitlines()))
        assert len(before) == 3
        page.get_by_role("button", name="Continue", exact=True).click()
        expect(page.locator("#pc-compare .progress")).to_contain_text("0 of 3 papers put into")
        places = [row.bounding_box() for row in rows(page).all()]
        gate.set()
        expect(page.locator("#pc-compare .foot")).to_contain_text("Endpoint", timeout=WAIT)
        expect(page.locator("#pc-compare tr.draft")).to_have_count(0, timeout=WAIT)
        assert [row.bounding_box() for row in rows(page).all()] == places, "nothing has moved"
        after = list(csv.DictReader(exported(page, "CSV").splitlines()))
        assert [row["title"] for row in after] == [row["title"] for row in before]
        assert after != before, "the model's words stand where the sentence's stood"
        model.status = 500
        page.get_by_role("button", name="+ Column").click()
        add_column(page, "how are modalities combined?")
        expect(page.get_by_role("alert")).to_contain_text("500", timeout=WAIT)
        expect(rows(page)).to_have_count(3)
