"""The Check page in a real browser: files, pasted text, progress, the result, and its export."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest
from browsing import WAIT, Window, serving, visiting
from playwright.sync_api import Browser, Page, expect
from test_accessible import findings

from rag.settings import Settings
from ui.web.gate.http.hosts import own_addresses

SAMPLES = Path(__file__).parents[1] / "checking" / "manuscripts" / "samples"
FILES = [SAMPLES / "review.md", SAMPLES / "review.bib"]


@pytest.fixture
def page(window: Window) -> Page:
    """The empty Check page."""
    window.page.locator("#pc-head").get_by_role("link", name="Check", exact=True).click()
    expect(window.page.get_by_role("heading", name="Check a manuscript")).to_be_visible()
    return window.page


def check(page: Page, *files: Path) -> None:
    page.locator("#pc-check .pick").set_input_files(files)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#pc-check .result")).to_be_visible(timeout=WAIT)


@pytest.mark.parametrize("window", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}],
                         indirect=True, ids=["wide", "narrow"])  # fmt: skip
def test_a_file_with_its_bibliography(window: Window, page: Page) -> None:
    check(page, *FILES)
    result = page.locator("#pc-check .result")
    expect(result.locator(".name")).to_have_text("review.md")
    expect(result.locator(".read")).to_contain_text("checked against 83 abstracts")
    first = result.locator(".card").first
    expect(first).to_contain_text("line 8")
    expect(first.locator("blockquote").first).to_contain_text("86.9K")
    expect(result.locator("#s1")).to_contain_text("SINet reduces the number of parameters")
    expect(result.locator(".works")).to_contain_text("missing2020")
    # Filtering: only the cards of the verdict, and the passages that have some.
    button = result.locator(".filters .not_in_library")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    cards = result.locator(".card:visible")
    assert {card.get_attribute("data-verdict") for card in cards.all()} == {"not_in_library"}
    button.click()
    expect(result.locator(".card:visible")).to_have_count(result.locator(".card").count())
    # From a sentence to its quotes and back, by keyboard.
    result.locator('a[href="#q2"]').focus()
    page.keyboard.press("Enter")
    expect(result.locator("#q2")).to_be_focused()
    expect(result.locator("#q2")).to_be_in_viewport()
    assert page.evaluate("location.hash") == "#check"
    result.locator('#q2 a[href="#s2"]').click()
    expect(result.locator("#s2")).to_have_class(re.compile("lit"))
    assert findings(window.page) == []
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide, "the page does not scroll sideways"


def test_exports(page: Page, tmp_path: Path) -> None:
    check(page, *FILES)
    saved = {}
    for form in ("Web page", "Markdown", "JSON"):
        page.get_by_role("button", name="Download", exact=True).click()
        with page.expect_download() as coming:
            page.get_by_role("button", name=form, exact=True).click()
        path = tmp_path / coming.value.suggested_filename
        coming.value.save_as(path)
        saved[path.suffix] = path.read_text("utf-8")
    assert json.loads(saved[".json"])["name"] == "review.md"
    assert saved[".md"].startswith("# review.md") and "</html>" in saved[".html"]


def test_latex_with_its_parts(page: Page) -> None:
    """A manuscript in several files lies as in its folder."""
    page.evaluate(
        """(texts) => {
            const files = new DataTransfer();
            for (const [name, text] of texts) files.items.add(new File([text], name));
            const input = document.querySelector('#pc-check .pick');
            input.files = files.files;
            input.dispatchEvent(new Event('change'));
        }""",
        [[path.name, path.read_text("utf-8")] for path in
         (SAMPLES / "parts" / "others.tex", SAMPLES / "review.tex", SAMPLES / "review.bib")],
    )  # fmt: skip
    page.get_by_role("button", name="Check", exact=True).click()
    result = page.locator("#pc-check .result")
    expect(result.locator(".name")).to_have_text("review.tex", timeout=WAIT)
    expect(result.locator(".remarks")).to_contain_text("parts/others is included")


def test_pasted_text(page: Page) -> None:
    page.locator("#pc-chk-text").fill("Deep nets win often (Roe et al., 2019).")
    page.get_by_role("button", name="Check", exact=True).click()
    card = page.locator("#pc-check .card")
    expect(card).to_contain_text("Paper not in the library", timeout=WAIT)
    expect(page.locator("#pc-check .works")).to_contain_text("Roe et al., 2019")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("text.pdf", b"%PDF", "no manuscript among these files"),
        ("text.docx", b"no zip", "text.docx, line 1: it is no Word document"),
        ("text.md", b"\x00\x01\x02\xff" * 50, "zero bytes"),
        ("text.md", b"", "empty"),
        ("text.md", b"a " * (3 << 20), "5 MiB"),
    ],
)
def test_what_cannot_be_checked_is_told(
    page: Page, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    page.locator("#pc-check .pick").set_input_files(tmp_path / name)
    page.get_by_role("button", name="Check", exact=True).click()
    alert = page.locator("#pc-check .note")
    expect(alert).to_contain_text(says, timeout=WAIT)
    assert "paperchat-" not in alert.inner_text(), "no folder of the server is shown"
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_visible()


def test_nothing_is_nothing(page: Page) -> None:
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a manuscript")
    page.locator("#pc-check .pick").set_input_files(FILES)
    expect(page.locator("#pc-check .chosen li")).to_have_count(2)
    page.get_by_role("button", name="Leave out review.bib").click()
    expect(page.locator("#pc-check .chosen li")).to_have_text(["review.md×"])


def test_files_that_are_dropped_here_are_no_papers(page: Page) -> None:
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(['Deep nets win often.'], 'dropped.md'));
            const given = { dataTransfer: data, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new DragEvent('dragenter', given));
            document.body.dispatchEvent(new DragEvent('drop', given));
        }"""
    )
    expect(page.locator("#pc-check .chosen li")).to_have_text(["dropped.md×"])
    assert page.evaluate("location.hash") == "#check"


def test_a_long_check_can_be_stopped(page: Page, tmp_path: Path) -> None:
    text = "Deep networks for images learn features of number {} well at scale.\n\n"
    cited = "Deep nets win often (Roe et al., 2019).\n\n"
    (tmp_path / "long.md").write_text(cited + "".join(map(text.format, range(1999))))
    page.locator("#pc-check .pick").set_input_files(tmp_path / "long.md")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#pc-check .live li").first).to_be_visible(timeout=WAIT)
    expect(page.locator("#pc-check .progress")).to_contain_text("of 2000 sentences")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#pc-check .progress")).to_contain_text("of 2000 sentences. Those with")
    expect(page.locator("#pc-check .live li").first).to_be_visible()
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_visible()


def test_a_guest_may_check_a_manuscript(
    browser: Browser, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It changes nothing, and nothing stays on the server."""
    address = next((a for a in own_addresses() if ":" not in a), None)
    if address is None:
        pytest.skip("this machine has no address that others reach")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        serving(index=settings.index, llm="quotes", host="0.0.0.0", open_to_anyone=True) as url,
        visiting(browser, url.replace("127.0.0.1", address), {"width": 1440, "height": 900}) as one,
    ):
        one.page.locator("#pc-head").get_by_role("link", name="Check", exact=True).click()
        check(one.page, *FILES)
        expect(one.page.locator("#pc-check .card").first).to_be_visible()
        expect(one.page.locator("#pc-head .open.guest")).to_be_visible()
    assert list(tmp_path.glob("paperchat-*")) == []
