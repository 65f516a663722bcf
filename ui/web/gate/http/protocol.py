"""HTTP as uvicorn speaks it, with bounds: h11's on the size of a head, ours on its time.

h11 rather than httptools, which takes heads of any size, and treats `GET http://evil/` as `GET /`.
"""

from __future__ import annotations

import asyncio
import sys

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from ui.web.gate.http.bodies import HEAD_TOO_LARGE
from ui.web.gate.http.hosts import unknown_host

_PATIENCE = 15.0  # seconds until a request's head is there


class Protocol(H11Protocol):
    """One connection, which ends when a request's head does not come in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head(True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for_head(False)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # What h11 still holds before a request is a part of its head.
        self._wait_for_head(self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0]))

    def _wait_for_head(self, waiting: bool) -> None:
        if waiting and self._late is None:
            self._late = self.loop.call_later(_PATIENCE, self.transport.close)
        elif not waiting and self._late is not None:
            self._late.cancel()
            self._late = None

    def send_400_response(self, msg: str) -> None:
        """h11 sees first that a request names no host, or two: the answer is that of the gate."""
        status, fault = 400, sys.exc_info()[1]
        if isinstance(fault, h11.RemoteProtocolError):
            if "Host:" in str(fault):
                status, msg = 421, unknown_host("").line
            elif fault.error_status_hint == 431:
                status, msg = 431, HEAD_TOO_LARGE
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        text = f"{msg}\n".encode()
        headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
        headers += [("content-length", str(len(text)))]
        for event in (
            h11.Response(status_code=status, headers=headers),
            h11.Data(data=text),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """No log line for each request for a WebSocket: it is answered as any other request."""
