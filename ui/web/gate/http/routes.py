"""The routes that the window needs. Gradio and FastAPI have many more, and none of those answers.

What is in this list was recorded in a browser that used every page (tests/web/test_routes.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ui.web.asgi import Scope
from ui.web.gate.refused import Refused

MIB = 1 << 20
CALL: Final = 8 * MIB  # bytes; a comparison of 50 papers by 20 aspects has less than 1 MB
UPLOAD: Final = 1 << 30  # bytes of one file
_LOGIN = 4096
_LONGEST_QUERY = 2048
# Stored file names and a hash; what a page asks for needs no escapes.
_NAME = r"[\w-][\w.-]*"


@dataclass(frozen=True, slots=True)
class Route:
    """``name`` is what the figures call it; ``path`` is a pattern of the whole path.

    ``largest``: bytes of the body. ``open``: answers without a login. ``json``: takes JSON and
    nothing else. ``page``: links of other sites may lead there. ``query``: the application gets
    the query string. ``cached``: has nothing of anybody. ``stream``: the application gets the body
    as it comes. ``write``: it changes something. ``escaped``: the path may have escapes.
    """

    name: str
    path: re.Pattern[str]
    methods: tuple[str, ...]
    largest: int = 0
    open: bool = False
    json: bool = False
    page: bool = False
    query: bool = False
    cached: bool = False
    stream: bool = False
    write: bool = False
    escaped: bool = False


def _get(name: str, path: str, **more: bool) -> Route:
    return Route(name, re.compile(path, re.ASCII), ("GET", "HEAD"), **more)


def _post(name: str, path: str, largest: int = CALL, **more: bool) -> Route:
    return Route(name, re.compile(path, re.ASCII), ("POST",), largest, json=True, **more)


_LOGIN_PATH = "/login"
ROUTES: Final = (
    _get("page", "/", page=True),
    _get("static", rf"/assets/(?:{_NAME}/)*{_NAME}", open=True, cached=True),
    _get("static", r"/static/js/iframeResizer\.contentWindow\.min\.js", open=True, cached=True),
    _get("static", r"/(?:theme\.css|favicon\.ico)", open=True, cached=True),
    _get("static", r"/ui/[0-9a-f]{16}/paperchat\.js", open=True, cached=True),
    _post("call", "/gradio_api/component_server/?"),
    _post("ask", "/gradio_api/queue/join"),
    _post("halt", "/gradio_api/cancel"),
    _get("stream", "/gradio_api/queue/data", query=True),
    Route("upload", re.compile("/library/files"), ("PUT",), UPLOAD, stream=True),
    _get("login", _LOGIN_PATH, open=True, page=True),
    _post("login", _LOGIN_PATH, _LOGIN, open=True),
    _post("logout", "/logout", _LOGIN, open=True),
    _get("health", "/healthz", open=True),
    _get("metrics", "/metrics", open=True),  # it looks by itself who asks
)


def route_of(scope: Scope, routes: Sequence[Route] = ROUTES) -> Route:
    """The one of ``routes`` that a request has. Raises Refused if it has none.

    A path is taken as it was sent: one with escapes, or as a whole URL, is mostly none of ours.
    """
    path = scope["raw_path"].decode("latin-1")
    plain = path == scope["path"]
    found = [r for r in routes if (plain or r.escaped) and r.path.fullmatch(path)]
    if not found:
        raise Refused(404, "route", "There is nothing here.")
    for route in found:
        if scope["method"] in route.methods:
            if len(scope["query_string"]) > _LONGEST_QUERY:
                raise Refused(414, "request", "This address is too long.")
            return route
    allowed = ", ".join(method for route in found for method in route.methods)
    line = f"This address takes {allowed}."
    raise Refused(405, "method", line, ((b"allow", allowed.encode()),))
