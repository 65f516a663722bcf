"""Serves the API, and perhaps the window beside it, until Ctrl-C."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware

from rag.engine import choose_model
from rag.errors import InputError, PaperchatError
from rag.settings import Settings
from ui.api.access import Access
from ui.api.app import application
from ui.api.engines import Engines
from ui.api.jobs import Jobs
from ui.api.problems import told
from ui.api.routes import ROOTS, ROUTES
from ui.api.state import Api
from ui.web.asgi import App, Receive, Scope, Send
from ui.web.gate.gate import Gate
from ui.web.gate.http.hosts import Hosts, urls
from ui.web.gate.metrics import Metrics
from ui.web.gate.requests import log_questions
from ui.web.jobs import THREADS
from ui.web.library.uploads import Uploads
from ui.web.line import Line
from ui.web.listening import Server, ended_by_signals, exit_if_busy, listen

if TYPE_CHECKING:
    from ui.web.server import Window

_PORTS = {"http": 80, "https": 443}  # of which browsers send none
_WRITTEN_AT_ONCE = 32  # answers of a language model, which mostly wait for it


def serve(settings: Settings, *, origins: Sequence[str] = (), window: bool = False) -> None:
    """Serve the API until Ctrl-C or SIGTERM, with the ``window`` under / if that is wanted.

    Pages of ``origins`` may use it. Raises PortError if the port cannot be used, SettingsError for
    settings without a model and for an address that needs keys, and InputError for an origin that
    is none.
    """
    log_questions(settings.log_questions)
    choose_model(settings)  # settings that cannot work fail before anything is served
    access = Access(settings)
    allowed = [_origin(given) for given in origins]
    page = _window(settings) if window else None
    api = _api(settings, page)
    app = gated(api, access, allowed)
    if page is not None:
        app = _beside(app, page.application())

    def stop() -> None:
        api.jobs.close()
        if page is not None:
            page.stop()

    with closing(listen(settings.host, settings.port)) as listener, ended_by_signals():
        server = Server(app, stop)
        _announce(settings, access, allowed, page)
        try:
            if page is not None:
                page.service.start()
            else:
                threading.Thread(
                    target=_open, args=(api,), name=f"{THREADS}open", daemon=True
                ).start()
            server.run(sockets=[listener])
        finally:  # the signal that ends the server comes here as a KeyboardInterrupt
            api.uploads.close()
    if page is not None:
        page.wait()
    exit_if_busy()


def gated(api: Api, access: Access, origins: Sequence[str]) -> App:
    """The API behind its gate; browsers on pages of ``origins`` may ask before they send."""
    settings = api.settings
    hosts = Hosts(settings.host, settings.allowed_hosts)
    gate = Gate(application(api), hosts, access, api.metrics, ROUTES, origins, told)
    if not origins:
        return gate
    return CORSMiddleware(
        gate,
        allow_origins=origins,
        allow_methods=("GET", "POST", "PUT", "DELETE"),
        allow_headers=("*",),  # OpenAI's client for browsers sends a dozen of its own
        expose_headers=("location", "retry-after", "x-request-id"),
    )


def _api(settings: Settings, page: Window | None) -> Api:
    if page is not None:
        service = page.service
        engines = Engines(settings, service)
        return Api(settings, engines, service.line, service.metrics, service.uploads, Jobs(engines))
    engines, metrics = Engines(settings), Metrics()
    quotes = choose_model(settings).mode == "quotes"  # then all of an answer is computing
    line = Line(lambda: (os.cpu_count() or 1) if quotes else _WRITTEN_AT_ONCE)
    metrics.watch(line)
    return Api(settings, engines, line, metrics, Uploads(), Jobs(engines))


def _window(settings: Settings) -> Window:
    from ui.web.quick_start import import_serve

    import_serve()  # which imports Gradio quickly
    from ui.web.server import Window

    return Window(settings)


def _beside(api: App, window: App) -> App:
    """One application: the API at its addresses, the window at all others."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and scope["path"].startswith(ROOTS)
        await (api if ours else window)(scope, receive, send)

    return both


def _open(api: Api) -> None:
    """Open the server's own index, so that the first question does not wait for it."""
    try:
        api.engines.get()
    except PaperchatError as exc:  # whoever asks is told, too
        sys.stderr.write(f"paperchat: {exc}\n")


def _origin(given: str) -> str:
    """An origin as browsers send it. Raises InputError."""
    try:
        parts = urlsplit(given.removesuffix("/"))
        usual = _PORTS[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode()
        port = "" if parts.port in (None, usual) else f":{parts.port}"
    except (KeyError, ValueError):
        host = port = ""
    if not host or "@" in given or any(parts[2:]):
        raise InputError(f"{given!r} is no origin.", "Give one such as --cors https://lab.example.")
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _announce(
    settings: Settings, access: Access, origins: Sequence[str], page: Window | None
) -> None:
    """Say where the API is, and what is open to whom."""
    first, *more = urls(settings.host, settings.port)
    lines = [f"paperchat serves its API at {first}/api/v1 and {first}/v1 (Ctrl-C ends it)"]
    lines += [f"    and at {url}" for url in more]
    lines += [access.notice(), f"{first}/docs says how it is used."]
    if origins:
        lines.append(f"Pages of {', '.join(origins)} may use it.")
    if page is not None:
        links = page.service.door.links()
        lines += [f"The window is at {links[0]}", page.service.door.notice()]
    with suppress(BrokenPipeError):
        sys.stderr.write("".join(f"{line}\n" for line in lines if line))
        sys.stderr.flush()
