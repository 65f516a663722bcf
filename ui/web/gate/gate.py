"""The one place where the rules come together, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from ui.web import owner
from ui.web.asgi import App, Message, Receive, Scope, Send
from ui.web.gate import requests
from ui.web.gate.entry.door import sender
from ui.web.gate.http import bodies, origin, routes
from ui.web.gate.http.bodies import Bodies
from ui.web.gate.http.headers import protecting
from ui.web.gate.http.hosts import Hosts
from ui.web.gate.http.routes import ROUTES, Route
from ui.web.gate.metrics import Metrics
from ui.web.gate.refused import Refused, Told, plainly

_LINE = "Something went wrong here."


class Guard(Protocol):
    """Decides who is let in: the window's `Door`, or whatever knows the keys of the API."""

    def check(self, scope: Scope, route: Route) -> None:
        """Raises Refused for somebody who may not do this."""
        ...


class Gate:
    """``app``, which gets only what is allowed to come in. An ASGI application."""

    def __init__(
        self,
        app: App,
        hosts: Hosts,
        guard: Guard,
        metrics: Metrics,
        routes: Sequence[Route] = ROUTES,
        origins: Collection[str] = (),
        told: Told = plainly,
    ) -> None:
        """``routes`` are all that answer; pages of ``origins`` may use them; ``told`` refuses."""
        self._app = app
        self._hosts = hosts
        self._guard = guard
        self._metrics = metrics
        self._routes = routes
        self._origins = frozenset(origins)
        self._told = told
        self._bodies = Bodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # the server speaks no WebSocket
        request, route, status = requests.begin(), None, 0
        scope["state"] = {**scope.get("state", {}), "request": request, "sender": sender(scope)}

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        out = protecting(noted, None, request)
        try:
            bodies.check_head(scope)
            self._hosts.check(scope)
            route = routes.route_of(scope, self._routes)
            out = protecting(noted, route, request)
            await self._pass(scope, route, receive, out)
        except Refused as refused:
            self._metrics.refused(refused.reason)
            if status:
                raise  # what is half sent is cut off
            await refused.answer(scope, receive, out, self._told)
        except Exception as exc:  # noqa: BLE001 - the edge of the program: uvicorn would log its text
            requests.log_failure(f"A request failed (request {request})", exc)
            if not status:
                line = f"{_LINE} (request {request})"
                await Refused(500, "request", line).answer(scope, receive, out, self._told)
        finally:
            self._metrics.request(route.name if route else "none", status)

    async def _pass(self, scope: Scope, route: Route, receive: Receive, send: Send) -> None:
        origin.check(scope, route, self._origins)
        bodies.check(scope, route)
        owner.note(scope)
        scope["state"]["why_not"] = owner.why_not()  # for the events that Gradio runs later
        self._guard.check(scope, route)
        if route.stream:
            receive = self._bodies.patient(receive)
        else:
            receive = await self._bodies.received(receive, route)
        await self._app(_plain(scope, route), receive, send)


def _plain(scope: Scope, route: Route) -> Scope:
    """The request as the application gets it: what a proxy said is understood here alone."""
    headers = [(k, v) for k, v in scope["headers"] if not k.lower().startswith(b"x-forwarded-")]
    query = scope["query_string"] if route.query else b""
    return {**scope, "headers": headers, "query_string": query, "scheme": origin.scheme(scope)}
