"""Turns the exceptions of the catalogues' clients into one error with one clear line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from rag.errors import CatalogueError

_NOT_FOUND = 404
_FORBIDDEN = 403  # which Semantic Scholar's client tells by a PermissionError
_BUSY = 429
_BROKEN = 500  # and above: the catalogue's own fault
_NOTHING = "so nothing was added"
_OFFLINE = "Check the connection and try again."
_PROXIES = "Correct HTTPS_PROXY, ALL_PROXY and NO_PROXY; leave ranges of IPv6 addresses out of it."
_LATER = "Try again in some minutes."


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Raise a CatalogueError that names the catalogue for what its client raises within."""
    try:
        yield
    except _failures() as exc:
        raise _error(name, exc) from exc


def unless_missing(ask: Callable[[], object]) -> object:
    """The result of ``ask``, or None if the catalogue has no such paper (status 404)."""
    try:
        return ask()
    except _failures() as exc:
        if _status(exc) == _NOT_FOUND:
            return None
        raise


def _names_proxy(exc: Exception) -> bool:
    return isinstance(exc, ValueError) and "proxy" in str(exc).lower()


@cache
def _failures() -> tuple[type[Exception], ...]:
    import arxiv
    import httpx
    import httpx2
    from habanero import RequestError
    from requests import RequestException
    from semanticscholar.SemanticScholarException import SemanticScholarException
    from tenacity import RetryError

    return (
        arxiv.ArxivError,
        RequestException,
        httpx.HTTPError,
        httpx2.HTTPError,
        RequestError,
        SemanticScholarException,
        RetryError,  # Semantic Scholar's client, for "too many requests"
        OSError,
        RuntimeError,  # habanero, for any failed request
        ValueError,  # an unexpected answer
        LookupError,
        TypeError,
        httpx.InvalidURL,  # of a proxy, or of a range in NO_PROXY
        httpx2.InvalidURL,
        ImportError,  # of what a kind of proxy needs
    )


def _error(name: str, exc: Exception) -> CatalogueError:
    import httpx
    import httpx2
    import requests
    from tenacity import RetryError

    status = _FORBIDDEN if isinstance(exc, PermissionError) else _status(exc)
    if status == _BUSY or isinstance(exc, RetryError):
        return CatalogueError(f"{name} gets too many requests just now, {_NOTHING}.", _LATER)
    if status is not None and status >= _BROKEN:
        what = f"{name} is out of order (HTTP status {status}), {_NOTHING}."
        return CatalogueError(what, _LATER)
    if status is not None:
        what = f"{name} refused the request (HTTP status {status}), {_NOTHING}."
        return CatalogueError(what, "Check what you asked for, or try again in some minutes.")
    if isinstance(exc, requests.Timeout | httpx.TimeoutException | httpx2.TimeoutException):
        return CatalogueError(f"{name} did not answer in time, {_NOTHING}.", _LATER)
    if isinstance(exc, ImportError | httpx.InvalidURL | httpx2.InvalidURL) or _names_proxy(exc):
        return CatalogueError(f"{name} cannot be asked past the proxy settings: {exc}.", _PROXIES)
    if isinstance(exc, requests.RequestException | httpx.HTTPError | httpx2.HTTPError | OSError):
        return CatalogueError(f"{name} cannot be reached, {_NOTHING}.", _OFFLINE)
    what = f"{name} gave an answer that cannot be read, {_NOTHING}: {exc}"
    return CatalogueError(what, "Log in to the network, if it wants that, or try again later.")


def _status(exc: Exception) -> int | None:
    """The HTTP status of an exception, wherever its client stores it."""
    response = getattr(exc, "response", None)
    for holder, name in ((exc, "status"), (exc, "status_code"), (response, "status_code")):
        status = getattr(holder, name, None)
        if isinstance(status, int):
            return status
    return None
