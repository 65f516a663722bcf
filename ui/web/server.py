"""Starts the web server from settings, and shuts it down."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import gradio as gr
import uvicorn
from fastapi import FastAPI

from rag.engine import choose_model
from rag.errors import PortError
from rag.settings import Settings
from ui.web import modules, owner
from ui.web.app import build, early, head
from ui.web.early import App, Message, Receive, Send, with_early
from ui.web.jobs import THREADS
from ui.web.library.uploads import ADDRESS, Uploads
from ui.web.service import Service

# The page may talk to this server alone; the browser enforces it.
# Inline scripts and eval are how Gradio starts its page and how gr.HTML runs its script.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)

_SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def serve(settings: Settings, *, open_browser: bool) -> None:
    """Serve the page until Ctrl-C or SIGTERM; the engine opens in the background.

    Raises PortError if the port cannot be used and SettingsError for settings without a model.
    """
    choose_model(settings)  # settings that cannot work fail before anything is served
    service = Service(settings)
    with closing(listen(settings.host, settings.port)) as listener, _ended_by_signals():
        blocks = build(service)
        server = _Server(application(blocks, service.uploads), service, blocks)
        url = address(settings.host, settings.port)
        sys.stderr.write(f"paperchat is at {url} (Ctrl-C ends it)\n")
        sys.stderr.flush()
        try:
            service.start()
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
            server.run(sockets=[listener])
        finally:  # the signal that ends the server comes here as a KeyboardInterrupt
            service.uploads.close()
    with suppress(KeyboardInterrupt):
        service.stop(patience=1.0)
    _exit_if_busy()


def _exit_if_busy() -> None:
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


@contextmanager
def _ended_by_signals() -> Iterator[None]:
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


def address(host: str, port: int) -> str:
    """The URL to open in a browser on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def application(blocks: gr.Blocks, uploads: Uploads) -> App:
    """The page as an ASGI application that uses no other host."""
    theme = gr.themes.Base(font=_SANS, font_mono=_MONO).set(
        body_background_fill="#f7f6f3",
        body_background_fill_dark="#141516",
        body_text_color="#1d1c1a",
        body_text_color_dark="#ece9e2",
    )
    outer = FastAPI(openapi_url=None)
    outer.add_route(ADDRESS, uploads.receive, methods=["PUT"])
    outer.add_route(modules.ROUTE, modules.serve)
    app = gr.mount_gradio_app(
        outer,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        theme=theme,
        head=head(),
        max_file_size=1,  # files go to our own address, which checks who sends them
    )
    return _guarded(with_early(app, early()))


def _guarded(app: App) -> App:
    async def with_headers(scope: Message, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        owner.note(scope.get("headers", ()))
        await app(scope, receive, add if scope["type"] == "http" else send)

    return with_headers


class _Server(uvicorn.Server):
    """Stops background work and open event streams before the server shuts down."""

    def __init__(self, app: App, service: Service, blocks: gr.Blocks) -> None:
        super().__init__(
            uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        )
        self._service = service
        self._blocks = blocks

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.stop()
        self._blocks.close(verbose=False)
        # A page in the middle of an answer is cut off after a second. uvicorn would print the
        # traceback of that.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
