"""Who is let in: everybody on a loopback address, otherwise whoever knows the password or token."""

from __future__ import annotations

import asyncio
import secrets
from http.cookies import CookieError, SimpleCookie

from rag.errors import SettingsError
from rag.settings import Settings
from ui.web.asgi import Scope, value, values
from ui.web.gate.entry.lockout import Lockout
from ui.web.gate.entry.secret import Secret
from ui.web.gate.entry.sessions import IDLE, Sessions
from ui.web.gate.http.hosts import is_loopback, urls
from ui.web.gate.http.origin import scheme
from ui.web.gate.http.routes import Route
from ui.web.gate.refused import Refused

_AT_HOME = "Only somebody at the machine itself can change anything."


class Door:
    """Asks visitors for the password or token, and recognises those who gave it.

    Raises SettingsError if the settings both ask for a password and let everybody in.
    """

    def __init__(self, settings: Settings) -> None:
        password, local = settings.password, is_loopback(settings.host)
        if password and settings.open_to_anyone:
            raise SettingsError(
                "A password is set, and --open-to-anyone lets everybody in without it.",
                "Give one of them.",
            )
        self._port = settings.port
        self._host = settings.host
        # A name of another host leads here through a proxy, from wherever that can be reached.
        self.reachable = not local or bool(settings.allowed_hosts.strip())
        self.token = ""
        if password is None and self.reachable and not settings.open_to_anyone:
            self.token = secrets.token_urlsafe(32)
        given = password.get_secret_value() if password else self.token
        self._secret = Secret(given) if given else None
        self._sessions = Sessions()
        self._lockout = Lockout()

    @property
    def locked(self) -> bool:
        """Whether visitors must log in."""
        return self._secret is not None

    def check(self, scope: Scope, route: Route) -> None:
        """Raises Refused for somebody who has to log in first; a browser is sent to do that."""
        if route.open or self.inside(scope):
            return
        if route.page and scope["method"] == "GET" and "text/html" in value(scope, "accept"):
            raise Refused(303, "login", "Log in first.", ((b"location", b"login"),))
        raise Refused(401, "login", "Log in first.", ((b"www-authenticate", b"Bearer"),))

    def inside(self, scope: Scope) -> bool:
        """Whether this visitor has logged in, or need not."""
        return not self.locked or any(map(self._sessions.known, self._shown(scope)))

    async def try_secret(self, scope: Scope, given: str) -> bool:
        """Whether ``given`` opens the door. Raises Refused after too many wrong tries."""
        if self._secret is None:
            return True
        address = scope["state"]["sender"]
        if wait := self._lockout.wait(address):
            seconds = int(wait) + 1
            raise Refused(
                429, "locked", f"Too many wrong tries. Try again in {_said(seconds)}.",
                ((b"retry-after", str(seconds).encode()),),
            )  # fmt: skip
        right = await asyncio.to_thread(self._secret.matches, given)
        if right:
            self._lockout.right(address)
        return right

    def begin(self, scope: Scope) -> str:
        """Begin a session; the cookie to set. What the browser had before is of no use any more."""
        self._end(scope)
        return self._cookie(scope, self._sessions.begin(), IDLE)

    def end(self, scope: Scope) -> str:
        """End this visitor's session; the cookie to set."""
        self._end(scope)
        return self._cookie(scope, "", 0)

    def links(self) -> list[str]:
        """Where the window is, for whoever may come in: the address for other machines first."""
        tail = f"/login#token={self.token}" if self.token else ""
        return [f"{url}{tail}" for url in urls(self._host, self._port)]

    def notice(self, papers: int | None = None) -> str:
        """What is open to whom, in a sentence or two; empty where only this machine gets in."""
        if not (self.reachable or self.locked):
            return ""
        where = urls(self._host, self._port)[0]
        has = " and has the link with its token" if self.token else " and knows the password"
        what = "the papers" if papers is None else f"the {papers:,} papers"
        who = f"Anyone who can reach {where}{has if self.locked else ''}"
        return f"{who} can ask questions and read {what}. {_AT_HOME}"

    def _shown(self, scope: Scope) -> list[str]:
        """The session ids that the browser sent; another server of this host may have set some."""
        name, found = self._name(scope), []
        for line in values(scope, "cookie"):
            for part in line.split(";"):
                try:
                    cookie = SimpleCookie(part.strip()).get(name)
                except CookieError:
                    continue
                if cookie is not None:
                    found.append(cookie.value)
        return found[:8]

    def _end(self, scope: Scope) -> None:
        for session in self._shown(scope):
            self._sessions.end(session)

    def _name(self, scope: Scope) -> str:
        """Browsers give a cookie to every port of its host, so the port is in its name."""
        return f"{'__Host-' if scheme(scope) == 'https' else ''}paperchat-{self._port}"

    def _cookie(self, scope: Scope, session: str, age: int) -> str:
        secure = "; Secure" if scheme(scope) == "https" else ""
        kept = f"Path=/; Max-Age={age}; HttpOnly; SameSite=Strict"
        return f"{self._name(scope)}={session}; {kept}{secure}"


def sender(scope: Scope) -> str:
    """The address from which a request comes; a proxy on this machine says whom it speaks for."""
    peer = str((scope.get("client") or ("",))[0])
    said = values(scope, "x-forwarded-for")
    if said and is_loopback(peer):
        return said[-1].rpartition(",")[2].strip()
    return peer


def _said(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{-(-seconds // 60)} minutes"
