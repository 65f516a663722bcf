"""Serves over standard input and output, or over HTTP on a loopback address, until told to end."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import closing
from types import FrameType

import anyio
from mcp.server.transport_security import TransportSecuritySettings

from rag.errors import InputError
from rag.settings import Settings
from ui.mcp.papers import Papers
from ui.mcp.server import PapersServer, make_server
from ui.web.asgi import App, Receive, Scope, Send
from ui.web.gate.http.hosts import is_loopback
from ui.web.gate.refused import Refused
from ui.web.listening import Server, ended_by_signals, listen
from ui.web.owner import passed_on

PATH = "/mcp"
_NAMES = ("127.0.0.1", "localhost", "[::1]")


def serve_stdio(settings: Settings, *, writes: bool) -> None:
    """Speak MCP on standard input and output until the input ends or a signal comes.

    While it serves, the SDK sends whatever is printed to standard error.
    """
    papers = Papers(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    if sys.stdin.isatty():
        line = "paperchat mcp: a program starts this and speaks MCP with it; Ctrl-C ends it."
        print(line, file=sys.stderr)
    try:
        anyio.run(make_server(papers, writes=writes).run_stdio_async)
    except* OSError:
        pass  # whoever read our output has gone
    _leave()


def serve_http(settings: Settings, host: str, port: int, *, writes: bool) -> None:
    """Speak MCP over streamable HTTP until a signal comes.

    Raises InputError for an address that others can reach, and PortError.
    """
    if not is_loopback(host):
        raise InputError(
            f"{host} can be reached from other machines, and `paperchat mcp` asks for no key.",
            "Use a loopback address; for others there is `paperchat serve`, behind keys.",
        )
    papers = Papers(settings)
    with closing(listen(host, port)) as listener, ended_by_signals():
        listener.listen()  # whoever reads the address below may connect at once
        bound = listener.getsockname()[1]
        server = Server(_application(make_server(papers, writes=writes), bound), lambda: None)
        shown = f"[{host}]" if ":" in host else host
        sys.stderr.write(f"paperchat mcp is at http://{shown}:{bound}{PATH} (Ctrl-C ends it)\n")
        sys.stderr.flush()
        server.run(sockets=[listener])
    _leave()


def _application(server: PapersServer, port: int) -> App:
    """The server's ASGI application, which answers to loopback names and to pages of its own.

    A proxy on this machine may speak for anybody, so what one passes on is refused.
    """
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[f"{name}:{port}" for name in _NAMES],
            allowed_origins=[f"http://{name}:{port}" for name in _NAMES],
        ),
    )

    async def direct(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and passed_on(scope):
            line = "This request comes through a proxy, and `paperchat mcp` asks for no key."
            await Refused(403, "rights", line).answer(scope, receive, send)
            return
        await app(scope, receive, send)

    return direct


def _leave(signum: int = 0, frame: FrameType | None = None) -> None:
    """End the process, at once if threads are still at work.

    Neither a read from standard input nor the loading of a model can be broken off. What is on
    disk survives this: an index is written so that a killed process cannot harm it.
    """
    sys.stderr.flush()
    if signum or len(threading.enumerate()) > 1:
        os._exit(0)
