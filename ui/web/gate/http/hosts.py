"""The names by which this server may be asked for, and the addresses at which it really is.

A foreign page can have its own name point to this machine once a browser has loaded it (DNS
rebinding). The browser then sends what it takes for its own requests here, but it still names that
page's host: so whoever names a host that is not ours gets nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator
from contextlib import suppress

from ui.web.asgi import Scope, values
from ui.web.gate.refused import Refused

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?", re.IGNORECASE)
_ANY = ("0.0.0.0", "::")
# Documentation addresses: nothing is sent to them, but the system says from where it would be.
_FAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


class Hosts:
    """Knows the host names of a server that listens on ``listening``; ``also`` are more names."""

    def __init__(self, listening: str, also: str = "") -> None:
        self._open = not is_loopback(listening)
        self._names = {host_of(name.strip()) for name in also.split(",")} - {""}
        if self._open:
            self._names |= {listening.lower(), *_own_names()}

    def check(self, scope: Scope) -> None:
        """Raises Refused for a request that names another host, none, or several."""
        given = values(scope, "host")
        if len(given) != 1 or not self._known(given[0]):
            raise unknown_host(given[0] if len(given) == 1 else "")

    def _known(self, given: str) -> bool:
        name = host_of(given)
        if is_loopback(name) or name in self._names:
            return True
        return self._open and _address(name) is not None


def unknown_host(name: str) -> Refused:
    """The refusal of a request that names ``name`` as its host."""
    shown = name[:80] if name.isprintable() and name else "nobody"
    line = (
        f"This request is for {shown}, which is no name of this paperchat. "
        "If it should be one, set PAPERCHAT_ALLOWED_HOSTS."
    )
    return Refused(421, "host", line)


def host_of(given: str) -> str:
    """The name in a Host header, in lower case and without port; empty if there is none."""
    match = _HOST.fullmatch(given)
    return match[1].lower().removesuffix(".") if match else ""


def is_loopback(host: str) -> bool:
    """Whether a host's name or address can be reached from this machine alone."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def urls(listening: str, port: int) -> list[str]:
    """Where the server can be reached, the address for other machines first."""
    names = [listening]
    if listening in _ANY:
        usable = [a for a in own_addresses() if listening == "::" or ":" not in a]
        names = [*usable, "127.0.0.1"]
    return [f"http://{f'[{name}]' if ':' in name else name}:{port}" for name in names]


def own_addresses() -> list[str]:
    """The addresses of this machine that others can reach."""
    found = dict.fromkeys((*_outward(), *_of_own_name()))
    usable = [a for a in map(_address, found) if a and not (a.is_loopback or a.is_link_local)]
    return [str(address) for address in usable]


def _outward() -> Iterator[str]:
    for family, far in _FAR:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            yield probe.getsockname()[0]


def _of_own_name() -> Iterator[str]:
    with suppress(OSError):
        for *_, where in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM):
            yield str(where[0])


def _own_names() -> set[str]:
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return {name, short, f"{short}.local"} - {"", ".local"}


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, as IPv4 if it is one in IPv6's clothes."""
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
