"""Zotero in a real browser: what it has is chosen and read, and every source leads back to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import WAIT, Window, serving, visiting
from indexes import CORPUS
from playwright.sync_api import Browser, Locator, expect
from test_accessible import findings
from zotero_server import ZoteroServer


@pytest.fixture(scope="module")
def zotero() -> Iterator[ZoteroServer]:
    server = ZoteroServer()
    server.collection("COLLLIFE", "Biology & <b>Life")
    server.collection("COLLREEF", "Reefs", "COLLLIFE")
    server.add(
        "PAPERONE",
        "Coral Reefs under Heat",
        abstractNote="We measure how corals bleach. Bleaching rises by 30% with each degree.",
        DOI="10.1000/reef",
        url="https://sea.example/reef",
        collections=["COLLREEF"],
    )
    server.add("NOTEONE1", itemType="note", note="<p>x</p>", parentItem="PAPERONE")
    server.add("PAPERTWO", "Owls at Night", abstractNote="Owls see in the dark.")
    with server.running():
        yield server


@pytest.fixture(scope="module")
def shelf(
    browser: Browser, zotero: ZoteroServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("zotero-shelf")
    blocks = CORPUS.read_text("utf-8").split("\n\n")
    (folder / "data").mkdir()
    (folder / "data" / "papers.txt").write_text("\n\n".join(blocks[: 5 + 6]), "utf-8")
    with serving(
        data=folder / "data",
        index=folder / "index",
        collections=folder / "collections",
        llm="quotes",
        zotero_url=zotero.url,
    ) as url:
        yield url


@pytest.fixture
def window(browser: Browser, shelf: str) -> Iterator[Window]:
    with visiting(browser, shelf, {"width": 1280, "height": 900}) as window:
        window.page.locator("#pc-head").get_by_role("link", name="Library").click()
        expect(here(window, ".sources li").first).to_be_visible(timeout=WAIT)
        yield window
    assert window.errors == []


def here(window: Window, selector: str) -> Locator:
    return window.page.locator(f"#pc-library {selector}")


def ready(window: Window) -> None:
    expect(here(window, ".running")).to_be_hidden(timeout=WAIT)
    expect(here(window, ".counts")).to_be_visible(timeout=WAIT)


def test_zotero_is_looked_into_read_refreshed_and_undone(
    window: Window, zotero: ZoteroServer, tmp_path: Path
) -> None:
    zotero.enabled = False
    window.page.get_by_role("button", name="See what is in Zotero").click()
    expect(here(window, ".zotero .trouble")).to_contain_text("tick “Allow other applications")
    zotero.enabled = True
    window.page.get_by_role("button", name="Try again").click()
    said = here(window, ".zotero .said")
    expect(said).to_have_text("Zotero is running: 2 items, 2 collections.")
    choice = window.page.get_by_role("combobox", name="What to add from Zotero")
    options = [text.strip() for text in choice.locator("option").all_inner_texts()]
    assert options == ["The whole library (2 items)", "Biology & <b>Life", "Reefs (1)"]
    assert findings(window.page) == []
    choice.select_option(index=1)
    here(window, ".zotero .fetch").click()
    ready(window)
    expect(here(window, ".counts .added")).to_have_text("1 added")
    source = here(window, ".sources li").filter(has_text="Zotero › Biology & <b>Life")
    expect(source).to_contain_text("1 paper")

    zotero.add("PAPERNEW", "Bats of a Cave", abstractNote="Bats fly.", collections=["COLLREEF"])
    source.get_by_role("button", name="again").click()
    expect(source).to_contain_text("2 papers", timeout=WAIT)
    ready(window)
    here(window, ".undo").click()
    expect(source).to_contain_text("1 paper", timeout=WAIT)
    ready(window)

    window.page.get_by_role("link", name="Chat", exact=True).click()
    window.ask("By how much does bleaching rise with each degree?")
    back = window.page.locator(".card a.zotero").first
    expect(back).to_have_attribute("href", "zotero://select/library/items/PAPERONE")
    assert back.get_attribute("target") is None
    window.page.get_by_role("link", name="Papers", exact=True).click()
    row = window.page.locator("#pc-papers-page").get_by_text("Coral Reefs under Heat").first
    expect(row).to_be_visible(timeout=WAIT)
    row.click()
    sheet = window.page.locator("#pc-papers-page")
    expect(sheet.locator("a.zotero")).to_have_attribute(
        "href", "zotero://select/library/items/PAPERONE"
    )
    expect(sheet).to_contain_text("In Zotero: Biology & <b>Life › Reefs · 1 note")
    # The browser hands the link to Zotero: the page's policy lets it, and the page stays.
    with window.page.expect_request(re.compile("^zotero:")) as asked:
        sheet.locator("a.zotero").click()
    assert asked.value.url == "zotero://select/library/items/PAPERONE"
    window.requests.remove(asked.value.url)
    expect(sheet).to_contain_text("In Zotero")


def test_zotero_is_asked_for_the_owner_alone_and_fits_a_phone(
    browser: Browser, shelf: str, zotero: ZoteroServer
) -> None:
    with visiting(browser, shelf, {"width": 390, "height": 844}) as window:
        window.page.locator("#pc-head").get_by_role("link", name="Library").click()
        window.page.get_by_role("button", name="See what is in Zotero").click()
        expect(here(window, ".zotero .said")).to_contain_text("Zotero is running")
        wide = window.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        # Whoever comes through a proxy may not look, whatever their page makes of the button.
        window.page.set_extra_http_headers({"via": "1.1 proxy"})
        window.page.reload()
        button = here(window, ".zotero .shelf")
        expect(button).to_be_disabled(timeout=WAIT)
        asked = len(zotero.asked)
        button.evaluate("(button) => { button.disabled = false; button.click(); }")
        expect(here(window, ".zotero .trouble")).to_contain_text("through a proxy")
        assert len(zotero.asked) == asked
