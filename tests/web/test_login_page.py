"""The login in a real browser, and what a foreign page can do to the window there: nothing."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import _ARGS, _CHROMIUM, WAIT, serving
from playwright.sync_api import Browser, Page, expect
from test_login import PASSWORD

from rag.settings import Settings
from ui.web.gate.entry.door import Door


@pytest.fixture(scope="module")
def locked(settings: Settings) -> Iterator[str]:
    with serving(index=settings.index, llm="quotes", host="0.0.0.0", password=PASSWORD) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser that was never here; the console must stay free of what a policy forbids."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened, faults = context.new_page(), []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda m: faults.append(m.text) if "Security Policy" in m.text else None)
    yield opened
    context.close()
    assert faults == []


def enter(page: Page, secret: str) -> None:
    page.get_by_label("Password or token").fill(secret)
    page.keyboard.press("Enter")


def test_a_visitor_logs_in_asks_and_leaves(page: Page, locked: str) -> None:
    page.goto(locked)
    expect(page).to_have_url(f"{locked}/login")
    expect(page.get_by_label("Password or token")).to_be_focused()
    enter(page, "wrong horse 9")
    expect(page.get_by_role("alert")).to_have_text("That is not it. Try once more.")
    enter(page, PASSWORD)
    expect(page.locator("#pc-question")).to_be_visible(timeout=WAIT)
    banner = page.locator("#pc-head .open")
    expect(banner).to_contain_text("knows the password can ask questions and read the 82 papers.")
    page.locator("#pc-question").fill("What is SINet?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn .chip").first).to_be_visible(timeout=WAIT)
    expect(page.locator(".thumb").first).to_be_visible()  # at the machine itself
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    assert page.evaluate("document.cookie") == ""
    page.goto(f"{locked}/login")
    expect(page).to_have_url(f"{locked}/")  # there is nothing to log in to
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{locked}/login")
    page.goto(locked)
    expect(page).to_have_url(f"{locked}/login")


def test_who_is_logged_out_meanwhile_is_sent_to_the_login(page: Page, locked: str) -> None:
    page.goto(locked)
    enter(page, PASSWORD)
    expect(page.locator("#pc-question")).to_be_visible(timeout=WAIT)
    page.wait_for_load_state("networkidle")  # or what the page asks for would lead away at once
    page.context.clear_cookies()  # as after a restart of the server
    page.locator("#pc-question").fill("What is SINet?")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/login$"), timeout=WAIT)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_is_accessible(page: Page, locked: str, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{locked}/login")
    enter(page, "wrong horse 9")
    expect(page.get_by_role("alert")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 21, 22)"
    assert dark == (scheme == "dark")


def test_the_link_with_the_token_is_all_one_needs(
    page: Page, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors: list[Door] = []
    links = Door.links

    def noted(door: Door) -> list[str]:
        doors.append(door)
        return links(door)

    monkeypatch.setattr(Door, "links", noted)
    with serving(index=settings.index, llm="quotes", host="0.0.0.0") as url:
        link = links(doors[0])[-1]
        assert link.startswith(f"{url}/login#token=")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(link)
        expect(page.locator("#pc-question")).to_be_visible(timeout=WAIT)
        assert not any(doors[0].token in url.partition("#")[0] for url in asked)
        page.go_back()
        assert "token" not in page.url


class _Foreign(http.server.BaseHTTPRequestHandler):
    html = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(self.html)

    def log_message(self, *_: object) -> None:
        """No lines on standard error."""


@contextmanager
def foreign(html: str) -> Iterator[str]:
    """The address of another site with this page. Another port is another origin, on one site."""
    handler = type("Handler", (_Foreign,), {"html": html.encode()})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"], ids=["same-site", "cross-site"])
def test_a_foreign_page_gets_nothing_out_of_the_window(
    browser: Browser, origin: str, name: str
) -> None:
    """Every request that a page may make to another site, without and with a preflight."""
    page = browser.new_page()
    with foreign(
        f'<iframe src="{origin}"></iframe><script src="{origin}/theme.css"></script>'
    ) as at:
        said: list[tuple[str, int]] = []
        page.on("response", lambda r: said.append((r.url, r.status)))
        page.goto(at.replace("127.0.0.1", name))
        read = page.evaluate(
            """async (origin) => {
                const call = origin + '/gradio_api/component_server/', out = [];
                const json = { 'content-type': 'application/json' };
                const tries = [
                    [origin, {}], [call, { method: 'POST', body: '{}' }],
                    [call, { method: 'POST', body: '{}', mode: 'no-cors' }],
                    [call, { method: 'POST', body: '{}', headers: json }],
                    [origin + '/library/files', { method: 'PUT', body: 'x' }],
                    [origin + '/healthz', {}],
                ];
                for (const [url, how] of tries) {
                    out.push(await fetch(url, { credentials: 'include', ...how })
                        .then((answer) => answer.text(), () => ''));
                }
                const opened = window.open(origin);
                await new Promise((done) => setTimeout(done, 1000));
                try { out.push(opened.document.title); } catch { out.push(''); }
                return out;
            }""",
            origin,
        )
        assert read == [""] * 7
        ours = [status for url, status in said if url.startswith(origin)]
        assert ours and all(status in (403, 405) for status in ours), said
    page.context.close()


def test_a_name_that_was_made_to_point_here_gets_nothing(browser: Browser, origin: str) -> None:
    """DNS rebinding: for the browser, the foreign page and the window are then one origin."""
    rebound = [*_ARGS, "--host-resolver-rules=MAP evil.example 127.0.0.1"]
    other = browser.browser_type.launch(executable_path=_CHROMIUM, args=rebound)
    page = other.new_page()
    answer = page.goto(origin.replace("127.0.0.1", "evil.example"))
    assert answer and answer.status == 421
    assert "PAPERCHAT_ALLOWED_HOSTS" in page.content() and "SINet" not in page.content()
    other.close()
