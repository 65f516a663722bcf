"""A library in Zotero's API, by pyzotero: pages, versions and keys, each checked for what it is.

The API of a running Zotero answers one request at a time, closes each connection, and knows no
limit. zotero.org gives at most 100 items at once and may ask for a pause.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import httpx
from pyzotero.zotero import Zotero, retrieve

from rag.corpus.zotero.connection import Connection
from rag.corpus.zotero.faults import busy, translated
from rag.corpus.zotero.items import unreadable
from rag.errors import CatalogueError

Object: TypeAlias = Mapping[str, Any]

_PAGE = 100  # items, the most that zotero.org gives at once
_BY_KEY = 50  # items that one request may name
_TRIES = 3  # when asked for a pause
_PATIENCE = 60.0  # seconds of a pause that are waited for
_NOT_MODIFIED, _BUSY = 304, 429


class Moved(Exception):
    """The library changed between two requests."""


class _Asker(Zotero):  # type: ignore[misc]  # pyzotero has no types
    """pyzotero, which waits in this thread, tries again, and asks only for what has changed."""

    def __init__(self, at: Connection, library: str, kind: str) -> None:
        self.client: httpx.Client
        self.since: int | None = None
        super().__init__(library, kind, at.key, local=at.local)
        self.at, self.endpoint = at, at.address
        # No proxy is asked for a program on this machine.
        self.client.close()
        self.client = httpx.Client(follow_redirects=True, trust_env=not at.local)

    @retrieve  # type: ignore[untyped-decorator]
    def at_path(self, path: str, **parameters: object) -> str:
        """What the API has at a path below the library."""
        return str(self._build_query(f"/{self.library_type}/{self.library_id}/{path}"))

    @retrieve  # type: ignore[untyped-decorator]
    def own_key(self) -> str:
        """Who has the key."""
        return str(self._build_query("/keys/current", no_params=True))

    def default_headers(self) -> dict[str, str]:
        headers: dict[str, str] = super().default_headers()
        if self.since is not None:
            headers["If-Modified-Since-Version"] = str(self.since)
        return headers

    def _retrieve_data(self, request: object = None, params: object = None) -> httpx.Response:
        for _ in range(_TRIES):
            response: httpx.Response = super()._retrieve_data(request, params)
            if response.status_code != _BUSY:
                return response
        raise busy(self.at)

    def _set_backoff(self, duration: object) -> None:
        """Without pyzotero's timer, whose thread would outlive the program's end."""
        try:
            seconds = float(str(duration))
        except ValueError:  # Retry-After may be a date
            seconds = _PATIENCE
        if seconds > _PATIENCE:
            raise busy(self.at, seconds)
        self.backoff, self.backoff_duration = True, time.time() + seconds


class Client:
    """One library. Every method raises CatalogueError, and Moved once its version has changed."""

    def __init__(self, at: Connection, group: str = "") -> None:
        """The library of this ``group``, or else the connection's own."""
        self.at = at
        self.version: int | None = None
        self.total: int | None = None
        self.server = ""  # a Zotero's own id, where it has one
        self._group = group
        self._open: _Asker | None = None

    @property
    def group(self) -> str:
        """The group's number, or empty for a user's own library."""
        kind, _, number = (self.at.library or "").rpartition("/")
        return self._group or (number if kind == "groups" else "")

    def forget(self) -> None:
        """Begin anew: the library may have another version than before."""
        self.version = None

    def pages(self, path: str, **parameters: object) -> Iterator[list[Object]]:
        """The objects at ``path``, a hundred at a time."""
        page = self._ask(path, limit=_PAGE, **parameters)
        asker, total = self._asker, self.total
        yield _objects(page)
        while (asker.links or {}).get("next"):
            with translated(self.at):
                page = asker.follow()
            self._note(asker)
            if self.total != total:  # without a new version, as in a Zotero that does not sync
                raise Moved
            yield _objects(page)

    def versions(self, path: str, **parameters: object) -> dict[str, int]:
        """The keys of all objects at ``path``, with their versions."""
        found = self._ask(path, format="versions", limit=None, **parameters)
        if not isinstance(found, dict) or not all(isinstance(v, int) for v in found.values()):
            raise unreadable()
        return {str(key): version for key, version in found.items()}

    def named(self, keys: Sequence[str]) -> Iterator[Object]:
        """The items with these keys; those that are no longer there are left out."""
        for start in range(0, len(keys), _BY_KEY):
            some = ",".join(keys[start : start + _BY_KEY])
            yield from _objects(self._ask("items", itemKey=some, limit=_PAGE))

    def newest(self, since: int | None = None) -> list[Object] | None:
        """The item that was modified last; None if the library still has the version ``since``."""
        self._asker.since = since
        try:
            return _objects(self._ask("items", limit=1, sort="dateModified", direction="desc"))
        except CatalogueError:
            if self._last_status() == _NOT_MODIFIED:
                return None
            raise
        finally:
            self._asker.since = None

    def groups(self) -> list[tuple[str, str]]:
        """The number and the name of each group of the user; none of a group."""
        if self.group:
            return []
        with translated(self.at):
            found = _objects(self._asker.groups(limit=_PAGE))
            return [(str(int(group["id"])), str(group["data"]["name"])) for group in found]

    def close(self) -> None:
        """Close the connection."""
        if self._open is not None:
            self._open.client.close()

    @property
    def _asker(self) -> _Asker:
        if self._open is None:
            with translated(self.at):
                kind = "group" if self.group else "user"
                self._open = _Asker(self.at, self.group or self._user(), kind)
        return self._open

    def _user(self) -> str:
        """The user's number: 0 is whoever uses the Zotero on this machine."""
        if self.at.local:
            return "0"
        if number := (self.at.library or "").rpartition("/")[2]:
            return number
        asker = _Asker(self.at, "0", "user")
        try:
            return str(int(asker.own_key()["userID"]))
        finally:
            asker.client.close()

    def _ask(self, path: str, **parameters: object) -> object:
        asker = self._asker
        with translated(self.at):
            found = asker.at_path(path, **parameters)
        self._note(asker)
        return found

    def _note(self, asker: _Asker) -> None:
        """Note the library's version and the number of results that the last answer has."""
        headers = asker.request.headers
        self.server = headers.get("Zotero-Server-ID", self.server)
        version, total = (
            headers.get(name, "") for name in ("Last-Modified-Version", "Total-Results")
        )
        self.total = int(total) if total.isdecimal() else None
        if version.isdecimal():
            if self.version not in (None, int(version)):
                raise Moved
            self.version = int(version)

    def _last_status(self) -> int | None:
        request = self._asker.request
        return request.status_code if request is not None else None


def _objects(page: object) -> list[Object]:
    if not isinstance(page, list) or not all(isinstance(item, dict) for item in page):
        raise unreadable()
    return page
