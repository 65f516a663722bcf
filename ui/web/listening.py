"""The socket, the signals and the web server, for the window and the API; no page is known here."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn

from rag.errors import PortError
from ui.web.asgi import App
from ui.web.gate.http.bodies import HEAD
from ui.web.gate.http.protocol import Protocol
from ui.web.jobs import THREADS


class Server(uvicorn.Server):
    """Speaks HTTP within the gate's bounds; calls ``stop`` before it shuts down."""

    def __init__(self, app: App, stop: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                h11_max_incomplete_event_size=HEAD,
                proxy_headers=False,  # who asks is decided by the connection itself
                server_header=False,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._stop = stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stop()
        # A page in the middle of an answer is cut off after a second. uvicorn would print the
        # traceback of that.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to ``host`` and ``port``. Raises PortError."""
    try:
        family, kind, proto, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, proto)
    except OSError as exc:
        raise PortError(f"There is no address {host}: {exc}.", "Give another --host.") from exc
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
    except OSError as exc:
        listener.close()
        raise PortError(
            f"Port {port} on {host} cannot be used: {exc.strerror}.",
            f"Choose another one, such as --port {port % 65535 + 1}.",
        ) from exc
    return listener


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the block in an orderly way, whenever they come.

    uvicorn hands a signal on once it has shut down; by default SIGTERM would then kill the
    process with its clean-up undone. Only the main thread may set this.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        yield
    signal.signal(signal.SIGTERM, before)


def exit_if_busy() -> None:
    """End the process here if some of our threads are still at work.

    Loading a model cannot be broken off, and native code that goes on while the interpreter
    takes itself apart crashes. What is on disk survives this: the index is written so that a
    killed process cannot harm it, and a download continues where it was. A server that runs in
    a thread of another program leaves that program alone.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    if any(thread.name.startswith(THREADS) for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
