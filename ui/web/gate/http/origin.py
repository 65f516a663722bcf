"""Refuses what pages of other sites send: they may link here, and nothing else.

A browser says from where a request comes in two headers that no page can change: Origin, and
Sec-Fetch-Site. Programs other than browsers send neither. What only old browsers would let through
is caught by the type of the body: a page can send JSON to another site only after asking, and
paperchat never says yes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ui.web.asgi import Scope, value, values
from ui.web.gate.http.routes import Route
from ui.web.gate.refused import Refused

_OURS = ("same-origin", "none")  # none: typed by the user, or a bookmark
_JSON = "application/json"


def check(scope: Scope, route: Route, allowed: Collection[str] = ()) -> None:
    """Raises Refused for a request of another site's page, unless that is one of ``allowed``."""
    origins = values(scope, "origin")
    if len(origins) != 1 or origins[0] not in allowed:
        _check_site(scope, route, origins)
    if route.json and value(scope, "content-type").partition(";")[0].strip().lower() != _JSON:
        raise Refused(415, "type", f"Send this as {_JSON}.")


def _check_site(scope: Scope, route: Route, origins: Sequence[str]) -> None:
    sites = values(scope, "sec-fetch-site")
    foreign = any(site not in _OURS for site in sites) or len(sites) > 1
    if foreign and not _follows_link(scope, route):
        raise _foreign()
    if len(origins) > 1 or any(origin != own_origin(scope) for origin in origins):
        raise _foreign(origins[0])


def own_origin(scope: Scope) -> str:
    """The origin of our own page, as the browser that sends this request names it."""
    return f"{scheme(scope)}://{value(scope, 'host')}"


def scheme(scope: Scope) -> str:
    """http or https, as the visitor's browser sees it: a proxy in front of us may do TLS.

    A page of another site cannot set this header without asking first.
    """
    said = value(scope, "x-forwarded-proto").lower()
    return said if said in ("http", "https") else str(scope.get("scheme", "http"))


def _follows_link(scope: Scope, route: Route) -> bool:
    """Whether somebody follows a link to the page: it is shown to them, not to the other site."""
    opened = value(scope, "sec-fetch-mode") == "navigate"
    whole = value(scope, "sec-fetch-dest") == "document"
    return route.page and scope["method"] == "GET" and opened and whole


def _foreign(origin: str = "") -> Refused:
    named = f", {origin[:80]}" if origin.strip() and origin.isprintable() else ""
    line = f"This request comes from a page of another site{named}. Only our own may send it."
    return Refused(403, "origin", line)
