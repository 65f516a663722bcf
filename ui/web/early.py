"""Adds to the page what must be there before it is first painted, and the page's policy.

Gradio's `head` comes too late: its own script adds it once it runs. So the response is changed on
its way out.
"""

from __future__ import annotations

import gzip

from ui.web.asgi import App, Message, Receive, Scope, Send, takes_gzip
from ui.web.gate.http.headers import page_policy

_HEAD = b"<head>"
# Under a phone's rounded corners too, and above its keyboard.
_VIEWPORT = (
    b"shrink-to-fit=no",
    b"viewport-fit=cover, interactive-widget=resizes-content",
)


def with_early(app: App, html: str) -> App:
    """``app``, whose page at / has ``html`` at the very beginning of its head."""

    async def changed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            return await app(scope, receive, send)
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        response = _Response(send, html.encode(), packed=takes_gzip(scope))
        await app({**scope, "headers": plain}, receive, response.take)

    return changed


class _Response:
    """Collects a response, then sends it with ``early`` in its head, by gzip if ``packed``."""

    def __init__(self, send: Send, early: bytes, *, packed: bool) -> None:
        self._packed = packed
        self._send = send
        self._early = early
        self._start: Message = {}
        self._body = b""

    async def take(self, message: Message) -> None:
        """One message of the response."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = self._body.replace(_HEAD, _HEAD + self._early, 1).replace(*_VIEWPORT, 1)
        headers = [(k, v) for k, v in self._start["headers"] if k.lower() != b"content-length"]
        headers.append((b"content-security-policy", page_policy(body).encode()))
        headers.append((b"vary", b"accept-encoding"))
        if self._packed:
            body = gzip.compress(body, 6, mtime=0)
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", str(len(body)).encode()))
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
