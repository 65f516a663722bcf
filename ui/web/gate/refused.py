"""A request that is not answered, and the line that says why."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ui.web.asgi import Receive, Scope, Send, value, values

Reason: TypeAlias = Literal[
    "host",
    "request",
    "route",
    "method",
    "origin",
    "type",
    "login",
    "locked",
    "size",
    "slow",
    "busy",
    "rights",
    "rate",
]

_DRAINED = 64 << 20  # bytes of a body that are read and dropped, so that its sender sees the line
_DRAINING = 5.0  # seconds that this may take


@dataclass(eq=False)
class Refused(Exception):
    """``reason`` is what the figures count it as; ``line`` is all that the sender gets."""

    status: int
    reason: Reason
    line: str
    headers: tuple[tuple[bytes, bytes], ...] = ()

    async def answer(
        self, scope: Scope, receive: Receive, send: Send, told: Told | None = None
    ) -> None:
        """Send the line, as ``told``. A body that comes with it is dropped, up to a bound.

        A connection that is closed while its sender still sends is reset, and a browser then shows
        its own error instead of ours.
        """
        kind, text = (told or plainly)(scope, self)
        length, sends = value(scope, "content-length"), bool(values(scope, "transfer-encoding"))
        sends = sends or length not in ("", "0")
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(text)).encode()),
            *self.headers,
            *([(b"connection", b"close")] if sends else []),
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": text, "more_body": sends})
        if sends:
            await _drain(receive)
            await send({"type": "http.response.body", "body": b""})


# A refusal as a body: its content type, and the bytes.
Told: TypeAlias = Callable[[Scope, Refused], tuple[str, bytes]]


def plainly(scope: Scope, refused: Refused) -> tuple[str, bytes]:
    """The line as plain text."""
    return "text/plain; charset=utf-8", f"{refused.line}\n".encode()


def refused_inside(count: Callable[[Reason], None]) -> Callable[..., Awaitable[Response]]:
    """What Starlette calls for a refusal that was raised while a request was being answered."""

    async def said(request: Request, refused: Refused) -> Response:
        count(refused.reason)
        headers = {key.decode(): text.decode() for key, text in refused.headers}
        closing = {"connection": "close", **headers}
        return PlainTextResponse(f"{refused.line}\n", refused.status, closing)

    return said


async def _drain(receive: Receive) -> None:
    left = _DRAINED
    try:
        async with asyncio.timeout(_DRAINING):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
    except TimeoutError:
        return
