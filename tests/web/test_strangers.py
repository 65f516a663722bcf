"""Foreign pages, foreign names and odd requests: none of them gets anything."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from wire import HERE, ask, call, exchange, get, post, request

EVIL = "http://evil.example"
JSON = "Content-Type: application/json"
CALL = "/gradio_api/component_server/"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:7860", "localhost.evil.example", "192.168.1.7:7860",
        "0.0.0.0:7860", "127.0.0.1.nip.io", "[::2]", "a@localhost", "localhost:x", "localhost/", "",
        "localhost, evil.example", "2130706433",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/healthz", "/config", CALL, "/assets/x.js", "/login"])
def test_another_name_gets_nothing(origin: str, host: str, path: str) -> None:
    """A page whose name was made to point to this machine (DNS rebinding) sends its own name."""
    said = request(origin, f"GET {path} HTTP/1.1", f"Host: {host}")
    assert said.status == 421
    assert "PAPERCHAT_ALLOWED_HOSTS" in said.body and said.body.count("\n") == 1


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.8.9.1:80", "[::1]:7860", HERE])
def test_this_machine_answers_to_its_own_names(origin: str, host: str) -> None:
    assert request(origin, "GET / HTTP/1.1", f"Host: {host}").status == 200


@pytest.mark.parametrize(
    "lines",
    [
        ["GET / HTTP/1.1"],
        ["GET / HTTP/1.0"],
        ["GET / HTTP/1.1", f"Host: {HERE}", "Host: evil.example"],
        ["GET / HTTP/1.1", f"Host: {HERE}", f"Host: {HERE}"],
        ["GET / HTTP/1.0", f"Host: {HERE}", f"host: {HERE}"],
    ],
)
def test_no_name_and_two_names_get_nothing(origin: str, lines: list[str]) -> None:
    said = request(origin, lines[0], *lines[1:])
    assert said.status == 421 and "PAPERCHAT_ALLOWED_HOSTS" in said.body


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/", "http://127.0.0.1:7860/", "//", "//config", "/%63onfig", "/config/",
        "/./", "/x/../", "/gradio_api/../config", "/gradio_api/%2e%2e/config", "/assets/../config",
        "/assets/..%2f..%2fconfig", "/assets/%2e%2e/config", "/assets/.hidden", "/assets//x",
        "/assets/x\\y", "/;/", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://evil/",
        "/%2f", "/%00", "/\u00e9", "*", "/library/files/", "/metrics/",
    ],
)  # fmt: skip
def test_odd_paths_lead_nowhere(origin: str, target: str) -> None:
    said = exchange(
        origin, f"GET {target} HTTP/1.1\r\nHost: {HERE}\r\nConnection: close\r\n\r\n".encode()
    )
    assert said.status in (400, 404), said


@pytest.mark.parametrize(
    "headers",
    [
        [f"Origin: {EVIL}"],
        ["Origin: null"],
        ["Origin: http://127.0.0.1:7861"],  # another server of this machine
        [f"Origin: https://{HERE}"],
        [f"Origin: http://{HERE}", f"Origin: {EVIL}"],
        ["Origin: "],
        ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: same-site"],
        ["Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", CALL), ("POST", "/gradio_api/queue/join"), ("POST", "/gradio_api/cancel"),
        ("POST", "/login"), ("POST", "/logout"), ("PUT", "/library/files"),
        ("GET", "/gradio_api/queue/data?session_hash=x"), ("GET", "/theme.css"),
    ],
)  # fmt: skip
def test_a_foreign_page_sends_nothing(
    origin: str, method: str, path: str, headers: list[str]
) -> None:
    said = request(origin, f"{method} {path} HTTP/1.1", f"Host: {HERE}", JSON, *headers, body=b"{}")
    assert said.status == 403 and "a page of another site" in said.body
    assert "access-control-allow-origin" not in said.headers


def test_a_link_leads_to_the_page_and_a_frame_does_not(origin: str) -> None:
    followed = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"]
    assert get(origin, "/", *followed, "Sec-Fetch-Dest: document").status == 200
    assert get(origin, "/", *followed, "Sec-Fetch-Dest: iframe").status == 403


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_a_foreign_form_can_send_is_refused_even_without_an_origin(
    origin: str, web_folder: Path, kind: str
) -> None:
    """An old browser says nothing about where a form comes from, but a form sends no JSON."""
    body = json.dumps({"data": {}, "component_id": 1, "fn_name": "rate_turn", "session_hash": "x"})
    before = _ratings(web_folder)
    said = request(
        origin, f"POST {CALL} HTTP/1.1", f"Host: {HERE}", f"Content-Type: {kind}",
        body=body.encode(),
    )  # fmt: skip
    assert said.status == 415
    assert _ratings(web_folder) == before


@pytest.mark.parametrize("method", ["OPTIONS", "PATCH", "DELETE", "TRACE", "CONNECT", "POST"])
def test_other_methods_are_refused_and_nobody_is_invited(origin: str, method: str) -> None:
    said = get(
        origin, "/", f"Origin: {origin}", "Access-Control-Request-Method: PUT", method=method
    )
    assert said.status == 405
    assert not [name for name in said.headers if name.startswith("access-control-")]


def test_our_own_page_may_be_read_by_no_other(origin: str) -> None:
    """Gradio would send Access-Control headers to an Origin that it takes for its own."""
    for said in (get(origin, "/", f"Origin: {origin}"), call(origin, "pc-head", "show_status", {})):
        assert said.status == 200
        assert not [name for name in said.headers if name.startswith("access-control-")]
        assert said.headers["cross-origin-resource-policy"] == "same-origin"
        assert said.headers["x-frame-options"] == "DENY"
        assert said.headers["cache-control"] == "no-store"


def test_a_head_has_no_body(origin: str) -> None:
    said = get(origin, "/", method="HEAD")
    assert (said.status, said.body) == (200, "")


def test_nobody_gets_a_websocket(origin: str) -> None:
    upgrade = ("Upgrade: websocket", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    lines = ("Connection: upgrade", *upgrade, "Sec-WebSocket-Version: 13")
    assert get(origin, "/", *lines).status == 200
    assert get(origin, "/gradio_api/queue/data", *lines, "Origin: http://evil").status == 403


def smuggled(first: str) -> bytes:
    """A request whose body is another request, if a server can be made to see it so."""
    inner = f"GET /metrics HTTP/1.1\r\nHost: {HERE}\r\n\r\n"
    head = f"POST /login HTTP/1.1\r\nHost: {HERE}\r\n{JSON}\r\n{first}\r\n\r\n"
    return f"{head}0\r\n\r\n{inner}".encode()


@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 500",
        "Content-Length: 5\r\nContent-Length: 60",
        "Content-Length: 5, 60",
        "Content-Length: +5",
        "Content-Length: -1",
        "Content-Length: 0x5",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding : chunked",
        "Content-Length: 5\r\n folded: 1\x0b",
    ],
)
def test_a_request_in_a_request_is_not_seen(origin: str, lengths: str) -> None:
    said = exchange(origin, smuggled(lengths))
    assert said.status in (400, 413, 415, 501)
    assert said.headers.get("connection") == "close"


def test_a_proxy_cannot_be_made_up(origin: str) -> None:
    """What says that it comes from elsewhere is not at the machine, whoever is said to send it."""
    for header in ("X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "Via: 1.1 x"):
        said = call(origin, "pc-library", "undo", {}, header)
        assert "comes through a proxy" in said.body
    said = get(origin, "/", "X-Forwarded-Host: evil.example", "X-Forwarded-Prefix: /evil")
    assert said.status == 200 and "/evil" not in said.body and "evil.example" not in said.body


def test_a_query_reaches_nothing_but_the_stream(origin: str) -> None:
    """Gradio would load a stored state by `?deep_link=`, and another theme by `?__theme=`."""
    said = get(origin, "/?deep_link=../../etc/passwd&page=x&__theme=dark")
    assert said.status == 200 and '"deep_link_state":"none"' in said.body.replace(" ", "")
    assert get(origin, f"/?{'a' * 4000}").status == 414


def test_a_function_that_is_no_call_cannot_be_called(origin: str) -> None:
    for name in ("__init__", "preprocess", "get_config", "postprocess"):
        assert call(origin, "pc-head", name, {}).status == 404


def test_an_owner_rates_and_a_guest_does_not(origin: str, web_folder: Path) -> None:
    before = _ratings(web_folder)
    host = urlsplit(origin).netloc
    said = post(origin, CALL, {}, f"X-Real-IP: {host}")
    assert said.status == 400  # no call
    for name, page in (("rate_turn", "pc-chat"), ("start", "pc-evaluate"), ("stop", "pc-evaluate")):
        said = call(origin, page, name, {"thumb": "up"}, "X-Real-IP: 10.0.0.1")
        assert "comes through a proxy" in said.body, name
    assert _ratings(web_folder) == before


def test_a_guest_asks_nothing_of_the_owners_stars(origin: str) -> None:
    asked = "What is SINet?"
    told = ask(origin, asked, "Via: 1.1 proxy", filter={"starred": True})
    assert "Stars and tags here are the owner's." in told.replace("&#x27;", "'")
    assert "owner" not in ask(origin, asked, filter={"starred": True})


def _ratings(web_folder: Path) -> str:
    """What is stored; other tests rate answers of the same server, too."""
    stored = web_folder / "feedback.jsonl"
    return stored.read_text(encoding="utf-8") if stored.exists() else ""
