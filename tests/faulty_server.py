"""An endpoint that misbehaves: a server whose replies are written byte by byte."""

from __future__ import annotations

import json
import re
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self, TypeAlias

from rag.answering.prompts import ASKING

EVENTS = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


class Line:
    """One connection, after its request has been read. Sending raises OSError once it is closed."""

    def __init__(self, sock: socket.socket, body: dict[str, Any], over: threading.Event) -> None:
        self._socket = sock
        self.body = body
        self._over = over

    def send(self, *texts: str | bytes) -> None:
        """Send these as they are."""
        for text in texts:
            self._socket.sendall(text.encode() if isinstance(text, str) else text)

    def event(self, value: object) -> None:
        """Send a value as an event of a stream."""
        self.send(f"data: {json.dumps(value)}\n\n")

    def say(self, text: str, finish: str | None = None, field: str = "content") -> None:
        """Send text as a delta of a stream."""
        self.event({"choices": [{"index": 0, "delta": {field: text}, "finish_reason": finish}]})

    def status(
        self, status: int, *headers: str, body: str = '{"error": {"message": "No."}}'
    ) -> None:
        """Send a whole response."""
        lines = [f"HTTP/1.1 {status} Status", *headers, f"Content-Length: {len(body.encode())}"]
        self.send("\r\n".join([*lines, "Connection: close", "", body]))

    def wait(self, seconds: float = 30.0) -> None:
        """Send nothing for a while; raises OSError if the server is to end."""
        if self._over.wait(seconds):
            raise OSError

    def for_ever(self, send: Callable[[], None], pause: float = 0.005) -> None:
        """Send again and again."""
        while True:
            send()
            self.wait(pause)

    def reset(self) -> None:
        """Close with a reset, not with an end."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


Fault: TypeAlias = Callable[[Line], None]


class FaultyServer:
    """Serves ``fault`` on loopback; with ``understands`` only after a good reply on the meaning."""

    def __init__(self, fault: Fault, *, understands: bool = False) -> None:
        self.bodies: list[dict[str, Any]] = []
        over = self._over = threading.Event()
        bodies = self.bodies

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError, ValueError):
                    body = _body(self.rfile)
                    bodies.append(body)
                    line = Line(self.connection, body, over)
                    asks_meaning = body and body["messages"][0]["content"] == ASKING
                    (_good if understands and asks_meaning else fault)(line)

            def finish(self) -> None:
                with suppress(OSError):
                    super().finish()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _body(stream: Any) -> dict[str, Any]:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            raise ValueError("no request")
        head += line
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    body: dict[str, Any] = json.loads(stream.read(int(length[1]))) if length else {}
    return body


def _good(line: Line) -> None:
    line.send(EVENTS)
    line.say("{}", "stop")
    line.send("data: [DONE]\n\n")
