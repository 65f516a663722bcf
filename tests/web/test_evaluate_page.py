"""The Evaluate page in a real browser: run, stop, open a case, and ask it again in chat."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import WAIT, Window, serving, visiting
from playwright.sync_api import Browser, Page, expect
from scripted_server import Body, ScriptedServer

from eval.cases import as_line
from eval.own import own_case
from rag.settings import CHECKOUT, Settings
from ui.questions import read_cases

CORPUS = CHECKOUT / "data" / "trending-papers.txt"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[str]:
    """A server of this file's own: its evaluations are nobody else's."""
    folder = tmp_path_factory.mktemp("evaluate")
    (folder / "index").symlink_to(settings.index)  # the report goes beside it
    with serving(index=folder / "index", llm="quotes") as url:
        yield url


@pytest.fixture(params=[{"width": 1440, "height": 900}], ids=["wide"])
def window(request: pytest.FixtureRequest, server: str, browser: Browser) -> Iterator[Window]:
    with visiting(browser, server, request.param) as opened:
        yield opened


@pytest.fixture
def page(window: Window) -> Page:
    window.page.goto(f"{window.origin}/#evaluate")
    expect(window.page.locator("#pc-evaluate .plan strong").first).to_be_visible(timeout=WAIT)
    return window.page


def choose(page: Page, *kinds: str, most: int | None = None) -> None:
    page.locator("#pc-evaluate [name=pc-source][value=delivered]").check()
    folded = page.locator("#pc-evaluate .kinds")
    if folded.get_attribute("open") is None:
        folded.locator("summary").click()
    for box in folded.locator("input").all():
        box.set_checked(box.get_attribute("value") in kinds)
    page.get_by_label("Maximum number of questions").fill("" if most is None else str(most))


def press_run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


def test_a_part_is_run_and_its_report_stays(page: Page, server: str, browser: Browser) -> None:
    evaluate, plan = page.locator("#pc-evaluate"), page.locator("#pc-evaluate .plan")
    expect(page.locator("#pc-head [aria-current=page]")).to_have_text("Settings")
    expect(plan).to_contain_text("1,402 questions")
    choose(page, "list", "far")
    expect(plan).to_contain_text("56 questions")
    expect(evaluate.locator(".kinds label", has_text="Lists").locator("small")).not_to_be_empty()
    page.get_by_role("radio", name="Never seen").check()
    expect(plan).to_contain_text("25 questions")
    page.get_by_label("Maximum number of questions").fill("3")
    expect(plan).to_contain_text("3 questions, about 1 s")
    choose(page)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_disabled()
    page.get_by_role("radio", name="All", exact=True).check()

    choose(page, "follow_up", "near", most=24)
    press_run(page)
    lead = evaluate.locator(".lead")
    expect(lead).to_contain_text("24 questions in", timeout=WAIT)
    expect(lead.locator("h2")).to_contain_text("of 24 questions answered as they should be")
    row = evaluate.locator("[data-figure=quote_fidelity]")
    expect(row).to_contain_text("All quotes stand word for word in their abstract.")
    row.locator("summary").click()
    expect(row.locator(".sure")).to_contain_text("Measured on")
    assert "floor" not in evaluate.inner_text().lower()
    assert evaluate.locator("svg.plot").count() == 3
    with visiting(browser, server, {"width": 390, "height": 844}) as other:
        phone = other.page
        phone.goto(f"{server}/#evaluate")
        expect(phone.locator("#pc-evaluate .lead")).to_contain_text("24 questions", timeout=WAIT)
        assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        expect(phone.locator("#pc-evaluate .list")).to_be_hidden()
        phone.get_by_role("button", name="Questions", exact=True).click()
        expect(phone.locator("#pc-evaluate .numbers")).to_be_hidden()
        phone.get_by_label("Failing or right").select_option("")
        expect(phone.locator("#pc-evaluate .case:visible")).to_have_count(24)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download report").click()
    text = Path(waiting.value.path()).read_text("utf-8")
    assert waiting.value.suggested_filename == "report.html"
    assert "strictly correct" in text and text.startswith("<!doctype html>")

    cases = evaluate.locator(".case:visible")
    page.get_by_label("Failing or right").select_option("")
    expect(cases).to_have_count(24)
    states = evaluate.locator(".case").evaluate_all("all => all.map(c => c.dataset.state)")
    assert states == sorted(states), "what fails comes first"
    evaluate.locator(".of-kind", has_text="Follow-ups").click()
    expect(evaluate.locator(".case:visible:not([data-kind=follow_up])")).to_have_count(0)
    question = cases.first.locator(".ask").inner_text()
    page.get_by_label("Questions that contain").fill(question[:30])
    cases.first.locator("summary").click()
    inside = cases.first.locator(".inside")
    expect(inside).to_contain_text("Asked before", timeout=WAIT)
    assert inside.locator(".source mark").count() >= 1
    before = inside.locator(".turn").first.inner_text().removeprefix("Asked").strip()
    page.get_by_role("button", name="Replay in chat").click()
    turns = page.locator(".turn[data-turn]")
    expect(turns).to_have_count(2)
    expect(turns.first).to_contain_text(before)
    expect(turns.last.locator(".question")).to_have_text(question)
    expect(turns.last).to_have_attribute("data-state", "done", timeout=WAIT)
    page.get_by_role("link", name="Settings", exact=True).click()
    card = page.get_by_role("link", name="How good are the answers?")
    expect(card).to_contain_text("of 24 questions answered as they should be")
    card.click()
    expect(lead).to_be_visible()


def test_a_stop_keeps_what_was_run_and_questions_go_on(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    gate, held = threading.Event(), threading.Semaphore(3)

    def write(body: Body) -> str:
        asked = str(body["messages"])
        if "Zorblax" not in asked and not held.acquire(blocking=False):
            gate.wait(30)
        return '{"claims": []}'

    (tmp_path / "index").symlink_to(settings.index)
    with (
        ScriptedServer(write) as model,
        serving(
            index=tmp_path / "index", llm="openai", llm_base_url=model.url, llm_model="scripted"
        ) as url,
        visiting(browser, url, {"width": 1440, "height": 900}) as window,
        visiting(browser, url, {"width": 1440, "height": 900}) as other,
    ):  # fmt: skip
        page = window.page
        expect(page.locator(".mode")).to_contain_text("Endpoint", timeout=WAIT)
        page.goto(f"{url}/#evaluate")
        expect(page.locator("#pc-evaluate .plan")).to_contain_text(
            "1,402 questions × 4.0 s with Endpoint, scripted: about 1.6 h", timeout=WAIT
        )
        choose(page, "fact", most=20)
        press_run(page)
        figures = page.locator("#pc-evaluate .work .figures")
        expect(figures).to_contain_text("of 20 questions", timeout=WAIT)
        other.page.goto(f"{url}/#evaluate")
        expect(other.page.get_by_role("button", name="Stop")).to_be_visible(timeout=WAIT)
        other.page.get_by_role("link", name="Chat", exact=True).click()
        other.ask("What is Zorblax SINet?")
        page.reload()
        expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=WAIT)
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("button", name="Stopping…")).to_be_disabled()
        gate.set()
        expect(page.locator("#pc-evaluate .plan")).to_contain_text("Stopped", timeout=WAIT)
        shown = page.locator("#pc-evaluate .case").count()
        assert 1 <= shown < 20
        expect(page.locator("#pc-evaluate .lead")).to_contain_text(f"{shown} question")
        asked = len(model.requests)
        press_run(page)
        expect(page.locator("#pc-evaluate .lead")).to_contain_text("20 questions", timeout=WAIT)
        assert len(model.requests) > asked


def test_other_papers_have_questions_of_their_own(browser: Browser, tmp_path: Path) -> None:
    """Without a question set there are thumbs, one's own questions, and a check without answers."""
    data = tmp_path / "data"
    data.mkdir()
    lines = [line for line in CORPUS.read_text("utf-8").split("\n") if line]
    (data / "papers.txt").write_text("\n\n".join(lines[: 5 + 6]) + "\n", "utf-8")
    rated = own_case("What is SINet?").model_copy(
        update={"id": "feedback-1", "note": "thumb down: Wrong paper [answered; now]"}
    )
    (tmp_path / "feedback.jsonl").write_text(as_line(rated) + "\n", "utf-8")
    with (
        serving(data=data, index=tmp_path / "i", llm="quotes") as url,
        visiting(browser, url, {"width": 1440, "height": 900}) as window,
    ):
        page, evaluate = window.page, window.page.locator("#pc-evaluate")
        expect(page.locator(".count")).to_contain_text("3 papers", timeout=WAIT)
        page.goto(f"{url}/#evaluate")
        made = evaluate.locator("[data-source=made]")
        expect(made.locator("input")).to_be_checked(timeout=WAIT)
        expect(evaluate.locator("[data-source=delivered]")).to_be_hidden()
        expect(evaluate.get_by_role("alert")).to_have_count(0)
        press_run(page)
        lead = evaluate.locator(".lead h2")
        expect(lead).to_contain_text("sentences supported by the quotes", timeout=WAIT)

        evaluate.locator("[data-source=rated]").click()
        expect(evaluate.locator("[data-source=rated]")).to_contain_text("1 (0 good, 1 bad)")
        evaluate.locator(".all-rated summary").click()
        expect(evaluate.locator(".rated-list li")).to_have_text("Bad What is SINet? Wrong paper")
        press_run(page)
        expect(evaluate.locator(".case")).to_have_count(1, timeout=WAIT)

        evaluate.locator("[data-source=own]").click()
        page.get_by_label("Question", exact=True).fill("By how much does SINet get smaller?")
        page.get_by_label("Papers that the answer cites").fill("SINet")
        page.get_by_role("option", name="SINet: Extreme Lightweight").click()
        page.get_by_role("button", name="Keep the question").click()
        own = evaluate.locator(".own-list li")
        expect(own).to_have_count(1)
        expect(own).to_contain_text("from SINet: Extreme Lightweight")
        evaluate.locator(".from-file summary").click()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Template, CSV").click()
        template = Path(waiting.value.path()).read_text("utf-8")
        page.get_by_label("A file of questions").set_input_files(
            {"name": "q.csv", "mimeType": "text/csv", "buffer": b"question,papers\nWhat?,Nope\n"}
        )
        told = evaluate.locator(".told")
        expect(told).to_contain_text("Line 2: no paper here has the title “Nope”.")
        page.get_by_label("A file of questions").set_input_files(
            {"name": "q.csv", "mimeType": "text/csv", "buffer": template.encode()}
        )
        expect(told).to_contain_text("3 questions are stored with this collection.")
        expect(own).to_have_count(4)
        page.reload()
        expect(own).to_have_count(4, timeout=WAIT)
        press_run(page)
        expect(lead).to_contain_text("of 4 questions answered as they should be", timeout=WAIT)
        own.first.get_by_role("button", name="Delete").click()
        expect(own).to_have_count(3)
    stored = read_cases(tmp_path / "questions.jsonl")
    assert [case.kind for case in stored] == ["own"] * 3
