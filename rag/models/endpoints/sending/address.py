"""Addresses of endpoints, as people write them: with or without scheme, path, query or blanks."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

# Ends of addresses that are copied whole from a manual; a base URL is what stands before.
_ENDS = ("/chat/completions", "/completions", "/responses", "/embeddings")
_LIST = "/models"  # ends a base URL of Azure's; only behind a version it is the list's address
_VERSION = re.compile(r"/v\d\w*(?:/|$)")
API_VERSION = "api-version"  # of Azure, in its query
_AROUND = " \t\r\n\"'`<>\u200b\u200e\u200f\u202a\u202c\u2060\ufeff"  # what copying adds


@dataclass(frozen=True, slots=True)
class Address:
    """``base`` is what paths are added to; ``query`` goes with every request.

    ``user`` is "name:password", empty if there is none.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    user: str = field(default="", repr=False)

    @property
    def base(self) -> str:
        """Scheme, host, port and path: nothing secret, and no slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    @property
    def local(self) -> bool:
        """Whether it is on this machine."""
        return _is_local(self.host)

    @property
    def with_version(self) -> Address | None:
        """The same with /v1, which most servers want; None if it names a version."""
        return None if _VERSION.search(self.path) else replace(self, path=f"{self.path}/v1")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The parts that nobody may see."""
        name, _, password = self.user.partition(":")
        kept = [value for key, value in self.query if key != API_VERSION]
        return tuple(filter(None, (password or name, *kept)))


def address_of(text: str) -> Address | None:
    """The address that a text names; None if it names none.

    Without a scheme it is http for this machine, for a bare name or a private address, else https.
    """
    text = text.strip(_AROUND)
    if not text.isprintable() or " " in text:
        return None
    try:
        if "://" not in text:
            text = f"{_scheme_for(urlsplit(f'//{text}').hostname or '')}://{text}"
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    path = parts.path.rstrip("/")
    ending = next((end for end in _ENDS if path.endswith(end)), "")
    if path.endswith(_LIST) and _VERSION.search(path):
        ending = _LIST
    return Address(
        parts.scheme,
        parts.hostname,
        port,
        path.removesuffix(ending).rstrip("/"),
        tuple(parse_qsl(parts.query)),
        unquote(parts.netloc.rpartition("@")[0]),
    )


def shown(url: str) -> str:
    """The URL without the user name, the password and the query that it may contain."""
    address = address_of(url)
    if address is not None:
        return address.base
    scheme, mark, rest = url.partition("?")[0].rpartition("://")
    authority, slash, path = rest.partition("/")
    return scheme + mark + authority.rpartition("@")[2] + slash + path


def origin_of(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of a URL; None for anything else."""
    found = address_of(url)
    return None if found is None else (found.scheme, found.host, found.port)


def _scheme_for(host: str) -> str:
    with suppress(ValueError):
        return "http" if ipaddress.ip_address(host).is_private else "https"
    return "http" if _is_local(host) or "." not in host else "https"


def _is_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)
