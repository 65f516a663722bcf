"""The window's scripts: ES modules, joined into one script.

A page that loaded them one by one would make a request for each. The script is served at an
address that changes with its text, so a browser may cache it forever.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path, PurePosixPath
from posixpath import normpath

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ui.web.asgi import takes_gzip

STATIC = Path(__file__).parent / "static"
ROUTE = "/ui/{version}/paperchat.js"
_HEADERS = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "(\.[\w./-]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function\*?|class|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


@cache
def script() -> bytes:
    """All modules as one; it exports ``modules``, what each exports by its path in ``static``.

    early.js is inlined in the page instead.
    """
    paths = sorted(STATIC.glob("*/*.js"))
    texts = {path.relative_to(STATIC).as_posix(): path.read_text("utf-8") for path in paths}
    return join(texts).encode()


def join(texts: dict[str, str]) -> str:
    """One module that runs each of ``texts``, modules by their paths, after those it imports.

    Each becomes a function of its own, so that their private names do not meet.

    Raises:
        ValueError: A module imports or exports in another way than by `import { a, b as c } from
            "./path.js";` and `export` before a function, a class or a const of one name; or
            it imports a name that is not exported.
        KeyError: A module imports one that is not there.
        graphlib.CycleError: Modules import each other.
    """
    needed = {
        path: {_from(path, name) for _, name in _IMPORT.findall(texts[path])} for path in texts
    }
    order = tuple(TopologicalSorter(needed).static_order())
    for path, text in texts.items():
        for names, name in _IMPORT.findall(text):
            of = _from(path, name)
            wanted = {one.partition(" as ")[0].strip() for one in names.split(",")}
            if lacking := wanted - {*_EXPORT.findall(texts[of])}:
                raise ValueError(f"{path}: {of} exports no {', '.join(sorted(lacking))}")
    parts = [_function(path, texts[path]) for path in order]
    return "\n".join(["export const modules = {};", *parts, ""])


def _function(path: str, text: str) -> str:
    """The module as a function that is called at once, and whose result is what it exports."""

    def taken(found: re.Match[str]) -> str:
        names, name = found[1].replace(" as ", ": "), _from(path, found[2])
        return f"const {{ {names} }} = modules[{json.dumps(name)}];"

    body = _EXPORT.sub("", _IMPORT.sub(taken, text))
    if other := _OTHER.search(body):
        raise ValueError(f"{path}: this cannot be joined: {other[0]}")
    exports = ", ".join(_EXPORT.findall(text))
    return f"modules[{json.dumps(path)}] = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();"


def _from(path: str, name: str) -> str:
    """The path that a module at ``path`` means by ``name``."""
    return normpath(PurePosixPath(path).parent / name)


@cache
def _packed() -> bytes:
    """The script as gzip packs it, a third of its size."""
    return gzip.compress(script(), mtime=0)


@cache
def version() -> str:
    """A hash of the script."""
    return hashlib.sha256(script()).hexdigest()[:16]


def address() -> str:
    """Where the script is, relative to the page, so that it works under any root path."""
    return ROUTE.lstrip("/").format(version=version())


def import_map() -> str:
    """HTML for the beginning of the head: scripts import "paperchat"."""
    names = json.dumps({"imports": {"paperchat": f"./{address()}"}})
    return f'<script type="importmap">{names}</script>'


def preload() -> str:
    """HTML for the end of the head: a link that loads the script beside Gradio's own."""
    return f'<link rel="modulepreload" fetchpriority="low" href="{address()}">'


async def serve(request: Request) -> Response:
    """The script."""
    if request.path_params["version"] != version():
        return PlainTextResponse("There is no such script.\n", 404)
    if not takes_gzip(request.scope):
        return Response(script(), media_type="text/javascript", headers=_HEADERS)
    headers = {**_HEADERS, "content-encoding": "gzip"}
    return Response(_packed(), media_type="text/javascript", headers=headers)
