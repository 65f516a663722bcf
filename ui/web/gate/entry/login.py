"""The page on which visitors log in, and the way out."""

from __future__ import annotations

import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ui.web.gate.entry.door import Door
from ui.web.gate.http.headers import own_policy

_PAGE = Path(__file__).with_name("login.html")


class Login:
    """Answers /login and /logout."""

    def __init__(self, door: Door, theme: str) -> None:
        """``theme`` is the script that makes the page light or dark, as the window is."""
        self._door = door
        self._html = _PAGE.read_text("utf-8").replace("/* theme */", theme)
        self._policy = own_policy(self._html.encode())

    async def page(self, request: Request) -> Response:
        """The form; whoever is inside already goes to the window."""
        if self._door.inside(request.scope):
            return RedirectResponse(".", 303)
        return HTMLResponse(self._html, headers={"content-security-policy": self._policy})

    async def enter(self, request: Request) -> Response:
        """Begin a session for whoever sends the password or token as {"secret"}."""
        try:
            given = json.loads(await request.body())["secret"]
        except (ValueError, TypeError, KeyError):
            return JSONResponse({"failure": "Send the password as JSON."}, 400)
        if not isinstance(given, str) or not await self._door.try_secret(request.scope, given):
            return JSONResponse({"failure": "That is not it. Try once more."}, 401)
        return Response(None, 204, {"set-cookie": self._door.begin(request.scope)})

    async def leave(self, request: Request) -> Response:
        """End the visitor's session."""
        return Response(None, 204, {"set-cookie": self._door.end(request.scope)})
