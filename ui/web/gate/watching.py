"""For whoever runs the server: /healthz says whether it is ready, /metrics has its figures."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.web import owner
from ui.web.asgi import value
from ui.web.gate.entry.door import Door
from ui.web.gate.metrics import CONTENT_TYPE, Metrics
from ui.web.gate.refused import Refused

_BEARER = "bearer "


class Watching:
    """Answers /healthz to everybody, and /metrics to whoever is inside or at the machine."""

    def __init__(self, door: Door, metrics: Metrics, ready: Callable[[], bool]) -> None:
        self._door = door
        self._metrics = metrics
        self._ready = ready

    async def health(self, request: Request) -> Response:
        """200 once questions are answered without waiting, 503 before."""
        ready = self._ready()
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    async def figures(self, request: Request) -> Response:
        """The figures, also for a program that sends the password or token as a bearer token."""
        if not (owner.at_the_machine() or self._inside(request) or await self._knows(request)):
            raise Refused(401, "login", "Log in first.", ((b"www-authenticate", b"Bearer"),))
        return Response(self._metrics.text(), media_type=CONTENT_TYPE)

    def _inside(self, request: Request) -> bool:
        return self._door.locked and self._door.inside(request.scope)

    async def _knows(self, request: Request) -> bool:
        given = value(request.scope, "authorization")
        if not self._door.locked or given[: len(_BEARER)].lower() != _BEARER:
            return False
        return await self._door.try_secret(request.scope, given[len(_BEARER) :].strip())
