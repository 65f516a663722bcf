"""A server that plays Zotero's API, as a running Zotero or as zotero.org has it.

The shapes of its answers are those of Zotero 7 to 9 and of zotero.org. Played as a running Zotero
it answers one request at a time, in HTTP/1.0 and closes each connection, has no limit unless one
is asked for, gives new items version 0, and an edited one a new version only when it syncs.
Played as zotero.org it asks for a key, gives 25 to 100 items, and runs no saved search.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

KEY = "a1b2c3d4e5f6g7h8i9j0k1l2"  # zotero.org takes this one
USER = 475425
_CHILDREN = ("note", "annotation")


@dataclass
class Fault:
    """What goes wrong with the next request whose path has ``where`` in it."""

    kind: str  # "status", "reset", "half", "garbage", "slow"
    where: str = ""
    status: int = 500
    text: str = "An error occurred"
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class ZoteroServer:
    """A library, and what was asked about it."""

    def __init__(self, *, local: bool = True, group: int | None = None) -> None:
        self.local, self.group = local, group
        self.version = 100
        self.items: dict[str, dict[str, Any]] = {}
        self.collections: dict[str, dict[str, Any]] = {}
        self.searches: dict[str, tuple[str, list[str]]] = {}  # a name, and the keys that it finds
        self.versions: dict[str, int] = {}
        self.trashed: set[str] = set()
        self.groups: dict[int, str] = {}
        self.enabled = True
        self.old = False  # a Zotero 6, which has no API
        self.backoff = ""
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.before: Any = None  # called before each answer
        self._clock = 0
        self._http: HTTPServer | None = None

    # The library.

    def add(self, key: str, title: str = "", **fields: Any) -> None:
        """Add or replace an item. ``synced=False`` gives it no version, as before Zotero syncs."""
        synced = fields.pop("synced", True)
        self._clock += 1
        when = f"2024-01-01T00:{self._clock // 60:02}:{self._clock % 60:02}Z"
        old = self.items.get(key, {})
        data = {
            "key": key,
            "version": 0,
            "itemType": "journalArticle",
            "title": title,
            "creators": [],
            "abstractNote": "",
            "publicationTitle": "",
            "date": "",
            "DOI": "",
            "url": "",
            "extra": "",
            "tags": [],
            "collections": [],
            "relations": {},
            "dateAdded": old.get("dateAdded", when),
            **old,
            "dateModified": when,
            **({"title": title} if title else {}),
            **fields,
        }
        self.items[key] = data
        if synced:
            self.version += 1
            self.versions[key] = self.version

    def collection(self, key: str, name: str, parent: str = "") -> None:
        self.version += 1
        self.versions[key] = self.version
        self.collections[key] = {
            "key": key,
            "version": self.version,
            "name": name,
            "parentCollection": parent or False,
            "relations": {},
        }

    def trash(self, key: str) -> None:
        self.trashed.add(key)
        self._changed()

    def delete(self, key: str) -> None:
        del self.items[key]
        self._changed()

    def _changed(self) -> None:
        if self.version:
            self.version += 1

    # The server.

    @property
    def url(self) -> str:
        assert self._http is not None
        return f"http://127.0.0.1:{self._http.server_port}{'/api' if self.local else ''}"

    def next_fault(self, path: str) -> Fault:
        """What goes wrong with this request; it does not with the next."""
        fault = next((f for f in self.faults if f.where in path), None)
        if fault is None:
            return Fault("none")
        self.faults.remove(fault)
        return fault

    def count(self, part: str) -> int:
        """How many requests had this in their address."""
        return sum(part in path for path in self.asked)

    @contextmanager
    def running(self, port: int = 0) -> Iterator[ZoteroServer]:
        """Answer until the block ends."""
        self._http = HTTPServer(("127.0.0.1", port), _handler(self))
        thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            self._http.server_close()
            thread.join()

    def answer(self, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of one answer."""
        split = urlsplit(path)
        query = parse_qs(split.query)
        if self.local and not split.path.startswith("/api/"):
            return 404, {}, "No endpoint found"
        if self.old:
            return 404, {}, "No endpoint found"
        if self.local and not self.enabled:
            return 403, {"Content-Type": "text/plain"}, "Local API is not enabled"
        parts = split.path.removeprefix("/api").strip("/").split("/")
        if not self.local and headers.get("Authorization") != f"Bearer {KEY}":
            return 403, {}, "Invalid key"
        if parts == ["keys", "current"]:
            who = {
                "key": KEY,
                "userID": USER,
                "username": "Z",
                "access": {"user": {"library": True}},
            }
            return 200, {"Content-Type": "application/json"}, json.dumps(who)
        if parts[2:] == ["groups"] and parts[:2] in self._mine():
            said = [
                {"id": number, "version": 1, "data": {"id": number, "name": name}}
                for number, name in self.groups.items()
            ]
            return 200, {"Content-Type": "application/json"}, json.dumps(said)
        if parts[:2] not in self._mine():
            if self.local and parts[0] == "users":
                return 400, {}, "Only data for the logged-in user is available locally"
            return 404, {}, "Not found"
        objects = self._objects(parts[2:], query)
        if objects is None:
            return 404, {"Content-Type": "text/plain"}, "Not found"
        return self._page(objects, split.path, query, headers)

    def _mine(self) -> list[list[str]]:
        if self.group:
            return [["groups", str(self.group)]]
        return [["users", str(USER)], *([["users", "0"]] if self.local else [])]

    def _objects(self, parts: list[str], query: Any) -> list[dict[str, Any]] | None:
        match parts:
            case ["collections"]:
                return [self._said(data) for data in self.collections.values()]
            case ["searches"]:
                return [
                    self._said({"key": key, "version": 1, "name": name, "conditions": []})
                    for key, (name, _) in self.searches.items()
                ]
            case ["searches", key, "items"] if self.local and key in self.searches:
                return self._found(query, set(self.searches[key][1]), top=False)
            case ["collections", key, "items", *rest] if key in self.collections:
                inside = {k for k, item in self.items.items() if key in item["collections"]}
                inside |= {k for k, i in self.items.items() if i.get("parentItem") in inside}
                return self._found(query, inside, top=rest == ["top"])
            case ["items", *rest] if rest in ([], ["top"]):
                return self._found(query, set(self.items), top=rest == ["top"])
        return None

    def _found(self, query: Any, within: set[str], *, top: bool) -> list[dict[str, Any]]:
        keys = [key for key in self.items if key in within and key not in self.trashed]
        if "itemKey" in query:
            keys = [key for key in keys if key in query["itemKey"][0].split(",")]
        for wanted in query.get("itemType", []):
            if wanted.startswith("-"):
                keys = [key for key in keys if self.items[key]["itemType"] != wanted[1:]]
            else:
                keys = [key for key in keys if self.items[key]["itemType"] == wanted]
        if top:
            keys = [key for key in keys if not self.items[key].get("parentItem")]
        sort = query.get("sort", ["dateModified"])[0]
        down = query.get("direction", ["desc" if sort.startswith("date") else "asc"])[0] == "desc"
        keys.sort(key=lambda key: str(self.items[key][sort]), reverse=down)
        return [self._said(self.items[key]) for key in keys]

    def _said(self, data: dict[str, Any]) -> dict[str, Any]:
        """An object as the API gives it."""
        key, version = data["key"], self.versions.get(data["key"], 0)
        kind, number = ("group", self.group) if self.group else ("user", USER)
        return {
            "key": key,
            "version": version,
            "library": {"type": kind, "id": number, "name": "My Library", "links": {}},
            "links": {"self": {"href": f"{self.url}/{kind}s/{number}/items/{key}"}},
            "meta": {"numItems": sum(key in i["collections"] for i in self.items.values())}
            if key in self.collections
            else {"numChildren": 0},
            "data": {**data, "version": version},
        }

    def _page(
        self, objects: list[dict[str, Any]], path: str, query: Any, asked: Mapping[str, str]
    ) -> tuple[int, dict[str, str], str]:
        said = {
            "Zotero-API-Version": "3",
            "Zotero-Schema-Version": "42",
            "Last-Modified-Version": str(self.version),
            "Content-Type": "application/json",
        }
        known = asked.get("If-Modified-Since-Version", "")
        if known.isdecimal() and int(known) and self.version <= int(known):
            return 304, said, ""
        if "since" in query:
            objects = [o for o in objects if o["version"] > int(query["since"][0])]
        said["Total-Results"] = str(len(objects))
        versions = query.get("format") == ["versions"]
        start = int(query.get("start", ["0"])[0])
        most = len(objects) if self.local or versions else 25
        limit = int(query.get("limit", [most])[0])
        if not self.local and not versions:
            limit = min(limit, 100)
        page = objects[start : start + limit] if limit else objects[start:]
        if limit and start + limit < len(objects):
            flat = {name: values[0] for name, values in query.items()} | {"start": start + limit}
            said["Link"] = (
                f'<http://localhost:23119{path}?{urlencode(flat)}>; rel="next", '
                f'<https://www.zotero.org/users/{USER}/items>; rel="alternate"'
            )
        if versions:
            return 200, said, json.dumps({o["key"]: o["version"] for o in page}, indent=4)
        return 200, said, json.dumps(page, indent=4)


def _handler(zotero: ZoteroServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            zotero.asked.append(self.path)
            if zotero.before:
                zotero.before(self.path)
            fault = zotero.next_fault(self.path)
            time.sleep(fault.seconds)
            if fault.kind != "reset":
                status, headers, text = zotero.answer(self.path, dict(self.headers.items()))
                self.reply(fault, status, headers, text)

        def reply(self, fault: Fault, status: int, headers: dict[str, str], text: str) -> None:
            if fault.kind == "status":
                status, headers, text = fault.status, dict(fault.headers), fault.text
            body = text.encode()
            if fault.kind == "garbage":
                body = body[: len(body) // 2]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if zotero.backoff and status == 200:
                self.send_header("Backoff", zotero.backoff)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # whoever asked has gone
                self.wfile.write(body[: len(body) // 2] if fault.kind == "half" else body)

        def log_message(self, format: str, *args: object) -> None:
            """Not on the terminal."""

    return Handler
