"""Starts the web server from settings, and shuts it down."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress

import gradio as gr
import uvicorn
from fastapi import FastAPI

from rag.engine import choose_model
from rag.errors import PortError
from rag.settings import Settings
from ui.web import modules
from ui.web.app import build, early, head, theme_script
from ui.web.asgi import App
from ui.web.early import with_early
from ui.web.gate.bodies import HEAD
from ui.web.gate.gate import Gate
from ui.web.gate.hosts import Hosts
from ui.web.gate.login import Login
from ui.web.gate.protocol import Protocol
from ui.web.gate.refused import Refused, refused_inside
from ui.web.gate.requests import log_questions
from ui.web.gate.watching import Watching
from ui.web.jobs import THREADS
from ui.web.library.uploads import ADDRESS
from ui.web.service import Service

_SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def serve(settings: Settings, *, open_browser: bool) -> None:
    """Serve the page until Ctrl-C or SIGTERM; the engine opens in the background.

    Raises PortError if the port cannot be used and SettingsError for settings without a model.
    """
    log_questions(settings.log_questions)
    choose_model(settings)  # settings that cannot work fail before anything is served
    service = Service(settings)
    with closing(listen(settings.host, settings.port)) as listener, _ended_by_signals():
        blocks = build(service)
        server = _Server(application(blocks, service), service, blocks)
        links = service.door.links()
        _announce(links, service.door.notice())
        try:
            service.start()
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(links[-1],), daemon=True).start()
            server.run(sockets=[listener])
        finally:  # the signal that ends the server comes here as a KeyboardInterrupt
            service.uploads.close()
    with suppress(KeyboardInterrupt):
        service.stop(patience=1.0)
    _exit_if_busy()


def _announce(links: Sequence[str], notice: str) -> None:
    """Say where the window is, and what is open to whom."""
    more = "".join(f"         and at {link}\n" for link in links[1:])
    said = f"{notice}\n" if notice else ""
    sys.stderr.write(f"paperchat is at {links[0]} (Ctrl-C ends it)\n{more}{said}")
    sys.stderr.flush()


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


def application(blocks: gr.Blocks, service: Service) -> App:
    """The page as an ASGI application that uses no other host, behind the gate."""
    app = with_early(mounted(blocks, service), early())
    hosts = Hosts(service.settings.host, service.settings.allowed_hosts)
    return Gate(app, hosts, service.door, service.metrics)


def mounted(blocks: gr.Blocks, service: Service) -> FastAPI:
    """All routes, Gradio's with ours."""
    theme = gr.themes.Base(font=_SANS, font_mono=_MONO).set(
        body_background_fill="#f7f6f3",
        body_background_fill_dark="#141516",
        body_text_color="#1d1c1a",
        body_text_color_dark="#ece9e2",
    )
    outer = FastAPI(openapi_url=None)
    _add_routes(outer, service)
    gr.mount_gradio_app(
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
    return outer


def _add_routes(outer: FastAPI, service: Service) -> None:
    """The routes that are not Gradio's."""
    login = Login(service.door, theme_script())
    watching = Watching(service.door, service.metrics, lambda: service.ready)
    outer.add_route(ADDRESS, service.uploads.receive, methods=["PUT"])
    outer.add_route(modules.ROUTE, modules.serve)
    outer.add_route("/login", login.page)
    outer.add_route("/login", login.enter, methods=["POST"])
    outer.add_route("/logout", login.leave, methods=["POST"])
    outer.add_route("/healthz", watching.health)
    outer.add_route("/metrics", watching.figures)
    outer.add_exception_handler(Refused, refused_inside(service.metrics.refused))


class _Server(uvicorn.Server):
    """Stops background work and open event streams before the server shuts down."""

    def __init__(self, app: App, service: Service, blocks: gr.Blocks) -> None:
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
        self._service = service
        self._blocks = blocks

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.stop()
        self._blocks.close(verbose=False)
        # A page in the middle of an answer is cut off after a second. uvicorn would print the
        # traceback of that.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
