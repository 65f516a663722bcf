"""Decides who may change a running server: only somebody at its own machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from contextvars import ContextVar
from functools import wraps
from urllib.parse import urlsplit

from rag.errors import InputError
from ui.web.calls import Call, Payload

# The Host and Origin headers of the request that is being answered; empty if it has none.
_asked_for: ContextVar[str] = ContextVar("asked_for", default="")
_origin: ContextVar[str] = ContextVar("origin", default="")


def note(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Store the Host and Origin of this request for the calls that it makes."""
    said = {name.lower(): value.decode("latin-1") for name, value in headers}
    _asked_for.set(said.get(b"host", ""))
    _origin.set(said.get(b"origin", ""))


def why_not(listening: str) -> str:
    """Why this visitor may not change anything; empty if they may. ``listening`` is our address.

    Anybody can reach an address that is open to other machines. A loopback address can be reached
    through a proxy, or through a foreign name that resolves to it: both show in the Host header. A
    page of another site may use our own name; its browser then names that site in Origin.
    """
    if not is_loopback(listening):
        return f"paperchat listens on {listening}, so anybody on the network could make changes."
    origin = _origin.get()
    if origin and origin.partition("://")[2] != _asked_for.get():
        return f"The request comes from a page of another site, {origin}."
    name = _host(_asked_for.get())
    if not is_loopback(name):
        return f"You opened it as {name or 'no name'}, which is not this machine's own name."
    return ""


def alone(call: Call, listening: str) -> Call:
    """``call``, for the owner alone; it raises InputError for anybody else."""

    @wraps(call)
    async def checked(asked: Payload) -> Payload:
        if why := why_not(listening):
            raise InputError(why, "Open paperchat on its own machine.")
        return await call(asked)

    return checked


def is_loopback(host: str) -> bool:
    """Whether a host's name or address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _host(named: str) -> str:
    try:
        return urlsplit(f"//{named}").hostname or ""
    except ValueError:
        return ""
