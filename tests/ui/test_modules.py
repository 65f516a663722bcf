"""The window's scripts as the server sends them, and how a browser finds them."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ui.web import app, modules

PAGES = ("chat", "papers", "compare", "check", "notebook", "library", "settings", "evaluate")


@pytest.fixture
def client() -> TestClient:
    server = Starlette()
    server.add_route(modules.ROUTE, modules.serve)
    return TestClient(server)


def test_a_module_is_served_as_javascript_to_be_kept_for_good(client: TestClient) -> None:
    reply = client.get(f"/ui/{modules.version()}/pages/chat.js")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/javascript")
    assert "immutable" in reply.headers["cache-control"]
    assert reply.content == (modules.STATIC / "pages" / "chat.js").read_bytes()
    plain = client.get(reply.request.url, headers={"accept-encoding": "gzip;q=0, br"})
    assert plain.content == reply.content
    assert "content-encoding" not in plain.headers
    assert int(reply.headers["content-length"]) < 0.6 * int(plain.headers["content-length"])


@pytest.mark.parametrize(
    "path", ["{v}/pages/none.js", "0/pages/chat.js", "{v}/../app.py", "{v}/early.js", "{v}/"]
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    reply = client.get(f"/ui/{path.format(v=modules.version())}")
    assert reply.status_code == 404
    assert "immutable" not in reply.headers.get("cache-control", "")


def test_every_import_names_a_module() -> None:
    for name, text in modules.modules().items():
        for target in re.findall(r'^import .*"(.+)";$', text.decode(), re.MULTILINE):
            parts: list[str] = []
            for part in (PurePosixPath(name).parent / target).parts:
                parts[-1:] = [] if part == ".." else [*parts[-1:], part]
            assert "/".join(parts) in modules.modules(), f"{name} imports {target}"


def test_the_page_says_where_modules_are() -> None:
    (found,) = re.findall(r'<script type="importmap">(.+?)</script>', app.early())
    assert json.loads(found) == {"imports": {"paperchat/": f"./ui/{modules.version()}/"}}
    for page in (*PAGES, "head"):
        assert f'href="ui/{modules.version()}/pages/{page}.js"' in app.head()


def test_the_page_names_its_pages_in_order() -> None:
    assert f'<meta name="paperchat-pages" content="{" ".join(PAGES)}">' in app.early()


def test_no_script_or_style_sheet_is_left_out_of_the_package() -> None:
    """pyproject.toml names folders, not files: one more level would be forgotten."""
    for file in modules.STATIC.rglob("*.*"):
        depth = len(file.relative_to(modules.STATIC).parts)
        assert (file.suffix, depth) in {(".js", 1), (".js", 2), (".css", 2)}, file
