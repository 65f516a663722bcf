"""What a reader does with the Chat page in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from browsing import WAIT, Window, receive, send
from playwright.sync_api import Locator, Page, expect
from test_conversations_page import MULTIMAE, SINET

from eval.dataset import Dataset
from rag.types import Paper
from ui.exports.bundle import read_bundle


@pytest.fixture
def page(window: Window) -> Page:
    window.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return window.page


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


# An entry of the navigation is always there, so that the promise resolves where nothing shifted.
_SHIFTED = """() => new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => {
    resolve(list.getEntriesByType("layout-shift").reduce((sum, { value }) => sum + value, 0));
  });
  for (const type of ["layout-shift", "navigation"]) observer.observe({ type, buffered: true });
})"""


def turn(page: Page, number: int) -> Locator:
    return page.locator(".turn").nth(number)


# ---- sources


_WATCH = """() => {
  window.seen = [];
  const cards = document.querySelector(".cards");
  new MutationObserver(() => window.seen.push({
    at: performance.now(),
    title: cards.querySelector(".title").textContent,
    body: document.querySelectorAll(".turn .body")[1].textContent,
  })).observe(cards, { childList: true, subtree: true });
  document.addEventListener("keydown", () => { window.began = performance.now(); }, true);
}"""


def test_cards_come_before_the_first_word_and_soon(window: Window, page: Page) -> None:
    window.ask(MULTIMAE)  # whatever is loaded once is loaded
    page.evaluate(_WATCH)
    window.ask(SINET)
    first = page.evaluate("window.seen.find(({ title }) => title.includes('SINet'))")
    assert first["body"] == ""
    assert first["at"] - page.evaluate("window.began") < 3000  # a tenth where nothing else runs


def test_a_card_can_be_cited(window: Window, page: Page) -> None:
    window.ask(SINET)
    card = page.locator("#pc-chat .card").first
    card.locator(".cite summary").click()
    card.get_by_role("button", name="BibTeX").click()
    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(page).startswith("@misc{SINetExtremeLightweight,")
    page.keyboard.press("Escape")
    expect(card.get_by_role("group", name="Copy as")).to_be_hidden()


def test_the_second_click_on_a_chip_opens_the_whole_abstract(window: Window, page: Page) -> None:
    window.ask(SINET)
    chip = page.locator(".chip").first
    chip.click()
    expect(page.locator("mark.lit")).to_be_visible()
    expect(page.locator(".card.open")).to_have_count(0)
    chip.click()
    expect(page.locator(".card.open")).to_have_count(1)
    expect(page.locator(".card.open .more")).to_have_attribute("aria-expanded", "true")
    expect(page.locator("mark.lit")).to_be_in_viewport()


# ---- which papers are asked


def test_one_paper_alone_is_asked_and_stays_so(window: Window, page: Page) -> None:
    window.ask(MULTIMAE)
    page.get_by_role("button", name="Ask only this paper").click()
    scope = page.get_by_role("group", name="Which papers are asked")
    expect(scope).to_contain_text("Only this:")
    window.ask("Which papers use Mamba or state space models?")
    expect(turn(page, 1).locator(".within")).to_have_text("Asked only of MultiMAE")
    assert {*page.locator(".card .title").all_inner_texts()} == {
        "MultiMAE: Multi-modal Multi-task Masked Autoencoders"
    }
    page.reload()
    expect(scope).to_contain_text("Only this:")
    scope.get_by_role("button", name="Ask all papers again").click()
    window.ask("Which papers use Mamba or state space models?")
    expect(turn(page, 2).locator(".within")).to_have_count(0)
    expect(turn(page, 2)).to_contain_text("MobileMamba")


def test_other_pages_hand_papers_over(window: Window, page: Page, papers: list[Paper]) -> None:
    many = [{"id": p.paper_id, "title": p.title} for p in papers[:60]]
    page.get_by_role("link", name="Compare").click()
    send(page, "scope", many)
    scope = page.get_by_role("group", name="Which papers are asked")
    expect(scope).to_contain_text("These 60:")
    expect(scope.locator(".paper")).to_have_count(3)
    after = "node => getComputedStyle(node, '::after').content"
    assert scope.locator(".name").first.evaluate(after) == "none"  # the colon is for answers
    scope.get_by_role("button", name="Show all 60 papers").click()
    expect(scope.locator(".paper")).to_have_count(60)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport()
    window.ask("What is SINet?")
    assert turn(page, 0).get_attribute("data-state") == "done"


def test_an_answer_says_to_other_pages_what_it_cites(window: Window, page: Page) -> None:
    receive(page, "cited")
    window.ask(SINET)
    assert page.evaluate("window.received")[0].startswith("sinet-")


# ---- declined


def test_a_declined_question_leads_to_one_that_is_answered(window: Window, page: Page) -> None:
    window.ask("What batch size was SINet trained with?")
    expect(page.locator(".panel-head h2")).to_have_text("Nearest papers")
    turn(page, 0).locator(".abstain .titled").click()
    expect(page.locator(".card.lit .title")).to_contain_text("SINet")
    expect(page.locator(".card.lit .away").first).to_have_attribute("rel", "noopener noreferrer")
    page.locator("#pc-chat .next .try").first.click()
    expect(turn(page, 1)).to_have_attribute("data-state", "done", timeout=WAIT)
    expect(turn(page, 1).locator(".chip").first).to_be_visible()
    expect(turn(page, 1).locator(".question")).to_contain_text("SINet")


# ---- the forms of answers


def test_a_list_names_its_papers_and_goes_on_with_them(window: Window, page: Page) -> None:
    window.ask("Which papers use Mamba or state space models?")
    listed = turn(page, 0)
    expect(listed.locator(".lead")).to_contain_text(re.compile(r"\d+ papers"))
    names = listed.locator("ul.points > li .name")
    expect(names.filter(has_text="MobileMamba")).to_have_count(1)
    names.filter(has_text="MobileMamba").click()
    expect(page.locator(".card.lit .title")).to_contain_text("MobileMamba")
    second = names.nth(1).inner_text()
    window.ask("Tell me about the second one")
    expect(turn(page, 1).locator(".claim").first).to_be_visible()
    expect(page.locator(".card .title").first).to_contain_text(second)


def test_a_count_shows_its_number_and_folds_its_papers(window: Window, page: Page) -> None:
    window.ask("How many papers use transformers?")
    counted = turn(page, 0)
    number = int(counted.locator(".count strong").inner_text())
    lines = counted.locator(".points > li:visible")
    expect(lines).to_have_count(10)
    expect(lines.last.locator(".chip")).to_have_text("10")
    counted.get_by_role("button", name=f"Show all {number}").click()
    expect(lines).to_have_count(number)
    offers = counted.get_by_role("group", name=f"These {number} papers")
    cite = offers.get_by_role("button", name="Cite")
    cite.click()
    page.keyboard.press("Escape")  # closes the menu, and the focus goes back
    expect(page.get_by_role("button", name="Download RIS", exact=True)).to_have_count(0)
    expect(cite).to_be_focused()
    cite.press("Enter")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download RIS", exact=True).click()
    assert Path(waiting.value.path()).read_text("utf-8").count("TI  -") == number
    offers.get_by_role("button", name=f"Ask these {number} papers").click()
    scope = page.get_by_role("group", name="Which papers are asked")
    expect(scope).to_contain_text(f"These {number}:")


def test_an_overview_of_everything_has_groups_whose_papers_open(window: Window, page: Page) -> None:
    window.ask("Give me an overview")
    groups = turn(page, 0).locator(".groups > section")
    expect(groups.first.get_by_role("heading")).to_be_visible()
    expect(groups.first.locator(".size")).to_have_text(re.compile(r"\d+ papers"))
    paper = groups.nth(1).locator(".mini").first
    paper.click()
    title = paper.locator(".whose").inner_text()
    expect(page.locator(".card.lit .title")).to_have_text(title)


def test_papers_that_may_belong_to_a_list_lead_to_their_sentence(
    window: Window, page: Page
) -> None:
    window.ask("Which papers are about neural fields?")
    expect(turn(page, 0).get_by_role("heading", name="Maybe")).to_be_visible()
    maybe = turn(page, 0).locator(".pointers .near").first
    expect(maybe.locator(".ok")).to_have_count(0)
    maybe.click()
    quote = page.locator("mark.lit").inner_text()
    expect(maybe.locator(".quote")).to_have_text(f"“{quote}”")


def test_small_talk_ends_with_questions_to_ask(window: Window, page: Page) -> None:
    window.ask("hello")
    expect(turn(page, 0).locator(".lead")).to_contain_text("83 papers")
    expect(turn(page, 0).locator(".chip, .ok, .foot span")).to_have_count(0)
    turn(page, 0).locator(".lead .try").first.click()
    expect(turn(page, 1)).to_have_attribute("data-state", "done", timeout=WAIT)
    expect(turn(page, 1).locator(".chip").first).to_be_visible()


def test_a_record_leads_to_its_card(window: Window, page: Page) -> None:
    window.ask("Who wrote SINet?")
    said = turn(page, 0).locator(".abstain")
    expect(said).to_contain_text("The records do not say")
    expect(said).to_contain_text("has no authors")
    said.locator(".chip").click()
    expect(page.locator(".card.lit .title")).to_contain_text("SINet")


def test_questions_to_go_on_with_stay_under_every_answer(window: Window, page: Page) -> None:
    window.ask(SINET)
    expect(turn(page, 0).locator(".next .try").first).to_be_visible()
    page.reload()
    expect(turn(page, 0).locator(".next .try").first).to_be_visible()
    turn(page, 0).locator(".next .try").first.click()
    expect(turn(page, 1).locator(".chip").first).to_be_visible(timeout=WAIT)
    expect(turn(page, 0).locator(".next .try").first).to_be_visible()


# ---- what is done with an answer


def test_an_answer_is_copied_with_its_quotes(window: Window, page: Page) -> None:
    window.ask(SINET)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    quote = page.locator(".chip").get_attribute("data-quote")
    assert f"> {quote}" in clipboard(page)
    assert "[1] SINet: Extreme" in clipboard(page)
    html = page.evaluate(
        """navigator.clipboard.read().then(([item]) => item.getType("text/html"))
        .then((blob) => blob.text())"""
    )
    assert f"<blockquote>“{quote}”</blockquote>" in html
    assert '<a href="https://github.com/' in html


def test_an_answer_is_saved_as_a_page_and_as_json(window: Window, page: Page) -> None:
    window.ask(SINET)
    for form, check in (("Web page", "<mark data-start="), ("JSON", '"verdict": "supported"')):
        page.locator(".share summary").click()
        with page.expect_download() as waiting:
            page.get_by_role("button", name=form, exact=True).click()
        text = Path(waiting.value.path()).read_text("utf-8")
        assert check in text
        page.keyboard.press("Escape")
    bundle = read_bundle(text)
    assert bundle.answer.question == SINET
    assert bundle.papers[0].paper_id == bundle.answer.citations[0].paper_id


def test_a_changed_answer_is_not_saved(window: Window, page: Page) -> None:
    window.ask(SINET)
    expect(page.locator(".next .try").first).to_be_visible()  # then the page writes no more
    key = page.evaluate(
        "Object.keys(localStorage).find((key) => key.startsWith('paperchat.chat.1.'))"
    )
    page.evaluate(
        "key => localStorage.setItem(key, localStorage[key].replaceAll('86.9K', '12.3K'))", key
    )
    kept = json.loads(page.evaluate("key => localStorage[key]", key))
    quotes = kept["turns"][0]["feed"]["bundle"]["answer"]["citations"][0]["quotes"]
    quotes[0]["text"] = quotes[0]["text"].replace("12.3K", "99K")
    page.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, json.dumps(kept)])
    page.reload()
    page.locator(".share summary").click()
    page.get_by_role("button", name="JSON", exact=True).click()
    expect(turn(page, 0).get_by_role("alert")).to_contain_text("is not in its abstract")


def test_a_question_is_asked_again_in_its_place_and_edited(window: Window, page: Page) -> None:
    window.ask(MULTIMAE)
    window.ask(SINET)
    first = turn(page, 1).get_attribute("data-turn") or ""
    turn(page, 1).get_by_role("button", name="Retry").click()
    expect(turn(page, 1)).not_to_have_attribute("data-turn", first)
    expect(turn(page, 1)).to_have_attribute("data-state", "done", timeout=WAIT)
    expect(page.locator(".question")).to_have_text([MULTIMAE, SINET])
    turn(page, 0).get_by_role("button", name="Edit").click()
    expect(page.locator("#pc-question")).to_have_value(MULTIMAE)
    expect(page.locator("#pc-question")).to_be_focused()


def test_a_thumb_down_becomes_a_case(
    window: Window, page: Page, web_folder: Path, papers: list[Paper]
) -> None:
    window.ask(MULTIMAE)
    window.ask("Which datasets was it tested on?")
    thumb = turn(page, 1).get_by_role("button", name="A bad answer")
    thumb.click()
    expect(turn(page, 1).get_by_role("status")).to_contain_text("Recorded")
    file = web_folder / "feedback.jsonl"
    (recorded,) = Dataset.load(file, papers).cases  # one click is enough
    assert recorded.question == "Which datasets was it tested on?"
    assert recorded.history[0].content == MULTIMAE
    assert "thumb down: no reason given [answered" in recorded.note
    page.get_by_role("button", name="Something is missing").click()
    expect(turn(page, 1)).to_contain_text("Recorded, with the note “Something is missing”.")
    page.reload()
    expect(thumb).to_have_attribute("aria-pressed", "true")
    (noted,) = Dataset.load(file, papers).cases
    assert noted.id == recorded.id
    assert "thumb down: Something is missing [answered" in noted.note
    thumb.click()
    expect(turn(page, 1)).to_contain_text("Rating taken back.")
    expect(thumb).to_have_attribute("aria-pressed", "false")
    assert not file.exists()


def test_how_an_answer_was_made_is_one_click_away(window: Window, page: Page) -> None:
    window.ask(SINET)
    made = page.locator(".trace")
    expect(made.locator(".story")).to_be_hidden()
    made.get_by_text("How this answer was made").click()
    lines = made.locator(".story > li")
    expect(lines).to_have_count(5)
    expect(lines.nth(1)).to_contain_text("83 abstracts were searched; the nearest 10")
    expect(lines.nth(1).locator(".rows")).to_be_hidden()
    lines.nth(1).locator("summary").click()
    expect(lines.nth(1).locator(".rows li")).to_have_count(10)


# ---- the empty page, the keyboard


def test_the_empty_page_says_what_is_here_and_nothing_moves(page: Page) -> None:
    expect(page.locator(".knows")).to_contain_text("83 papers", timeout=WAIT)
    expect(page.locator(".example")).to_have_count(6, timeout=WAIT)
    topic = page.locator(".topic").nth(1)
    size = topic.locator(".size").inner_text(timeout=WAIT)
    assert page.evaluate(_SHIFTED) < 0.01
    topic.click()
    expect(page.locator(".tally")).to_have_text(
        f"{size.removesuffix(' papers')} of 83 papers", timeout=WAIT
    )


def test_the_keyboard_does_it_all(window: Window, page: Page) -> None:
    window.ask("Which papers use Mamba or state space models?")
    page.locator(".turn .question").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Write a question")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("s")
    expect(page.locator("#pc-chat .card").nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pc-chat .card").nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("#pc-chat .card").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pc-chat .card").last).to_have_class(re.compile("open"))
    page.keyboard.press("/")
    expect(page.locator("#pc-question")).to_be_focused()
    page.keyboard.type("a/b?")  # no shortcut while one writes
    expect(page.locator("#pc-question")).to_have_value("a/b?")
