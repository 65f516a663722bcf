"""Who may change the settings of a running server: whoever sits at its machine, and nobody else."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from contextvars import ContextVar
from functools import wraps
from urllib.parse import urlsplit

from rag.errors import InputError
from ui.web.calls import Asked, Call

# The name under which the page that is asking now found this server, and whose page it is: empty
# where no browser says so.
_asked_for: ContextVar[str] = ContextVar("asked_for", default="")
_origin: ContextVar[str] = ContextVar("origin", default="")


def note(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Keep what this request says of where it comes from, for whatever is done on its behalf."""
    said = {name.lower(): value.decode("latin-1") for name, value in headers}
    _asked_for.set(said.get(b"host", ""))
    _origin.set(said.get(b"origin", ""))


def why_not(listening: str) -> str:
    """Why this visitor may not change anything; empty where they may. ``listening``: our address.

    An address that other machines reach has any visitor; so has a loopback one behind a proxy, or
    under a name that somebody's web page was made to lead here. Those come by another name. A page
    of another site may ask under our own name, and its browser says whose page it is.
    """
    if not is_loopback(listening):
        return f"paperchat listens on {listening}, so anybody on the network could change them."
    origin = _origin.get()
    if origin and origin.partition("://")[2] != _asked_for.get():
        return f"The page that asks is of another site, {origin}."
    name = _host(_asked_for.get())
    if not is_loopback(name):
        return f"You came by the name {name or 'of nothing'}, which is not this machine's own."
    return ""


def alone(call: Call, listening: str) -> Call:
    """``call`` for those alone who may change something. Raises InputError for anybody else."""

    @wraps(call)
    async def checked(asked: Asked) -> Asked:
        if why := why_not(listening):
            raise InputError(why, "Open paperchat on its own machine.")
        return await call(asked)

    return checked


def is_loopback(host: str) -> bool:
    """Whether the host's name or address is this machine's own, reached by it alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _host(named: str) -> str:
    try:
        return urlsplit(f"//{named}").hostname or ""
    except ValueError:
        return ""
