"""The one place where the rules come together, in the order in which they are asked."""

from __future__ import annotations

from ui.web import owner
from ui.web.asgi import App, Message, Receive, Scope, Send
from ui.web.gate import bodies, origin, requests, routes
from ui.web.gate.bodies import Bodies
from ui.web.gate.door import Door, sender
from ui.web.gate.headers import protecting
from ui.web.gate.hosts import Hosts
from ui.web.gate.metrics import Metrics
from ui.web.gate.refused import Refused
from ui.web.gate.routes import Route

_LINE = "Something went wrong here."


class Gate:
    """``app``, which gets only what is allowed to come in. An ASGI application."""

    def __init__(self, app: App, hosts: Hosts, door: Door, metrics: Metrics) -> None:
        self._app = app
        self._hosts = hosts
        self._door = door
        self._metrics = metrics
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
            route = routes.route_of(scope)
            out = protecting(noted, route, request)
            await self._pass(scope, route, receive, out)
        except Refused as refused:
            self._metrics.refused(refused.reason)
            if status:
                raise  # what is half sent is cut off
            await refused.answer(scope, receive, out)
        except Exception as exc:  # noqa: BLE001 - the edge of the program: uvicorn would log its text
            requests.log_failure(f"A request failed (request {request})", exc)
            if not status:
                line = f"{_LINE} (request {request})"
                await Refused(500, "request", line).answer(scope, receive, out)
        finally:
            self._metrics.request(route.name if route else "none", status)

    async def _pass(self, scope: Scope, route: Route, receive: Receive, send: Send) -> None:
        origin.check(scope, route)
        bodies.check(scope, route)
        self._door.check(scope, route)
        owner.note(scope)
        if route.name == "upload":
            receive = self._bodies.patient(receive)
        else:
            receive = await self._bodies.received(receive, route)
        await self._app(_plain(scope, route), receive, send)


def _plain(scope: Scope, route: Route) -> Scope:
    """The request as the application gets it: what a proxy said is understood here alone."""
    headers = [(k, v) for k, v in scope["headers"] if not k.lower().startswith(b"x-forwarded-")]
    query = scope["query_string"] if route.query else b""
    return {**scope, "headers": headers, "query_string": query, "scheme": origin.scheme(scope)}
