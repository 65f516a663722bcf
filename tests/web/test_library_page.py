"""The Library page in a real browser: files are added, reported on, and removed again."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import WAIT, Window, serving, visiting
from indexes import CORPUS
from playwright.sync_api import Browser, Locator, Page, expect
from test_accessible import findings

BIB = r"""
@article{reef, title = {Coral Reefs under {Heat}}, author = {Reef, Cora and M{\"u}ller, J{\"o}rg},
  year = 2021, journal = {Sea}, doi = {10.1000/reef},
  abstract = {We measure how corals bleach. Bleaching rises by 30\% with each degree.}}
@misc{bare, title = {A Paper without an Abstract}, year = 1999}
@article{broken, title = {Never closed
"""
CSV = (
    "Title,Abstract,Year,DOI\n"
    "Coral reefs under heat,We measure how corals bleach. "
    "Bleaching rises by 30% with each degree.,2021,10.1000/reef\n"
    "Glaciers and Dust,Dust darkens glaciers. They melt 12% faster in dusty years.,2023,\n"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dropped")
    (folder / "reefs.bib").write_text(BIB, "utf-8")
    (folder / "more.csv").write_text(CSV, "utf-8")
    (folder / "noise.bib").write_bytes(bytes(range(256)) * 8)
    return folder


@pytest.fixture(scope="module")
def shelf(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over twelve of the delivered papers, for this module alone."""
    folder = tmp_path_factory.mktemp("shelf")
    blocks = CORPUS.read_text("utf-8").split("\n\n")
    (folder / "data").mkdir()
    (folder / "data" / "papers.txt").write_text("\n\n".join(blocks[: 5 + 24]), "utf-8")
    with serving(
        data=folder / "data",
        index=folder / "index",
        collections=folder / "collections",
        llm="quotes",
    ) as url:
        yield url


@pytest.fixture
def page(
    browser: Browser, shelf: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The Library page, on a collection of this test's own that holds the same twelve papers."""
    blocks = CORPUS.read_text("utf-8").split("\n\n")
    (tmp_path / "papers.txt").write_text("\n\n".join(blocks[: 5 + 24]), "utf-8")
    with visiting(browser, shelf, {"width": 1440, "height": 900}) as window:
        page = window.page
        page.locator("#pc-head").get_by_role("link", name="Library").click()
        expect(here(page, ".collections .current")).to_have_count(1, timeout=WAIT)
        here(page, ".new .named").fill(f"t{abs(hash(request.node.name))}")
        here(page, ".new .named").press("Enter")
        expect(page.locator("#pc-head .count")).to_have_text("0 papers", timeout=WAIT)
        add(page, tmp_path / "papers.txt")
        expect(page.locator("#pc-head .count")).to_have_text("12 papers", timeout=WAIT)
        yield page
        if here(page, ".stop").is_visible():
            here(page, ".stop").dispatch_event("click")  # it may be hidden by now
            expect(here(page, ".running")).to_be_hidden(timeout=WAIT)


def here(page: Page, selector: str) -> Locator:
    return page.locator(f"#pc-library {selector}")


def add(page: Page, *files: Path) -> None:
    """Choose files and wait for the ledger."""
    here(page, ".pick").set_input_files([str(file) for file in files])
    expect(here(page, ".running")).to_be_hidden(timeout=WAIT)
    expect(here(page, ".counts")).to_be_visible(timeout=WAIT)


def counts(page: Page) -> dict[str, int]:
    said = here(page, ".counts li").all_inner_texts()
    return {name: int(number) for number, name in (text.split() for text in said)}


def test_files_go_in_and_the_ledger_tells_of_every_record(
    page: Page, shelf: str, files: Path
) -> None:
    guest = page.context.new_page()
    guest.goto(shelf)
    expect(guest.locator("#pc-head .mode")).to_contain_text("Quotes only", timeout=WAIT)
    page.get_by_role("link", name="Papers", exact=True).click()
    drawn = "() => document.querySelector('#pc-papers-page canvas').map?.count === 12"
    page.wait_for_function(drawn)
    page.locator("#pc-head").get_by_role("link", name="Library").click()
    add(page, files / "reefs.bib", files / "more.csv", files / "noise.bib")
    told = counts(page)
    assert (told["added"], told["merged"], told["rejected"]) == (3, 1, 2)
    expect(page.locator("#pc-head .count")).to_have_text("15 papers", timeout=WAIT)
    rejects = here(page, ".rejects").inner_text()
    assert "noise.bib" in rejects and "reefs.bib" in rejects
    expect(here(page, ".totals")).to_contain_text("1 without an abstract")
    expect(page.locator("#pc-head .came")).to_be_hidden()
    guest.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # it looks at once
    came = guest.locator("#pc-head .came")
    expect(came).to_contain_text(re.compile(r"3 papers were added: .+ and 2 more\."), timeout=WAIT)
    came.get_by_role("button", name="See on Papers").click()
    expect(guest.locator("#pc-papers-page .cited")).to_have_text("The 3 papers added last")
    expect(came).to_be_hidden()
    guest.close()
    assert {text.split("\n")[0] for text in here(page, ".sources li").all_inner_texts()} == {
        "papers.txt", "reefs.bib", "more.csv",
    }  # fmt: skip
    with page.expect_download() as waiting:
        here(page, ".save").click()
    ledger = json.loads(Path(waiting.value.path()).read_text("utf-8"))
    assert ledger["papers"] == 15 and len(ledger["merged"]) == 1
    # What came in is answered from, narrowed by, and on the map.
    here(page, ".see").click()
    expect(page.locator("#pc-papers-page .cited")).to_have_text("The 3 papers added last")
    expect(page.locator("#pc-papers-page .tally")).to_have_text("15 papers", timeout=WAIT)
    expect(page.locator("#pc-papers-page .fresh")).to_have_text("3 new", timeout=WAIT)
    page.locator("#pc-papers-page canvas").press("ArrowRight")
    expect(page.locator("#pc-papers-page .chart p.sr")).to_contain_text(". ")
    page.get_by_role("link", name="Chat", exact=True).click()
    page.locator("#pc-question").fill("By how much does bleaching rise with each degree?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_attribute("data-state", "done", timeout=WAIT)
    expect(page.locator(".turn .answer")).to_contain_text("30%")
    expect(page.locator(".card .byline").first).to_have_text("Reef & Müller · Sea · 2021")


def test_papers_are_narrowed_where_they_are_looked_at_and_asked(page: Page, files: Path) -> None:
    add(page, files / "reefs.bib", files / "more.csv")
    page.get_by_role("link", name="Papers", exact=True).click()
    tally = page.locator("#pc-papers-page .tally")
    expect(tally).to_have_text("15 papers", timeout=WAIT)
    page.locator("#pc-papers-page").get_by_role("button", name="Filter").click()
    page.get_by_role("spinbutton", name="From").fill("2021")
    page.get_by_role("button", name="Apply").click()
    expect(tally).to_have_text("2 of 15 papers")
    page.get_by_role("button", name="from 2021 on").click()
    page.get_by_role("dialog").get_by_role("button", name="All papers").click()
    expect(tally).to_have_text("15 papers")
    page.get_by_role("link", name="Chat", exact=True).click()
    page.locator("#pc-chat").get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name="Author").fill("Muller")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="Only papers by Muller")).to_be_visible()
    page.locator("#pc-question").fill("Which papers study what gets worse?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn .foot")).to_contain_text("Only papers by Muller", timeout=WAIT)
    titles = page.locator("#pc-chat .card .title").all_inner_texts()
    assert titles == ["Coral Reefs under Heat"]
    page.reload()
    expect(page.get_by_role("button", name="Only papers by Muller")).to_be_visible(timeout=WAIT)


def test_the_ledger_is_accessible_and_fits_a_phone(page: Page, files: Path) -> None:
    add(page, files / "reefs.bib", files / "more.csv", files / "noise.bib")
    window = Window(page, "")
    assert findings(window.page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]


def test_an_import_is_taken_back(page: Page, files: Path) -> None:
    page.route(
        "**/library/files",
        lambda route: (
            route.fulfill(status=400, body="noise.bib is too large.")
            if route.request.headers["x-file-name"] == "noise.bib"
            else route.continue_()
        ),
    )
    add(page, files / "more.csv", files / "noise.bib")
    assert counts(page)["added"] == 2
    expect(page.get_by_role("alert")).to_contain_text("noise.bib is too large.")  # it stays
    here(page, ".undo").click()
    expect(here(page, ".totals")).to_contain_text("Undone", timeout=WAIT)
    assert counts(page)["removed"] == 2
    expect(page.locator("#pc-head .count")).to_have_text("12 papers", timeout=WAIT)
    expect(here(page, ".undo")).to_be_hidden()


def test_one_source_is_taken_out_and_what_another_tells_stays(page: Page, files: Path) -> None:
    add(page, files / "reefs.bib", files / "more.csv")
    page.get_by_role("button", name="Remove the papers of more.csv").click()
    expect(here(page, ".sources li")).to_have_count(2, timeout=WAIT)
    expect(page.locator("#pc-head .count")).to_have_text("14 papers", timeout=WAIT)


def test_collections_are_made_changed_and_deleted(page: Page, files: Path) -> None:
    named = here(page, ".new .named")
    named.fill("../up")
    named.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("cannot be called")
    named.fill("reefs")
    named.press("Enter")
    expect(here(page, ".collections .current")).to_contain_text("reefs", timeout=WAIT)
    expect(page.locator("#pc-head .count")).to_have_text("0 papers", timeout=WAIT)
    page.get_by_role("link", name="Papers", exact=True).click()
    expect(page.locator("#pc-papers-page .none")).to_contain_text(
        "no papers here yet", timeout=WAIT
    )
    page.locator("#pc-head").get_by_role("link", name="Library").click()
    add(page, files / "more.csv")
    expect(page.locator("#pc-head .count")).to_have_text("2 papers", timeout=WAIT)
    page.get_by_role("link", name="Chat", exact=True).click()
    expect(page.locator("#pc-chat .knows")).to_contain_text("2 papers", timeout=WAIT)
    page.locator("#pc-head").get_by_role("link", name="Library").click()
    here(page, ".collections .pick-it").nth(1).click()
    expect(page.locator("#pc-head .count")).to_have_text("12 papers", timeout=WAIT)
    page.get_by_role("button", name="Rename reefs").click()
    page.get_by_role("textbox", name="New name of reefs").fill("seas")
    page.keyboard.press("Enter")
    delete = page.get_by_role("button", name="Delete seas")
    delete.click()
    delete.click()
    expect(delete).to_have_count(0, timeout=WAIT)


def test_questions_go_on_while_papers_come_in(
    page: Page, browser: Browser, files: Path, tmp_path: Path
) -> None:
    rows = [f"On Topic {n},Topic {n} is hard. We solve it in {n} ways.," for n in range(2000)]
    (tmp_path / "many.csv").write_text("title,abstract,year\n" + "\n".join(rows), "utf-8")
    here(page, ".pick").set_input_files(str(tmp_path / "many.csv"))
    expect(here(page, ".work")).to_contain_text("Indexing", timeout=WAIT)
    origin = page.url.partition("#")[0].rstrip("/")
    with visiting(browser, origin, {"width": 1000, "height": 800}) as other:
        other.ask("What is SINet?")
        expect(other.page.locator(".turn .chip").first).to_be_visible()
        expect(here(page, ".work")).to_contain_text(re.compile(r"Indexing|Opening"))
    here(page, ".stop").dispatch_event("click")  # also where it is done already, and hidden
    expect(here(page, ".counts")).to_be_visible(timeout=WAIT)
    expect(here(page, ".totals")).to_contain_text(
        re.compile("Stopped|2012 papers now|2,012 papers now")
    )


def test_files_dropped_anywhere_go_in(page: Page) -> None:
    page.get_by_role("link", name="Chat", exact=True).click()
    page.evaluate(
        """(text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "dropped.csv"));
        const how = { dataTransfer: data, bubbles: true, cancelable: true };
        for (const kind of ["dragenter", "dragover", "drop"])
            document.body.dispatchEvent(new DragEvent(kind, how));
        }""",
        CSV,
    )
    expect(here(page, ".reading")).to_contain_text("dropped.csv", timeout=WAIT)
    # Until this import is done, the counts are those of the last one.
    added = here(page, ".counts li").filter(has_text="added")
    expect(added).to_have_text(re.compile(r"^\s*2\s+added"), timeout=WAIT)


@pytest.mark.parametrize(
    ("host", "name", "status", "said"),
    [
        ("papers.example", "a.bib", 421, "PAPERCHAT_ALLOWED_HOSTS"),
        ("localhost:7860", "", 400, "no name"),
        ("localhost:7860", "../..", 400, "no name"),
        ("localhost:7860", "a%2Fb.bib", 200, "token"),
    ],
)
def test_files_are_taken_from_those_who_may(
    window: Window, host: str, name: str, status: int, said: str
) -> None:
    connection = http.client.HTTPConnection(window.origin.removeprefix("http://"))
    connection.request("PUT", "/library/files", b"text", {"Host": host, "X-File-Name": name})
    answer = connection.getresponse()
    assert (answer.status, said in answer.read().decode()) == (status, True)
    connection.close()


def test_another_sites_page_changes_nothing(page: Page) -> None:
    """A browser says whose page sends something."""
    config = json.loads(page.evaluate("JSON.stringify(window.gradio_config)"))
    mine = [c["id"] for c in config["components"] if c["props"].get("elem_id") == "pc-library"]
    body = {
        "data": [{"name": "theirs"}], "component_id": mine[0], "fn_name": "create",
        "session_hash": "x",
    }  # fmt: skip
    host = page.url.partition("//")[2].partition("/")[0]
    for origin, said in (
        ("https://papers.example", "of another site"),
        (f"http://{host}", "parts"),
    ):
        connection = http.client.HTTPConnection(host)
        headers = {"Content-Type": "application/json", "Origin": origin}
        connection.request("POST", "/gradio_api/component_server", json.dumps(body), headers)
        assert said in connection.getresponse().read().decode()
        connection.close()


def test_a_second_file_of_one_name_replaces_nothing(page: Page, tmp_path: Path) -> None:
    for folder, title in (("one", "Moss on Stones"), ("two", "Ferns in Caves")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "export.csv").write_text(
            f"title,abstract\n{title},We study {title.lower()} for ten years.\n", "utf-8"
        )
        add(page, tmp_path / folder / "export.csv")
        assert counts(page) == {**counts(page), "added": 1, "removed": 0}
    assert "export (2).csv" in here(page, ".sources").inner_text()
    (tmp_path / "two" / "export.csv").write_text(
        "title,abstract\nFerns in Caves,We study ferns in caves for twenty years.\n", "utf-8"
    )
    add(page, tmp_path / "two" / "export.csv")
    assert counts(page) == {**counts(page), "added": 0, "updated": 1, "removed": 0}


def test_where_nothing_can_be_read_the_page_says_why(page: Page, files: Path) -> None:
    here(page, ".pick").set_input_files(str(files / "noise.bib"))
    expect(here(page, ".rejects")).to_contain_text("noise.bib", timeout=WAIT)
    expect(here(page, ".rejects")).to_be_visible()
    expect(page.locator("#pc-head .count")).to_have_text("12 papers")
