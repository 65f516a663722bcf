"""Starts the web server from settings, and shuts it down."""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import Sequence
from contextlib import closing, suppress

import gradio as gr
from fastapi import FastAPI

from rag.engine import choose_model
from rag.settings import Settings
from ui.web import modules
from ui.web.app import build, early, head, theme_script
from ui.web.asgi import App
from ui.web.early import with_early
from ui.web.gate.entry.login import Login
from ui.web.gate.gate import Gate
from ui.web.gate.http.hosts import Hosts
from ui.web.gate.refused import Refused, refused_inside
from ui.web.gate.requests import log_questions
from ui.web.gate.watching import Watching
from ui.web.library.uploads import ADDRESS
from ui.web.listening import Server, ended_by_signals, exit_if_busy, listen
from ui.web.service import Service

_SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def serve(settings: Settings, *, open_browser: bool) -> None:
    """Serve the page until Ctrl-C or SIGTERM; the engine opens in the background.

    Raises PortError if the port cannot be used and SettingsError for settings without a model.
    """
    log_questions(settings.log_questions)
    choose_model(settings)  # settings that cannot work fail before anything is served
    window = Window(settings)
    with closing(listen(settings.host, settings.port)) as listener, ended_by_signals():
        server = Server(window.application(), window.stop)
        links = window.service.door.links()
        _announce(links, window.service.door.notice())
        try:
            window.service.start()
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(links[-1],), daemon=True).start()
            server.run(sockets=[listener])
        finally:  # the signal that ends the server comes here as a KeyboardInterrupt
            window.close()
    window.wait()
    exit_if_busy()


class Window:
    """The page with its service, as a part of a server."""

    def __init__(self, settings: Settings) -> None:
        self.service = Service(settings)
        self._blocks: gr.Blocks | None = None

    def application(self) -> App:
        """The page as an ASGI application behind its gate."""
        self._blocks = build(self.service)
        return application(self._blocks, self.service)

    def stop(self) -> None:
        """End background work and open event streams; the server is about to shut down."""
        self.service.stop()
        if self._blocks is not None:
            self._blocks.close(verbose=False)

    def close(self) -> None:
        """Remove the files that were sent and never taken."""
        self.service.uploads.close()

    def wait(self) -> None:
        """Give what still works a moment to end."""
        with suppress(KeyboardInterrupt):
            self.service.stop(patience=1.0)


def _announce(links: Sequence[str], notice: str) -> None:
    """Say where the window is, and what is open to whom."""
    more = "".join(f"         and at {link}\n" for link in links[1:])
    said = f"{notice}\n" if notice else ""
    sys.stderr.write(f"paperchat is at {links[0]} (Ctrl-C ends it)\n{more}{said}")
    sys.stderr.flush()


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
