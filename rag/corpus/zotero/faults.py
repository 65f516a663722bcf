"""Turns what Zotero's client raises into one error with one clear line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from pyzotero import zotero_errors as errors

from rag.corpus.zotero.connection import Connection
from rag.errors import CatalogueError

_ALLOW = (
    "In Zotero's settings, under Advanced, tick “Allow other applications on this computer to "
    "communicate with Zotero”."
)
_START = "Start Zotero, or set PAPERCHAT_ZOTERO_KEY to read your library from zotero.org."
_KEY = "Make a key that may read it, at https://www.zotero.org/settings/keys."
_LATER = "Try again in some minutes."
_AGAIN = "Try again; what was indexed before is untouched."


@contextmanager
def translated(at: Connection) -> Iterator[None]:
    """Raise a CatalogueError for what the client raises within."""
    try:
        yield
    except (errors.PyZoteroError, httpx.HTTPError, httpx.InvalidURL, OSError) as exc:
        raise _error(exc, at) from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        # What else a client raises that takes an answer apart which is none of Zotero's.
        raise CatalogueError(f"{_name(at)} gave an answer that cannot be read.", _AGAIN) from exc


def busy(at: Connection, seconds: float | None = None) -> CatalogueError:
    """The error of a server that wants not to be asked for some time."""
    when = f"Try again in {seconds:.0f} seconds." if seconds else _LATER
    return CatalogueError(f"{_name(at)} is asked too often just now.", when)


def _name(at: Connection) -> str:
    return "Zotero" if at.local else "zotero.org"


def _error(exc: Exception, at: Connection) -> CatalogueError:
    name = _name(at)
    if isinstance(exc, errors.UserNotAuthorisedError):
        if at.local:
            return CatalogueError("Zotero lets no other program read its library.", _ALLOW)
        whose = "the key for this library" if at.key else "anybody to read it without a key"
        return CatalogueError(f"zotero.org does not accept {whose}.", _KEY)
    if isinstance(exc, errors.ResourceNotFoundError):
        return _not_found(exc, at)
    if isinstance(exc, errors.TooManyRequestsError | errors.TooManyRetriesError):
        return busy(at)
    if isinstance(exc, errors.PyZoteroError):
        return CatalogueError(f"{name} refuses to answer: {_said(exc)}.", _LATER)
    if isinstance(exc, httpx.TimeoutException):
        return CatalogueError(f"{name} does not answer.", _AGAIN)
    if isinstance(exc, httpx.ConnectError):
        if at.local:
            return CatalogueError(f"Zotero is not running: nobody answers at {at.address}.", _START)
        return CatalogueError("zotero.org cannot be reached.", "Check the network and try again.")
    if isinstance(exc, httpx.InvalidURL | httpx.UnsupportedProtocol):
        what = f"{at.address!r} is no address of Zotero's API."
        return CatalogueError(what, "Correct PAPERCHAT_ZOTERO_URL, or leave it out.")
    return CatalogueError(f"{name} broke off in the middle of an answer.", _AGAIN)


def _not_found(exc: Exception, at: Connection) -> CatalogueError:
    if at.local and "No endpoint" in str(exc):
        return CatalogueError(
            "This Zotero has no API for other programs.", "Update it: Zotero 7 has one."
        )
    what = f"{_name(at)} does not have this library, collection or search any more."
    return CatalogueError(what, "Check the group's number, or PAPERCHAT_ZOTERO_LIBRARY.")


def _said(exc: Exception) -> str:
    """The status, and what the server said, of an exception's four lines."""
    lines = [line.partition(": ")[2] for line in str(exc).splitlines() if ": " in line]
    status, answer = (lines[0], lines[-1][:100]) if lines else ("", str(exc)[:100])
    return f"HTTP status {status} ({answer})" if answer else f"HTTP status {status}"
