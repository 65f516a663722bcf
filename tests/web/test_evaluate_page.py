"""The Evaluate page in a real browser: run, stop, open a case, and ask it again in chat."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import WAIT, Window, serving, visiting
from playwright.sync_api import Browser, Page, expect
from scripted_server import Body, ScriptedServer

from rag.settings import CHECKOUT, Settings

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
    for box in page.locator("#pc-evaluate .kinds input").all():
        box.set_checked(box.get_attribute("value") in kinds)
    page.get_by_label("Maximum number of questions").fill("" if most is None else str(most))


def run(page: Page, *kinds: str, most: int | None = None) -> None:
    choose(page, *kinds, most=most)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible(timeout=WAIT)
    expect(page.locator("#pc-evaluate .lead h2")).to_be_visible()


def test_one_sees_what_is_run_before_it_runs(page: Page) -> None:
    plan = page.locator("#pc-evaluate .plan")
    expect(plan).to_contain_text("1,374 questions")
    choose(page, "list", "far")
    expect(plan).to_contain_text("56 questions")
    page.get_by_role("radio", name="Test").check()
    expect(plan).to_contain_text("25 questions")
    page.get_by_label("Maximum number of questions").fill("3")
    expect(plan).to_contain_text("3 questions, about 1 s")
    page.reload()
    expect(plan).to_contain_text("3 questions", timeout=WAIT)
    page.locator("#pc-evaluate .split input").first.check()
    choose(page)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_disabled()


def test_a_part_is_run_and_its_report_stays(page: Page, server: str, browser: Browser) -> None:
    run(page, "acronym", most=8)
    lead = page.locator("#pc-evaluate .lead")
    expect(lead).to_contain_text("Of 8 answerable single questions")
    expect(lead).to_contain_text("Floors are for runs of all questions")
    row = page.locator(".figures-of tr", has_text="Quote fidelity")
    expect(row).to_contain_text("100%")
    assert page.locator("#pc-evaluate svg.plot").count() == 3
    expect(page.locator("#pc-evaluate .cells-in")).to_contain_text("only some of the questions")
    with visiting(browser, server, {"width": 1440, "height": 900}) as other:
        other.page.goto(f"{server}/#evaluate")
        expect(other.page.locator("#pc-evaluate .lead")).to_contain_text("Of 8", timeout=WAIT)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download report").click()
    text = Path(waiting.value.path()).read_text("utf-8")
    assert waiting.value.suggested_filename == "report.html"
    assert "strictly correct" in text and text.startswith("<!doctype html>")


def test_cases_are_filtered_opened_and_asked_anew(page: Page) -> None:
    run(page, "follow_up", "near", most=24)
    cases = page.locator("#pc-evaluate .case:visible")
    page.get_by_label("Failing or right").select_option("")
    expect(cases).to_have_count(24)
    states = page.locator("#pc-evaluate .case").evaluate_all("all => all.map(c => c.dataset.state)")
    assert states == sorted(states), "what fails comes first"
    page.locator(".of-kind", has_text="Follow-ups").click()
    expect(page.locator("#pc-evaluate .case:visible:not([data-kind=follow_up])")).to_have_count(0)
    question = cases.first.locator(".ask").inner_text()
    page.get_by_label("Cases that contain").fill(question[:30])
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
    expect(turns.last.locator(".foot")).not_to_be_empty()


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
            "1,374 questions × 4.0 s with Endpoint, scripted: about 1.5 h", timeout=WAIT
        )
        choose(page, "fact", most=20)
        page.get_by_role("button", name="Run", exact=True).click()
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
        expect(page.locator("#pc-evaluate .lead")).to_contain_text(f"Of {shown} answerable")
        asked = len(model.requests)
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.locator("#pc-evaluate .lead")).to_contain_text("Of 20", timeout=WAIT)
        assert len(model.requests) > asked


def test_a_set_about_other_papers_is_no_fault(browser: Browser, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    lines = [line for line in CORPUS.read_text("utf-8").split("\n") if line]
    (data / "papers.txt").write_text("\n\n".join(lines[: 5 + 6]) + "\n", "utf-8")
    with (
        serving(data=data, index=tmp_path / "i", llm="quotes") as url,
        visiting(browser, url, {"width": 1440, "height": 900}) as window,
    ):
        expect(window.page.locator(".count")).to_contain_text("3 papers", timeout=WAIT)
        window.page.goto(f"{window.origin}/#evaluate")
        alert = window.page.locator("#pc-evaluate").get_by_role("alert")
        expect(alert).to_contain_text("about the delivered papers", timeout=WAIT)
        expect(window.page.get_by_role("button", name="Run", exact=True)).to_be_disabled()


@pytest.mark.parametrize("window", [{"width": 390, "height": 844}], ids=["phone"], indirect=True)
def test_a_phone_has_figures_and_cases_apart(page: Page) -> None:
    run(page, "far", most=4)
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    expect(page.locator("#pc-evaluate .list")).to_be_hidden()
    page.get_by_role("button", name="Cases", exact=True).click()
    expect(page.locator("#pc-evaluate .numbers")).to_be_hidden()
    page.get_by_label("Failing or right").select_option("")
    expect(page.locator("#pc-evaluate .case:visible")).to_have_count(4)
