"""The Settings page in a real browser: an endpoint is tested and saved, its key never shown."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import WAIT, Window, serving, visiting
from playwright.sync_api import Browser, Page, Response, expect
from scripted_server import ScriptedServer

from rag.settings import Settings

SECRET = "sk-secret-3f9a71c0"


class Recorder:
    """Every answer that a page got, headers and text."""

    def __init__(self, page: Page) -> None:
        self.texts: list[str] = []
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        self.texts.append(f"{response.url} {response.headers}")
        if "event-stream" not in response.headers.get("content-type", ""):
            self.texts.append(response.text())


@contextmanager
def opened(
    browser: Browser, folder: Path, index: Path, at: str = "127.0.0.1", **given: str
) -> Iterator[Window]:
    """The Settings page of a server of its own, working in ``folder``, as it is seen by ``at``."""
    with (
        serving(cwd=folder, index=index, models=folder / "models", **given) as url,
        visiting(browser, url.replace("127.0.0.1", at), {"width": 1440, "height": 900}) as window,
    ):
        expect(window.page.locator(".mode")).not_to_contain_text("Getting", timeout=WAIT)
        window.page.locator("#pc-head").get_by_role("link", name="Settings").click()
        expect(window.page.locator("#pc-settings .in-use .why")).to_be_visible(timeout=WAIT)
        yield window


def fill(page: Page, url: str, key: str = "", model: str = "") -> None:
    page.get_by_label("URL", exact=True).fill(url)
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_label("Model", exact=True).fill(model)


def press(page: Page, name: str) -> None:
    page.locator("#pc-settings").get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def at_work(tmp_path: Path) -> Path:
    """A folder in which servers work, with a `.env` that holds somebody else's lines."""
    (tmp_path / ".env").write_text("# mine\nEDITOR=vi\n", "utf-8")
    return tmp_path


def test_an_endpoint_is_tested_taken_and_kept(
    browser: Browser,
    settings: Settings,
    at_work: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with (
        ScriptedServer('{"claims": []}', models=["small", "large"], key=SECRET) as model,
        opened(browser, at_work, settings.index, llm="quotes") as window,
    ):
        page, seen = window.page, Recorder(window.page)
        tried, said = page.locator(".tried"), page.locator("#pc-settings .said")
        fill(page, model.url, "sk-wrong-key")
        press(page, "Test")
        expect(tried).to_contain_text("refused the key (status 401). Type the key that it takes.")
        fill(page, model.url, SECRET, "huge")
        press(page, "Test")
        expect(tried).to_contain_text("has no model 'huge'. It has small, large.")
        assert page.locator("#pc-models option").count() == 2
        fill(page, model.url, SECRET, "large")
        press(page, "Test")
        expect(tried).to_contain_text("It answers: large in ", timeout=WAIT)
        expect(page.locator(".mode")).to_contain_text("Quotes only")  # nothing is taken yet

        page.get_by_role("radio", name="Endpoint Any server").check()
        press(page, "Save")
        expect(said).to_contain_text(f"written to {at_work}/.env", timeout=WAIT)
        expect(page.locator(".mode")).to_contain_text("Endpoint")
        expect(page.locator(".of-key")).to_contain_text("A key is set")
        expect(page.get_by_label("Key", exact=True)).to_have_value("")
        kept = (at_work / ".env").read_text("utf-8")
        assert kept.startswith("# mine\nEDITOR=vi\nPAPERCHAT_LLM=openai\n") and SECRET in kept
        assert (at_work / ".env").stat().st_mode & 0o777 == 0o600

        fill(page, "http://127.0.0.1:9/v1")
        expect(page.locator(".of-key")).to_contain_text("it is sent nowhere else")
        press(page, "Save")
        expect(said).to_contain_text("nothing listens on that port", timeout=WAIT)
        expect(page.locator(".mode")).to_contain_text("large")  # what was there stays
        page.get_by_role("link", name="Chat", exact=True).click()
        asked = len(model.requests)
        window.ask("By how much does SINet reduce the number of parameters?")
        assert len(model.requests) > asked
        page.reload()
        page.goto(f"{window.origin}/#settings")
        expect(page.locator(".of-key")).to_contain_text("A key is set", timeout=WAIT)
        assert not any(SECRET in text for text in [*seen.texts, page.content()])
        assert not any(SECRET in text for text in page.evaluate("Object.values(localStorage)"))
        assert set(model.keys) == {f"Bearer {SECRET}", "Bearer sk-wrong-key"}
    assert not any(SECRET in text for text in (caplog.text, *capfd.readouterr()))


def test_the_key_is_not_sent_to_another_place(
    browser: Browser, settings: Settings, at_work: Path
) -> None:
    with (
        ScriptedServer("{}", key=SECRET) as model,
        ScriptedServer("{}") as other,
        opened(
            browser, at_work, settings.index, llm="openai",
            llm_base_url=model.url, llm_api_key=SECRET, llm_model="scripted",
        ) as window,
    ):  # fmt: skip
        page = window.page
        expect(page.locator(".of-key")).to_contain_text("A key is set")
        press(page, "Test")
        expect(page.locator(".tried")).to_contain_text("It answers: scripted", timeout=WAIT)
        fill(page, other.url)
        press(page, "Test")
        expect(page.locator(".tried")).to_contain_text("It answers", timeout=WAIT)
        assert other.keys and not any(SECRET in str(key) for key in other.keys)


def call(url: str, host: str, page: Page) -> str:
    """What the server says to a request for ``save`` that came by the name ``host``."""
    config = json.loads(page.evaluate("JSON.stringify(window.gradio_config)"))
    mine = [c["id"] for c in config["components"] if c["props"].get("elem_id") == "pc-settings"]
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    asked = {"mode": "quotes", "url": "", "key": "", "model": "", "top_papers": 9}
    body = {"data": [asked], "component_id": mine[0], "fn_name": "save", "session_hash": "x"}
    headers = {"Content-Type": "application/json", "Host": host}
    connection.request("POST", "/gradio_api/component_server", json.dumps(body), headers)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def test_what_has_no_model_says_so_and_stays(
    browser: Browser, settings: Settings, at_work: Path
) -> None:
    with opened(browser, at_work, settings.index, llm="quotes") as window:
        page, file = window.page, at_work / ".env"
        said = page.locator("#pc-settings .said")
        expect(page.locator("#pc-settings .weights")).to_contain_text("is not on disk: 1.1 GB")
        expect(page.get_by_role("button", name="Download")).to_be_visible()
        page.get_by_role("radio", name="Embedded model Inside").check()
        press(page, "Save")
        expect(said).to_contain_text("not on this disk", timeout=WAIT)
        expect(page.locator(".mode")).to_contain_text("Quotes only")
        page.get_by_role("radio", name="Quotes only No").check()
        expect(page.locator("#pc-settings .go")).to_be_disabled()  # nothing is to be saved
        page.get_by_label("Papers searched").fill("4")
        press(page, "Save")
        expect(said).to_contain_text("Papers searched: 4, before 10.", timeout=WAIT)
        expect(said).to_contain_text("In use now, from the next question of everybody on")
        assert "PAPERCHAT_TOP_PAPERS=4" in file.read_text("utf-8")
        expect(page.locator(".facts")).to_contain_text("82 papers, each by its title and abstract")
        page.locator(".facts summary").click()
        expect(page.locator(".facts dl")).to_contain_text(str(settings.index))

        # A page that comes by another name gets nothing.
        before = file.read_text("utf-8")
        assert "PAPERCHAT_ALLOWED_HOSTS" in call(window.origin, "papers.example", page)
        assert file.read_text("utf-8") == before
        assert "In use now" in call(window.origin, "localhost:7860", page)
    assert "TOP_PAPERS=9" in file.read_text("utf-8")


def dark(page: Page) -> list[bool]:
    made: list[bool] = page.evaluate(
        "[document.documentElement, document.body].map(n => n.classList.contains('dark'))"
    )
    return made


def test_the_theme_is_there_before_the_first_paint(window: Window) -> None:
    page = window.page
    page.emulate_media(color_scheme="light")
    page.locator("#pc-head").get_by_role("link", name="Settings").click()
    page.get_by_role("radio", name="Dark").check()
    assert dark(page) == [True, True]
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => { window.firstBackground ="
        " getComputedStyle(document.body).backgroundColor; });"
    )
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked(timeout=WAIT)
    assert dark(page) == [True, True]
    assert page.evaluate("window.firstBackground") == "rgb(20, 21, 22)"
    page.emulate_media(color_scheme="dark")
    page.get_by_role("radio", name="Light").check()
    page.reload()
    expect(page.get_by_role("radio", name="Light")).to_be_checked(timeout=WAIT)
    assert dark(page) == [False, False]
    page.get_by_role("radio", name="System").check()
    assert dark(page) == [True, True]
    page.emulate_media(color_scheme="light")
    page.wait_for_function("!document.body.classList.contains('dark')")
