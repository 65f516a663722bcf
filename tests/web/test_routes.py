"""Only what the window needs answers; whatever else Gradio and FastAPI have is closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import gradio as gr
import pytest
from browsing import WAIT, Window, serving
from fastapi import FastAPI
from playwright.sync_api import expect
from starlette.routing import BaseRoute, Mount, Route
from wire import get

from rag.settings import Settings
from ui.web.gate.http.routes import route_of
from ui.web.gate.refused import Refused
from ui.web.modules import ROUTE
from ui.web.server import mounted
from ui.web.service import Service

# Every other route of the application is closed.
OPEN = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/assets/{path:path}"),
    ("GET", "/theme.css"),
    ("GET", "/favicon.ico"),
    ("GET", ROUTE),
    ("HEAD", ROUTE),
    ("POST", "/gradio_api/component_server"),
    ("POST", "/gradio_api/component_server/"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"),
    ("GET", "/gradio_api/queue/data"),
    ("PUT", "/library/files"),
    ("GET", "/login"),
    ("HEAD", "/login"),
    ("POST", "/login"),
    ("POST", "/logout"),
    ("GET", "/healthz"),
    ("HEAD", "/healthz"),
    ("GET", "/metrics"),
    ("HEAD", "/metrics"),
}
FILLED = {"version": "0123456789abcdef", "path": "a/b.js"}


@pytest.fixture(scope="module")
def application(settings: Settings) -> Iterator[FastAPI]:
    """What a running server has behind its gate."""
    made: list[FastAPI] = []

    def kept(blocks: gr.Blocks, service: Service) -> FastAPI:
        made.append(mounted(blocks, service))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.web.server.mounted", kept)
        with serving(index=settings.index, llm="quotes"):
            yield made[0]


def every_route(routes: list[BaseRoute], under: str = "") -> Iterator[tuple[str, str]]:
    """The method and path of each route, those of mounted applications too."""
    for route in routes:
        if isinstance(route, Mount):
            inner = getattr(route.app, "routes", None)
            yield from every_route(inner or [], under + route.path)
            if inner is None:
                yield "GET", f"{under}{route.path}/x"
        elif isinstance(route, Route):
            yield from ((method, under + route.path) for method in sorted(route.methods or ["GET"]))
        else:
            router = getattr(route, "original_router")  # noqa: B009 - FastAPI's own kind
            yield from every_route(router.routes, under)


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: FILLED.get(found[1], "x"), path)


def opens(method: str, path: str) -> bool:
    scope = {"method": method, "raw_path": path.encode(), "path": path, "query_string": b""}
    try:
        route_of(scope)
    except Refused as refused:
        assert refused.status in (404, 405)
        return False
    return True


def test_each_route_is_on_the_list_or_closed(application: FastAPI) -> None:
    found = set(every_route(application.routes))
    assert len(found) > 80, "Gradio's are among them"
    assert {one for one in found if opens(one[0], filled(one[1]))} == OPEN


@pytest.mark.parametrize(
    "path",
    [
        "/config", "/openapi.json", "/docs", "/redoc", "/monitoring", "/monitoring/summary",
        "/gradio_api/upload", "/gradio_api/process_recording", "/gradio_api/run/predict",
        "/gradio_api/api/predict", "/gradio_api/call/ask", "/gradio_api/info",
        "/gradio_api/openapi.json", "/gradio_api/file=pyproject.toml", "/gradio_api/heartbeat/x",
        "/gradio_api/proxy=https://example.org/", "/gradio_api/stream/x", "/gradio_api/mcp/sse",
        "/gradio_api/queue/status", "/gradio_api/startup-events", "/gradio_api/app_id",
        "/gradio_api/user", "/gradio_api/token", "/gradio_api/dev/reload", "/gradio_api/vibe-code/",
        "/svelte/x", "/static/img/logo.svg", "/custom_component/x", "/manifest.json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD"])
def test_what_is_closed_is_not_there(origin: str, method: str, path: str) -> None:
    assert get(origin, path, f"Origin: {origin}", method=method).status == 404


def test_the_pages_ask_for_nothing_that_is_closed(window: Window) -> None:
    """All seven pages are used; what a browser asks for and does not get is a page's error."""
    page, failed = window.page, []
    page.on("response", lambda said: failed.append(said.url) if said.status >= 400 else None)
    page.reload()
    expect(page.locator("#pc-question")).to_be_visible(timeout=WAIT)
    window.ask("What is SINet?")
    for name, shown in {
        "Papers": "#pc-papers-page [role=rowheader]", "Compare": "#pc-compare .start",
        "Check": "#pc-check .drop", "Library": "#pc-library .sources li",
        "Settings": "#pc-settings .in-use .why", "": "#pc-evaluate .plan",
        "Chat": "#pc-question",
    }.items():  # fmt: skip
        card = page.locator("#pc-settings .card")
        link = page.locator("#pc-head").get_by_role("link", name=name, exact=True)
        (link if name else card).click()
        expect(page.locator(shown).first).to_be_visible(timeout=WAIT)
    assert failed == []
    asked = {urlsplit(url).path for url in window.requests if not url.startswith(("data", "blob"))}
    assert {"/", "/theme.css", "/gradio_api/queue/join", "/gradio_api/queue/data"} <= asked


def test_the_page_s_policy_lets_no_other_script_run(window: Window) -> None:
    """What would be injected into the page does not run, whichever way it gets there."""
    policy = get(window.origin, "/").headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts and "sha256-" in scripts
    assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
    ran = window.page.evaluate(
        """async () => {
            document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="window.ran = 1">');
            const script = document.createElement('script');
            script.textContent = 'window.ran = 2';
            document.head.append(script);
            await new Promise((done) => setTimeout(done, 500));
            const out = await fetch('https://example.org/').then(() => 'out', () => 'kept in');
            return [window.ran ?? 0, out];
        }"""
    )
    assert ran == [0, "kept in"]
    assert len(window.errors) >= 2, "the browser says what it blocked"
    window.errors.clear()
