"""Bounds what a request may send: how much, how slowly, and how much at the same time."""

from __future__ import annotations

import asyncio

from ui.web.asgi import Message, Receive, Scope, value, values
from ui.web.gate.http.routes import MIB, Route
from ui.web.gate.refused import Refused

HEAD = (
    32 * 1024
)  # bytes of a request's line and headers; h11 has this bound for what comes in parts
HEAD_TOO_LARGE = "The head of this request is too large."
_SILENCE = 20.0  # seconds without a byte
_WHOLE = 120.0  # seconds for a whole body; an upload has as long as bytes come
_HELD = 128 * MIB  # bytes of all bodies that are being received


def check_head(scope: Scope) -> None:
    """Raises Refused for a head above the bound."""
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    if size + len(scope["raw_path"]) + len(scope["query_string"]) > HEAD:
        raise Refused(431, "request", HEAD_TOO_LARGE)


def check(scope: Scope, route: Route) -> None:
    """Raises Refused for a body whose headers say that it is too large, or that say two things."""
    length, coded = value(scope, "content-length"), values(scope, "transfer-encoding")
    if coded and values(scope, "content-length"):
        # Where two programs disagree on where a request ends, another one can be smuggled in.
        raise Refused(
            400, "request", "A request has Content-Length or Transfer-Encoding, not both."
        )
    if length and (not length.isascii() or not length.isdigit() or int(length) > route.largest):
        raise too_large(route)


def too_large(route: Route) -> Refused:
    """The refusal of a body above the route's bound."""
    size = f"{route.largest // MIB} MiB" if route.largest >= MIB else f"{route.largest} bytes"
    return Refused(413, "size", f"This is too large: at most {size} are taken here.")


class Bodies:
    """Receives whole bodies before anybody works on them."""

    def __init__(self, silence: float = _SILENCE, whole: float = _WHOLE) -> None:
        """``silence``: seconds that a sender may send nothing; ``whole``: for all of it."""
        self._silence = silence
        self._whole = whole
        self._held = 0

    async def received(self, receive: Receive, route: Route) -> Receive:
        """A ``receive`` that has the whole body at once. Raises Refused: size, slow or busy."""
        body, more = bytearray(), True
        try:
            async with asyncio.timeout(self._whole):
                while more:
                    message = await self.patient(receive)()
                    if message["type"] != "http.request":
                        return _replayed(message, receive)
                    part, more = message.get("body", b""), message.get("more_body", False)
                    if len(body) + len(part) > route.largest:
                        raise too_large(route)
                    self._held += len(part)
                    body += part
                    if self._held > _HELD:
                        raise Refused(
                            503, "busy", "Too much is being sent here now. Try again in a moment.",
                            ((b"retry-after", b"5"),),
                        )  # fmt: skip
        except TimeoutError:
            raise _slow() from None
        finally:
            self._held -= len(body)
        return _replayed({"type": "http.request", "body": bytes(body), "more_body": False}, receive)

    def patient(self, receive: Receive) -> Receive:
        """``receive`` that raises Refused when the sender of a body falls silent."""
        more = True

        async def awaited() -> Message:
            nonlocal more
            if not more:
                return await receive()  # this waits for the visitor to leave
            try:
                async with asyncio.timeout(self._silence):  # wait_for can lose a cancellation
                    message = await receive()
            except TimeoutError:
                raise _slow() from None
            more = bool(message.get("more_body"))
            return message

        return awaited


def _slow() -> Refused:
    return Refused(408, "slow", "This request was sent too slowly.")


def _replayed(first: Message, receive: Receive) -> Receive:
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return first

    return replayed
