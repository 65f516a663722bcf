"""Who may use the API: somebody at the machine, or a program with a key; and how often."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from rag.errors import SettingsError
from rag.settings import Settings
from ui.api.keys import Key, Keys
from ui.web import owner
from ui.web.asgi import Scope, value, values
from ui.web.gate.entry.lockout import Lockout
from ui.web.gate.http.hosts import is_loopback, urls
from ui.web.gate.http.origin import own_origin
from ui.web.gate.http.routes import Route
from ui.web.gate.refused import Reason, Refused
from ui.web.gate.requests import log

_BEARER = "bearer "
_MINUTE = 60.0
_ASK = ((b"www-authenticate", b"Bearer"),)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name of a key, or an address without one."""

    name: str
    write: bool


class Access:
    """Recognises callers, for the gate. What it finds out is in ``scope["state"]["caller"]``."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises SettingsError for an address that needs keys, while there are none."""
        self._settings = settings
        self._keys = Keys(settings.keys)
        self._lockout = Lockout()
        self._clock = clock
        self._used: dict[str, deque[float]] = {}  # when each key was used, by its hash
        why = _why_keyed(settings)
        self.keyed = bool(why)
        if self.keyed and not self._keys.all():
            raise SettingsError(
                f"{why}, so callers need a key, and there is none.",
                "Make one with `paperchat keys add NAME`.",
            )

    def check(self, scope: Scope, route: Route) -> None:
        """Raises Refused for somebody without the right to do this, or too often."""
        if route.open:
            return
        key = self._key(scope)
        if key is None:
            caller = self._keyless(scope)
        else:
            self._count(key)
            caller = Caller(key.name, key.write)
        if route.write and not caller.write:
            raise self._read_only(scope, key)
        scope["state"]["caller"] = caller

    def notice(self) -> str:
        """What is open to whom, in a sentence or two."""
        where = urls(self._settings.host, self._settings.port)[0]
        if not self.keyed:
            return "Only programs on this machine can use the API; they need no key."
        number = len(self._keys.all())
        have = "the key" if number == 1 else f"one of the {number} keys"
        return f"Anyone who can reach {where} and has {have} can ask and read all papers."

    def _key(self, scope: Scope) -> Key | None:
        """The key that a request has; None for none. Raises Refused for a wrong one.

        Programs for OpenAI's API always send some key: where none is needed, any will do.
        """
        given = value(scope, "authorization")
        if given[: len(_BEARER)].lower() != _BEARER:
            if values(scope, "authorization") and not self._at_home():
                raise Refused(401, "login", "Send a key as Authorization: Bearer KEY.", _ASK)
            return None
        key = self._find(given[len(_BEARER) :].strip())
        if key is None and not self._at_home():
            sender = scope["state"]["sender"]
            if wait := self._lockout.wait(sender):
                raise _later("locked", "Too many wrong keys came from here.", wait)
            raise Refused(
                401, "login", "This is no key of this paperchat. `paperchat keys add` makes one.",
                _ASK,
            )  # fmt: skip
        return key

    def _find(self, given: str) -> Key | None:
        """The key that ``given`` is. Raises Refused while their file cannot be read, except where
        none is needed."""
        try:
            return self._keys.find(given)
        except SettingsError as exc:
            if self._at_home():
                return None
            log.error("%s", exc)  # the file's place is not for callers
            line = "The keys of this server cannot be read now; its log says why."
            raise Refused(503, "login", line, ((b"retry-after", b"60"),)) from exc

    def _keyless(self, scope: Scope) -> Caller:
        if not self._at_home():
            raise Refused(
                401, "login",
                "A key is needed: send Authorization: Bearer KEY. `paperchat keys add` makes one.",
                _ASK,
            )  # fmt: skip
        origins = values(scope, "origin")
        foreign = any(origin != own_origin(scope) for origin in origins)  # one that --cors allows
        return Caller("", write=not foreign)

    def _at_home(self) -> bool:
        return not self.keyed and owner.at_the_machine()

    def _read_only(self, scope: Scope, key: Key | None) -> Refused:
        if key is None:
            return Refused(403, "rights", "A page of another site changes nothing without a key.")
        return Refused(
            403, "rights",
            f"The key {key.name!r} may only read. `paperchat keys add NAME --write` makes one "
            "that may write.",
        )  # fmt: skip

    def _count(self, key: Key) -> None:
        """Count a request of this key. Raises Refused for more than its rate."""
        now, used = self._clock(), self._used.setdefault(key.hash, deque())
        while used and now - used[0] >= _MINUTE:
            used.popleft()
        if len(used) >= key.rate:
            raise _later(
                "rate", f"The key {key.name!r} may send {key.rate} requests a minute.",
                used[0] + _MINUTE - now,
            )  # fmt: skip
        used.append(now)


def _why_keyed(settings: Settings) -> str:
    """Why being at the machine is not enough; empty if it is."""
    if not is_loopback(settings.host):
        return f"Others can reach {settings.host}"
    # Either says that a proxy leads here, and one that adds no header looks like the machine.
    if settings.allowed_hosts.strip():
        return "PAPERCHAT_ALLOWED_HOSTS is set"
    return "PAPERCHAT_PASSWORD is set" if settings.password else ""


def _later(reason: Reason, what: str, wait: float) -> Refused:
    seconds = int(wait) + 1
    line = f"{what} Try again in {seconds} seconds."
    made = (b"retry-after", str(seconds).encode())
    return Refused(429, reason, line, (made,))
