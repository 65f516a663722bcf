"""The proxies of the environment, made such that every HTTP library here can read them.

httpx, which the window and most clients use, raises for ranges of IPv6 addresses in NO_PROXY and
for the scheme that desktops give SOCKS proxies, even where none of them would matter.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_DESKTOP = "socks://"  # which means the fifth version

# Entries of NO_PROXY that only `rag.models.endpoints.sending.proxies` can read.
set_aside: list[str] = []


def tidy_proxies(environ: MutableMapping[str, str] = os.environ) -> None:
    """Rewrite what httpx cannot read; what is taken out of NO_PROXY is `set_aside`."""
    for name in (*_PROXIES, *map(str.lower, _PROXIES)):
        value = environ.get(name, "")
        if value.lower().startswith(_DESKTOP):
            environ[name] = f"socks5://{value[len(_DESKTOP) :]}"
    for name in ("NO_PROXY", "no_proxy"):
        entries = [entry.strip() for entry in environ.get(name, "").split(",")]
        kept = [entry for entry in entries if _readable(entry)]
        if kept != entries:
            set_aside.extend(entry for entry in entries if not _readable(entry))
            environ[name] = ",".join(kept)


def _readable(entry: str) -> bool:
    network = "/" in entry and entry.count(":") > 1 and "://" not in entry
    return entry.isascii() and "[" not in entry and not network
