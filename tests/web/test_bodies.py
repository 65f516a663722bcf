"""What a request may send: never more than its route takes, and never for ever."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import Window, serving
from playwright.sync_api import expect
from wire import HERE, Reply, exchange, request

from ui.exports import bundle
from ui.exports.comparisons import saved
from ui.web.asgi import Message
from ui.web.gate.http import routes
from ui.web.gate.http.bodies import Bodies
from ui.web.gate.refused import Refused

CALL = "/gradio_api/component_server/"
_MIB = 1 << 20


def posted(origin: str, *headers: str, path: str = CALL, body: bytes = b"") -> Reply:
    own = (f"Host: {HERE}", "Content-Type: application/json")
    return request(origin, f"POST {path} HTTP/1.1", *own, *headers, body=body)


@pytest.mark.parametrize("path", [CALL, "/gradio_api/queue/join", "/gradio_api/cancel"])
def test_what_is_said_to_be_too_large_is_refused_at_once(origin: str, path: str) -> None:
    """Before one byte of it was sent."""
    said = posted(origin, f"Content-Length: {60 * _MIB}", path=path)
    assert (said.status, said.body) == (413, "This is too large: at most 8 MiB are taken here.\n")


def test_a_login_takes_little(origin: str) -> None:
    said = posted(origin, path="/login", body=b" " * 5000)
    assert (said.status, said.body) == (
        413,
        "This is too large: at most 4096 bytes are taken here.\n",
    )


def test_60_megabytes_are_refused_and_the_line_arrives(origin: str) -> None:
    said = posted(origin, body=b"x" * 60 * _MIB)
    assert said.status == 413


def test_a_get_takes_nothing(origin: str) -> None:
    said = request(origin, "GET / HTTP/1.1", f"Host: {HERE}", body=b"x")
    assert said.status == 413


def chunked(size: int) -> bytes:
    part = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    return part * (size // 0x10000) + b"0\r\n\r\n"


def test_a_chunked_body_is_counted(origin: str) -> None:
    head = "Transfer-Encoding: chunked"
    assert posted(origin, head, body=chunked(60 * _MIB)).status == 413
    assert posted(origin, head, body=chunked(7 * _MIB)).status == 400  # it came in; it is no JSON


def test_a_file_above_a_gibibyte_is_refused_at_once(origin: str) -> None:
    said = request(
        origin, "PUT /library/files HTTP/1.1", f"Host: {HERE}", "X-File-Name: a.bib",
        f"Content-Length: {routes.UPLOAD + 1}",
    )  # fmt: skip
    assert (said.status, said.body) == (
        413,
        "This is too large: at most 1024 MiB are taken here.\n",
    )


def test_a_long_head_is_refused(origin: str) -> None:
    said = request(origin, "GET / HTTP/1.1", f"Host: {HERE}", f"X: {'a' * 100_000}")
    assert (said.status, said.body) == (431, "The head of this request is too large.\n")
    assert request(origin, f"GET /{'a' * 100_000} HTTP/1.1", f"Host: {HERE}").status == 431


def test_whatever_the_window_exports_can_be_sent_back() -> None:
    """A saved comparison or answer comes back as a string in JSON."""
    for largest in (saved.LARGEST, bundle.LARGEST):
        text = '{"title": "Müller’s"}' * (largest // 21)
        assert len(json.dumps(text, ensure_ascii=False).encode()) < routes.CALL


def received(bodies: Bodies, parts: Iterator[tuple[float, Message]]) -> None:
    async def receive() -> Message:
        after, message = next(parts)
        await asyncio.sleep(after)
        return message

    route = next(route for route in routes.ROUTES if route.name == "call")
    asyncio.run(bodies.received(receive, route))


def drops(every: float, count: int) -> Iterator[tuple[float, Message]]:
    for at in range(count):
        yield every, {"type": "http.request", "body": b"x", "more_body": at < count - 1}


def test_a_sender_who_falls_silent_is_not_waited_for() -> None:
    bodies = Bodies(silence=0.1, whole=10)
    received(bodies, drops(0.01, 20))
    with pytest.raises(Refused) as refused:
        received(bodies, drops(0.5, 2))
    assert (refused.value.status, refused.value.reason) == (408, "slow")


def test_a_sender_who_sends_a_byte_now_and_then_is_not_waited_for() -> None:
    with pytest.raises(Refused) as refused:
        received(Bodies(silence=1, whole=0.3), drops(0.05, 1000))
    assert refused.value.status == 408


def test_many_bodies_at_once_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.web.gate.http.bodies._HELD", 10)
    bodies = Bodies()
    with pytest.raises(Refused) as refused:
        received(bodies, drops(0, 11))
    assert refused.value.status == 503
    received(bodies, drops(0, 10))  # what was refused holds no room


def test_a_head_that_does_not_come_ends_the_connection(
    origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.web.gate.http.protocol._PATIENCE", 0.3)
    parts = urlsplit(origin)
    begun = time.monotonic()
    with socket.create_connection((parts.hostname or "", parts.port or 0), 20) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert wire.recv(100) == b""
    assert time.monotonic() - begun < 10
    said = exchange(origin, b"")
    assert said.status == 0


def test_the_page_says_that_something_is_too_large(window: Window) -> None:
    page = window.page
    page.get_by_role("link", name="Compare").click()
    line = page.evaluate(
        """() => import('paperchat').then(({ modules }) => modules['shared/api.js'].caller({
            open_comparison: (given) => fetch('gradio_api/component_server/', {
                method: 'POST', headers: { 'content-type': 'application/json' },
                body: JSON.stringify({ data: given }),
            }).then((answer) => (answer.ok ? {} : undefined)),
        })('open_comparison', { text: 'x'.repeat(20_000_000) })).then(({ failure }) => failure)"""
    )
    assert "This is too large: at most 8 MiB can be sent." in line
    file = page.locator("#pc-compare input[type=file]")
    file.set_input_files(
        {"name": "a.json", "mimeType": "application/json", "buffer": b"x" * 20 * _MIB}
    )
    expect(page.locator("#pc-compare .failure")).to_contain_text("too large", timeout=30_000)


def test_a_head_in_time_and_a_slow_answer_are_no_fault(
    origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.web.gate.http.protocol._PATIENCE", 0.5)
    parts = urlsplit(origin)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 20) as wire:
        for _ in range(2):  # one connection, kept open for longer than a head may take
            wire.sendall(b"GET /healthz HTTP/1.1\r\n")
            time.sleep(0.2)
            wire.sendall(f"Host: {HERE}\r\n\r\n".encode())
            assert b"ready" in wire.recv(10_000)
            time.sleep(0.6)


def test_an_upload_that_stalls_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Bodies.__init__, "__defaults__", (0.3, 10.0))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with serving(index=tmp_path / "none", llm="quotes") as url:
        said = request(
            url, "PUT /library/files HTTP/1.1", f"Host: {HERE}", "X-File-Name: a.bib",
            "Content-Length: 1000", body=b"x",
        )  # fmt: skip
        assert (said.status, said.body) == (408, "This request was sent too slowly.\n")
        assert not list(tmp_path.rglob("a.bib"))
