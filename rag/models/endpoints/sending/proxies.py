"""What the environment says of the way to an endpoint: a proxy, and whom to trust."""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Sequence
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

import httpx

from rag.environment import set_aside
from rag.errors import EndpointError
from rag.models.endpoints.sending.address import Address

# In this order; the first one that is set counts, as in curl and requests.
_FILES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_FOLDER = "SSL_CERT_DIR"


def proxy_for(address: Address) -> str | None:
    """The URL of the proxy to an address; None for none. Nothing on this machine has one.

    NO_PROXY may have names, addresses, and ranges of both kinds of addresses.
    """
    proxies = getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all")
    if (
        not proxy
        or address.local
        or _excluded(address, [*proxies.get("no", "").split(","), *set_aside])
    ):
        return None
    scheme, mark, rest = proxy.strip().rpartition("://")
    # Desktops write socks:// where they mean the fifth version.
    scheme = {"": "http", "socks": "socks5"}.get(scheme.lower(), scheme.lower())
    return f"{scheme}://{rest}" if mark else f"http://{rest}"


def trusted() -> ssl.SSLContext:
    """The certificates that the environment names, else certifi's. Raises EndpointError."""
    name = next((name for name in _FILES if os.environ.get(name)), "")
    file, folder = os.environ.get(name) or None, os.environ.get(_FOLDER) or None
    if file is None and folder is None:
        return httpx.create_ssl_context(trust_env=False)
    if file and Path(file).is_dir():
        file, folder = None, file
    try:
        return ssl.create_default_context(cafile=file, capath=folder)
    except OSError as exc:  # an SSLError is one, too
        why = "it holds no certificate" if isinstance(exc, ssl.SSLError) else exc.strerror
        raise EndpointError(
            f"The certificates cannot be read that {name or _FOLDER} names: {file}: {why}.",
            "Name a file in PEM form, or unset it.",
            "certificate",
        ) from exc


def _excluded(address: Address, listed: Sequence[str]) -> bool:
    """Whether NO_PROXY has the address, or a range that holds it."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    try:
        literal = ipaddress.ip_address(address.host)
    except ValueError:
        literal = None
    ranges = (_range(entry.strip()) for entry in listed)
    if literal is not None and any(literal in known for known in ranges if known is not None):
        return True
    port = address.port or (443 if address.scheme == "https" else 80)
    return bool(proxy_bypass(host) or proxy_bypass(f"{host}:{port}"))


def _range(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip().replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None
