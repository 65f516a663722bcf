"""Requests to a running window, byte by byte or as a browser's script would send them."""

from __future__ import annotations

import http.client
import json
import re
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

HERE = "127.0.0.1:7860"  # a Host that every loopback server answers to


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; ``status`` is 0 if nothing did. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: str


def exchange(url: str, data: bytes, *, wait: float = 20.0) -> Reply:
    """The reply to raw bytes, read until the server closes, or for ``wait`` seconds."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), wait) as wire:
        wire.sendall(data)
        method = data.partition(b" ")[0].decode()
        response = http.client.HTTPResponse(wire, method=method)
        try:
            response.begin()
        except (http.client.HTTPException, OSError):
            return Reply(0, {}, "")
        return Reply(response.status, _headers(response), response.read().decode())


def request(url: str, line: str, *headers: str, body: bytes = b"") -> Reply:
    """The reply to a request of these lines, with nothing added to them but a length."""
    lines = [line, *headers, "Connection: close"]
    if body and not any(h.lower().startswith(("content-length", "transfer-")) for h in headers):
        lines.append(f"Content-Length: {len(body)}")
    return exchange(url, "\r\n".join([*lines, "", ""]).encode() + body)


def get(url: str, path: str = "/", *headers: str, method: str = "GET") -> Reply:
    """The reply to a plain request for ``path`` by the server's own name."""
    return request(url, f"{method} {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", *headers)


def post(url: str, path: str, given: object, *headers: str) -> Reply:
    """The reply to JSON, sent as the window's own script does."""
    own = (f"Host: {urlsplit(url).netloc}", f"Origin: {url}", "Content-Type: application/json")
    return request(url, f"POST {path} HTTP/1.1", *own, *headers, body=json.dumps(given).encode())


def call(url: str, page: str, name: str, given: object, *headers: str) -> Reply:
    """The reply to a call of a page's script; ``page`` is the id of its block."""
    config = _config(url, *headers)
    mine = [c["id"] for c in config["components"] if c["props"].get("elem_id") == page]
    body = {"data": given, "component_id": mine[0], "fn_name": name, "session_hash": "x"}
    return post(url, "/gradio_api/component_server/", body, *headers)


def ask(url: str, question: str, *headers: str, **more: object) -> str:
    """All that the stream of an answer says; ``more`` of the event are its filter and the like."""
    config = _config(url, *headers)
    asks = next(d for d in config["dependencies"] if any(t[1] == "ask" for t in d["targets"]))
    body = {
        "data": [], "event_data": {"turn": "t", "question": question, **more},
        "fn_index": asks["id"],
        "trigger_id": asks["targets"][0][0], "session_hash": "wire",
    }  # fmt: skip
    joined = post(url, "/gradio_api/queue/join", body, *headers)
    assert joined.status == 200, joined
    return get(url, "/gradio_api/queue/data?session_hash=wire", *headers).body


def _config(url: str, *headers: str) -> dict[str, Any]:
    page = get(url, "/", *headers)
    found = re.search(r"window\.gradio_config = (\{.*?\});</script>", page.body)
    assert found, page
    made: dict[str, Any] = json.loads(found[1])
    return made


def _headers(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}
