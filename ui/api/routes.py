"""The routes of the API, for the gate; the routers say what each of them does."""

from __future__ import annotations

import re
from typing import Final

from ui.web.gate.http.routes import CALL, UPLOAD, Route

PREFIX: Final = "/api/v1"
OPENAI: Final = "/v1"
# What of a server with the window in it is the API's.
ROOTS: Final = ("/api/", "/v1/", "/openapi.json", "/docs")
_PART = r"[^?#]+"  # a paper's id may have slashes, a file's name folders


def _route(name: str, path: str, *methods: str, **more: bool) -> Route:
    sends = bool({"POST", "PATCH"} & {*methods})
    largest = CALL if sends else 0
    return Route(name, re.compile(path, re.ASCII), methods, largest, json=sends, **more)


def _get(name: str, path: str, **more: bool) -> Route:
    return _route(name, path, "GET", query=True, **more)


def _page(name: str, path: str, **more: bool) -> Route:
    return _route(name, path, "GET", "HEAD", **more)


ROUTES: Final = (
    _page("health", "/healthz", open=True),
    _page("metrics", "/metrics"),
    _page("openapi", "/openapi.json", open=True),
    _page("docs", "/docs", open=True, page=True),
    _route("search", f"{PREFIX}/search", "POST"),
    _route("ask", f"{PREFIX}/ask", "POST"),
    _route("compare", f"{PREFIX}/compare", "POST"),
    _route("check", f"{PREFIX}/(?:check|quotes)", "POST"),
    _route("citations", f"{PREFIX}/citations", "POST"),
    _get("papers", f"{PREFIX}/papers"),
    _get("paper", f"{PREFIX}/papers/{_PART}", escaped=True),
    _route("remove", f"{PREFIX}/papers/{_PART}", "DELETE", query=True, write=True, escaped=True),
    Route(
        "upload", re.compile(f"{PREFIX}/files/{_PART}"), ("PUT",), UPLOAD,
        stream=True, write=True, escaped=True,
    ),
    _route("ingest", f"{PREFIX}/ingest", "POST", write=True),
    _get("jobs", f"{PREFIX}/jobs(?:/[0-9a-f]+)?"),
    _route("cancel", f"{PREFIX}/jobs/[0-9a-f]+", "DELETE", write=True),
    _get("status", f"{PREFIX}/(?:status|model|collections)"),
    _get("models", f"{OPENAI}/models(?:/{_PART})?", escaped=True),
    _route("chat", f"{OPENAI}/chat/completions", "POST"),
)  # fmt: skip
