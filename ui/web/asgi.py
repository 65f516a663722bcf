"""ASGI's types, and the small things that everything between uvicorn and Gradio needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


def values(scope: Scope, name: str) -> list[str]:
    """Every value of a header, in order; ``name`` is in lower case."""
    wanted = name.encode()
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == wanted]


def value(scope: Scope, name: str) -> str:
    """A header's value; empty if it is missing, or there more than once."""
    found = values(scope, name)
    return found[0] if len(found) == 1 else ""


def takes_gzip(scope: Scope) -> bool:
    """Whether the client said that it takes a body packed by gzip."""
    offers = value(scope, "accept-encoding").replace(" ", "").lower().split(",")
    return any(offer == "gzip" or offer.startswith("gzip;q=0.") for offer in offers)
