"""A page that lists the API for people: made of the OpenAPI document, without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from starlette.responses import HTMLResponse, Response

from ui.web.gate.http.headers import own_policy

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
section { border-top: 1px solid #8885; padding: .5rem 0 }
h2 { font-size: 1rem; margin: .5rem 0 } h2 code { font-weight: 700 }
code, td:first-child { font-family: ui-monospace, monospace }
td { padding: .1rem 1rem .1rem 0; vertical-align: top }
p { margin: .4rem 0 }
"""


def response(document: Mapping[str, Any]) -> Response:
    """The page of an OpenAPI document."""
    html = _html(document)
    return HTMLResponse(html, headers={"content-security-policy": own_policy(html.encode())})


def _html(document: Mapping[str, Any]) -> str:
    info = document["info"]
    sections = "".join(
        _section(document, method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    )
    about = "".join(f"<p>{_text(part)}</p>" for part in info["description"].split("\n\n"))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>paperchat: API</title>'
        f"<style>{_STYLE}</style><h1>paperchat {escape(info['version'])}: API</h1>{about}"
        '<p>The whole of it, for programs: <a href="openapi.json">openapi.json</a> '
        f"(OpenAPI {escape(document['openapi'])}).</p>{sections}</html>"
    )


def _section(
    document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]
) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{_text(said)}</td></tr>"
        for name, said in _fields(document, operation)
    )
    return (
        f"<section><h2><code>{method.upper()} {escape(path)}</code></h2>"
        f"<p>{_text(_sentence(operation['summary']))} {_text(operation.get('description', ''))}</p>"
        f"<table>{rows}</table></section>"
    )


def _fields(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The parameters, then the fields of the body, each with what is said of it."""
    for given in operation.get("parameters", ()):
        yield given["name"], given.get("description", given["schema"].get("description", ""))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(name, {})
    for field, about in schema.get("properties", {}).items():
        needed = "Needed. " if field in schema.get("required", ()) else ""
        yield field, f"{needed}{about.get('description', '')}"


def _sentence(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}."


def _text(said: str) -> str:
    """HTML of a line in which code stands between backticks."""
    parts = escape(said).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
