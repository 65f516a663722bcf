"""A real browser before a real server over the real engine in quotes mode; read by conftest."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect, sync_playwright

from rag.settings import CHECKOUT
from ui.web.server import address

HOSTILE_TITLE = 'Zorblax <img src=x onerror="window.pwned=1"> Attention on $H^2$'
HOSTILE_SHOWN = HOSTILE_TITLE.replace("$H^2$", "H2")  # its TeX is drawn
HOSTILE_ABSTRACT = (
    "Zorblax attention is </p><script>window.pwned=1</script> a method for zorblax maps. "
    'We show that "Zorblax" & <b>friends</b> beat zorblax baselines by 7% in $O(n^2)$. '
    "The code of Zorblax attention is at https://example.org/zorblax?a=1&b=2 ."
)
WAIT = 60_000  # milliseconds; models load meanwhile

_SERVE = """
import sys
from rag.settings import load_settings
from ui.web.server import serve
given = dict(pair.split("=", 1) for pair in sys.argv[1:])
serve(load_settings(**given), open_browser=False)
"""
_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Window:
    """One visitor's page, with every request it made and every error it met."""

    page: Page
    origin: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Ask as a person does, and wait for the whole answer."""
        turns = self.page.locator(".turn").count()
        self.page.locator("#pc-question").fill(question)
        self.page.keyboard.press("Enter")
        turn = self.page.locator(".turn").nth(turns)
        expect(turn).to_have_attribute("data-state", re.compile("done|failed"), timeout=WAIT)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's papers and index are."""
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="session")
def origin(web_folder: Path) -> Iterator[str]:
    """A server over the delivered papers and a hostile one. It reads them itself: a first run."""
    folder = web_folder
    corpus = (CHECKOUT / "data" / "trending-papers.txt").read_text("utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "papers.txt").write_text(
        f"{corpus.rstrip()}\n\n{HOSTILE_TITLE}\n\n{HOSTILE_ABSTRACT}\n", "utf-8"
    )
    with serving(folder, data=str(folder / "data"), index=str(folder / "i"), llm="quotes") as url:
        yield url


@contextmanager
def serving(folder: Path, *, cwd: Path = CHECKOUT, **settings: str) -> Iterator[str]:
    """The address of a window with these settings; it has to end in an orderly way.

    It works in the folder ``cwd``, where its `.env` is.
    """
    port = free_port()
    given = [f"{name}={value}" for name, value in {**settings, "port": port}.items()]
    log = (folder / "log").open("w+", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, *given],
        cwd=cwd, stdout=subprocess.PIPE, stderr=log,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )  # fmt: skip
    try:
        wait_for(process, address("127.0.0.1", port))
        yield address("127.0.0.1", port)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, b"")
    finally:
        process.kill()
        process.wait()
        log.seek(0)
        sys.stderr.write(log.read())
        log.close()
        if process.stdout:
            process.stdout.close()


def wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            assert process.poll() is None, "the server ended"
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=0.1)
    raise AssertionError("the server did not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGS)
        yield opened
        opened.close()


@pytest.fixture(params=[{"width": 1440, "height": 900}], ids=["wide"])
def window(request: pytest.FixtureRequest, origin: str, browser: Browser) -> Iterator[Window]:
    """A fresh visitor of the server without a language model."""
    with visiting(browser, origin, request.param) as opened:
        yield opened


@contextmanager
def visiting(browser: Browser, origin: str, viewport: ViewportSize) -> Iterator[Window]:
    """A fresh visitor. At its end: no request left the server's origin, no script failed."""
    context = browser.new_context(viewport=viewport)
    opened = Window(context.new_page(), origin)

    def note(route: Route) -> None:
        opened.requests.append(route.request.url)
        route.continue_()

    context.route("**/*", note)
    opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.page.on("dialog", lambda dialog: opened.errors.append(dialog.message))
    opened.page.goto(origin)
    expect(opened.page.locator("#pc-question")).to_be_visible(timeout=WAIT)
    yield opened
    context.close()
    elsewhere = [url for url in opened.requests if f"http://{urlsplit(url).netloc}" != origin]
    assert opened.requests
    assert elsewhere == []
    assert opened.errors == []
