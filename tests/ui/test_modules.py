"""The window's scripts as the server sends them, and how a browser finds them."""

from __future__ import annotations

import json
import re
import tomllib
from graphlib import CycleError

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from rag.settings import CHECKOUT
from ui.web import app, modules

PAGES = ("chat", "papers", "compare", "check", "notebook", "library", "settings", "evaluate")


@pytest.fixture
def client() -> TestClient:
    server = Starlette()
    server.add_route(modules.ROUTE, modules.serve)
    return TestClient(server)


def test_the_script_is_served_as_javascript_to_be_kept_for_good(client: TestClient) -> None:
    reply = client.get(f"/{modules.address()}")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/javascript")
    assert "immutable" in reply.headers["cache-control"]
    assert reply.content == modules.script()
    plain = client.get(reply.request.url, headers={"accept-encoding": "gzip;q=0, br"})
    assert plain.content == reply.content
    assert "content-encoding" not in plain.headers
    assert int(reply.headers["content-length"]) < 0.4 * int(plain.headers["content-length"])


@pytest.mark.parametrize("path", ["{v}/none.js", "0/paperchat.js", "{v}/../app.py", "{v}/"])
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    reply = client.get(f"/ui/{path.format(v=modules.version())}")
    assert reply.status_code == 404
    assert "immutable" not in reply.headers.get("cache-control", "")


def test_all_modules_are_in_the_script() -> None:
    found = re.findall(r'^modules\["(.+)"\] = ', modules.script().decode(), re.MULTILINE)
    assert sorted(found) == sorted(
        path.relative_to(modules.STATIC).as_posix() for path in modules.STATIC.glob("*/*.js")
    )
    assert {f"pages/{page}.js" for page in (*PAGES, "head")} <= set(found)


def test_modules_run_after_those_they_import_and_hide_what_is_private() -> None:
    texts = {
        "a/first.js": 'import { LAST, add as plus } from "../b/last.js";\n'
        "const own = plus(LAST, 1);\nexport const TWO = own;\n",
        "b/last.js": "const own = 1;\nexport const LAST = own;\n"
        "export function add(a, b) { return a + b; }\nexport class None {}\n",
    }
    assert modules.join(texts) == (
        "export const modules = {};\n"
        'modules["b/last.js"] = (() => {\n'
        "const own = 1;\nconst LAST = own;\nfunction add(a, b) { return a + b; }\n"
        "class None {}\n\nreturn { LAST, add, None };\n})();\n"
        'modules["a/first.js"] = (() => {\n'
        'const { LAST, add: plus } = modules["b/last.js"];\n'
        "const own = plus(LAST, 1);\nconst TWO = own;\n\nreturn { TWO };\n})();\n"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('import all from "./b.js";', ValueError),
        ('import { b } from "elsewhere";', ValueError),
        ("export default 1;", ValueError),
        ("export let one = 1;", ValueError),
        ('import { b } from "./b.js";', KeyError),
        ('import { a } from "./a.js";', CycleError),
        ('import { b } from "../y/c.js";', ValueError),  # of two names the first is exported
    ],
)
def test_a_module_that_cannot_be_joined_is_named(text: str, told: type[Exception]) -> None:
    with pytest.raises(told, match=r"a\.js|b\.js"):
        modules.join({"x/a.js": text, "y/c.js": "export const c = 1, b = 2;\n"})


def test_the_page_says_where_the_script_is() -> None:
    (found,) = re.findall(r'<script type="importmap">(.+?)</script>', app.early())
    assert json.loads(found) == {"imports": {"paperchat": f"./{modules.address()}"}}
    assert f'href="{modules.address()}"' in app.head()


def test_the_page_names_its_pages_in_order() -> None:
    assert f'<meta name="paperchat-pages" content="{" ".join(PAGES)}">' in app.early()


def test_no_file_that_the_code_reads_is_left_out_of_the_package() -> None:
    """pyproject.toml names them by folder, so a new folder would be forgotten."""
    named = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    data: dict[str, list[str]] = named["tool"]["setuptools"]["package-data"]
    packed = {
        file
        for package, patterns in data.items()
        for pattern in patterns
        for file in (CHECKOUT / package.replace(".", "/")).glob(pattern)
    }
    files = [file for part in ("rag", "ui") for file in (CHECKOUT / part).rglob("*.*")]
    code = {".py", ".pyc", ".md"}
    left = [file for file in files if file.is_file() and file.suffix not in code]
    assert [file for file in left if file not in packed] == []
