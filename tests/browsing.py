"""Fixtures for tests in a real browser, with a real server and the real engine; for conftest.

Servers are threads of this process and share its embedder, so starting one takes a second.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, chdir, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from indexes import HOSTILE, copy_of_index
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from ui.web.gate.http.hosts import urls
from ui.web.server import serve

WAIT = 60_000  # milliseconds, enough for models to load
DRAWN = 4 * WAIT  # for a map: ten seconds of a processor that others use, too
expect.set_options(timeout=20_000)  # a machine with other work takes longer than 5 s at times

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

    def note_console(self, text: str) -> None:
        """A line of the console; what the page's own policy forbids is an error of the page."""
        if "Content Security Policy" in text or "Permissions-Policy" in text:
            self.errors.append(text)

    def ask(self, question: str) -> None:
        """Ask as a person does, and wait for the whole answer."""
        turns = self.page.locator(".turn").count()
        self.page.locator("#pc-question").fill(question)
        self.page.keyboard.press("Enter")
        turn = self.page.locator(".turn").nth(turns)
        expect(turn).to_have_attribute("data-state", re.compile("done|failed"), timeout=WAIT)


def send(page: Page, name: str, value: object) -> None:
    """Send a value to the page of the window that receives ``name``, as another page does."""
    page.evaluate(
        """([name, value]) => import('paperchat')
        .then(({ modules }) => modules['shared/exchange.js'].send(name, value))""",
        [name, value],
    )


def receive(page: Page, name: str) -> None:
    """Store what is sent under ``name`` from now on in `window.received`."""
    page.evaluate(
        """(name) => import('paperchat')
        .then(({ modules }) => modules['shared/exchange.js'].receive(
          name, (value) => { window.received = value; }))""",
        name,
    )


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the index that the shared server answers from."""
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="session")
def origin(web_folder: Path, embedder: Embedder) -> Iterator[str]:
    """The address of a server over the delivered papers and a hostile one, shared by all tests."""
    copy_of_index(HOSTILE, web_folder / "index", embedder)
    with serving(index=web_folder / "index", llm="quotes") as url:
        yield url


@contextmanager
def serving(*, cwd: Path | None = None, **settings: object) -> Iterator[str]:
    """The address of a server with these settings, until the block ends.

    ``cwd`` is the folder of its `.env`; the whole process works there meanwhile.
    """
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        # On a busy machine the map gives way to everything else, and tests wait for it.
        patch.setattr("rag.retrieval.explore.browser._NICENESS", 0)
        if cwd is not None:
            stack.enter_context(chdir(cwd))
        made = load_settings(port=free_port(), **settings)
        with Serving(lambda: serve(made, open_browser=False)):
            yield urls("127.0.0.1", made.port)[0]


class Serving(threading.Thread):
    """``work``, which runs one uvicorn server, in a thread; at the end it stops as by a signal."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(name="server of the tests", daemon=True)
        self._work = work
        self._server: uvicorn.Server | None = None
        self._loops: list[asyncio.AbstractEventLoop] = []

    def run(self) -> None:
        self._work()

    def __enter__(self) -> None:
        run, new_event_loop = uvicorn.Server.run, asyncio.new_event_loop

        def noted(server: uvicorn.Server, sockets: list[socket.socket] | None = None) -> None:
            self._server = server
            run(server, sockets)

        def opened() -> asyncio.AbstractEventLoop:
            self._loops.append(new_event_loop())
            return self._loops[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(uvicorn.Server, "run", noted)
            patch.setattr(asyncio, "new_event_loop", opened)  # Gradio leaves some open
            self.start()
            until = time.monotonic() + 60
            while self._server is None or not self._server.started:
                assert self.is_alive() and time.monotonic() < until, "the server did not start"
                time.sleep(0.02)

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.should_exit = True
        self.join(30)
        assert not self.is_alive(), "the server did not end"
        for loop in self._loops:
            loop.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: while it is open, this thread has an event loop, and no test of a
    command could start one."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGS)
        yield opened
        _idle.clear()
        opened.close()


@pytest.fixture(params=[{"width": 1440, "height": 900}], ids=["wide"])
def window(request: pytest.FixtureRequest, origin: str, browser: Browser) -> Iterator[Window]:
    """A fresh visitor of the server without a language model."""
    with visiting(browser, origin, request.param) as opened:
        yield opened


# Contexts that no visitor uses now. Their cached files make the next page load faster.
_idle: list[BrowserContext] = []


@contextmanager
def visiting(
    browser: Browser, origin: str, viewport: ViewportSize, *, touch: bool = False
) -> Iterator[Window]:
    """A fresh visitor, with ``touch`` one who holds a phone.

    At the end no request must have left the origin, and no script failed.
    """
    if touch:
        context = browser.new_context(has_touch=True, is_mobile=True)
    else:
        context = _idle.pop() if _idle else browser.new_context()
    opened = Window(context.new_page(), origin)
    opened.page.set_viewport_size(viewport)

    def note(request: Request) -> None:
        opened.requests.append(request.url)

    context.on("request", note)
    opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.page.on("console", lambda said: opened.note_console(said.text))
    opened.page.on("dialog", lambda dialog: opened.errors.append(dialog.message))
    _forget(context, opened.page, origin)
    opened.page.goto(origin)
    expect(opened.page.locator("#pc-question")).to_be_visible(timeout=WAIT)
    yield opened
    context.remove_listener("request", note)
    for page in context.pages:
        page.close()
    if touch:
        context.close()
    else:
        _idle.append(context)
    assert opened.requests
    assert [url for url in opened.requests if _leaves(url, origin)] == []
    assert opened.errors == []


def _forget(context: BrowserContext, page: Page, origin: str) -> None:
    """Make the browser forget earlier visitors, except for cached files."""
    context.clear_cookies()
    context.clear_permissions()
    session = context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    session.detach()


def _leaves(url: str, origin: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != origin
