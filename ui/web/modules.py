"""The window's scripts: ES modules, served at an address that changes with their text.

A browser may cache such an address forever, so a page that is loaded again requests no script. All
modules are read once, so that one address always means the same text.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ui.web.asgi import takes_gzip

STATIC = Path(__file__).parent / "static"
ROUTE = "/ui/{version}/{path:path}"
_HEADERS = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}


@cache
def modules() -> dict[str, bytes]:
    """The text of each module by its path in ``static``. early.js is inlined instead."""
    found = sorted(STATIC.glob("*/*.js"))
    return {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in found}


@cache
def _packed(path: str) -> bytes:
    """A module as gzip packs it, a third of its size."""
    return gzip.compress(modules()[path], mtime=0)


@cache
def version() -> str:
    """A hash of all modules, which changes with any of them."""
    names = json.dumps([[name, len(text)] for name, text in modules().items()])
    return hashlib.sha256(names.encode() + b"".join(modules().values())).hexdigest()[:16]


def folder() -> str:
    """Where the modules are, relative to the page, so that it works under any root path."""
    return f"ui/{version()}/"


def import_map() -> str:
    """HTML for the beginning of the head: scripts import "paperchat/NAME.js"."""
    names = json.dumps({"imports": {"paperchat/": f"./{folder()}"}})
    return f'<script type="importmap">{names}</script>'


def preloads() -> str:
    """HTML for the end of the head: links that load all modules side by side."""
    link = '<link rel="modulepreload" fetchpriority="low" href="{}">'
    return "".join(link.format(f"{folder()}{name}") for name in modules())


async def serve(request: Request) -> Response:
    """One module."""
    path = request.path_params["path"]
    text = modules().get(path)
    if text is None or request.path_params["version"] != version():
        return PlainTextResponse("There is no such script.\n", 404)
    if not takes_gzip(request.scope):
        return Response(text, media_type="text/javascript", headers=_HEADERS)
    headers = {**_HEADERS, "content-encoding": "gzip"}
    return Response(_packed(path), media_type="text/javascript", headers=headers)
