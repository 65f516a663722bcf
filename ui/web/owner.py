"""Who may change the settings of a running server: whoever sits at its machine, and nobody else."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from contextvars import ContextVar
from functools import wraps
from urllib.parse import urlsplit

from rag.errors import InputError
from ui.web.calls import Asked, Call

# The name under which the page that is asking now found this server.
_asked_for: ContextVar[str] = ContextVar("asked_for", default="")


def note(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Keep what this request calls the server, for whatever is done on its behalf."""
    named = next((value for name, value in headers if name.lower() == b"host"), b"")
    _asked_for.set(named.decode("latin-1"))


def why_not(listening: str) -> str:
    """Why this visitor may not change anything; empty where they may. ``listening``: our address.

    An address that other machines reach has any visitor; so has a loopback one behind a proxy, or
    under a name that somebody's web page was made to lead here. Those come by another name.
    """
    if not is_loopback(listening):
        return f"paperchat listens on {listening}, so anybody on the network could change them."
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
