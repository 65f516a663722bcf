"""Files that a visitor drops into the window: stored in a temporary folder, taken by token."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
from collections.abc import AsyncIterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from rag.errors import InputError
from ui.web import owner
from ui.web.gate.http.routes import UPLOAD

ADDRESS = "/library/files"
_LONGEST_NAME = 200  # characters
_LONGEST_PART = 60  # characters of its name on disk: the end, which has the file type
_REMEDY = "Run `paperchat ingest FILE` for a larger one."


@dataclass(frozen=True, slots=True)
class Upload:
    """A stored file. ``name`` is its owner's name for it, with the folders it was in."""

    name: str
    path: Path


class Uploads:
    """Stores uploaded files until an import takes them. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stored: dict[str, Upload] = {}
        self._folder: Path | None = None

    async def receive(self, request: Request) -> Response:
        """Store the request's body as a file; the response has its token, or says why not.

        Only the owner may send one.
        """
        name = name_of(request.headers.get("x-file-name", ""))
        if line := owner.closed("add papers"):
            return _refused(403, line)
        if not name:
            return _refused(400, "The file has no name.")
        try:
            return JSONResponse({"token": await self.store(name, request.stream())})
        except InputError as exc:
            return _refused(413, str(exc))
        except OSError as exc:
            return _refused(507, f"{name} cannot be stored: {exc.strerror or exc}.")
        except ClientDisconnect:
            return _refused(400, "The sender has gone.")

    async def store(self, name: str, parts: AsyncIterable[bytes]) -> str:
        """Store a file; its token. ``name`` is of `name_of`.

        Raises InputError if it is too large, OSError, and what ``parts`` raises; then nothing of it
        is stored.
        """
        token, path = self._place(name)
        try:
            with path.open("wb") as file:
                size = 0
                async for part in parts:
                    size += len(part)
                    if size > UPLOAD:
                        raise InputError(f"{name} has more than {UPLOAD >> 20} MiB.", _REMEDY)
                    file.write(part)
        except BaseException:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        with self._lock:
            self._stored[token] = Upload(name, path)
        return token

    @contextmanager
    def taking(self, tokens: Sequence[str]) -> Iterator[list[Upload]]:
        """The files of these tokens, which stay stored if the block raises.

        Raises InputError if one is missing.
        """
        with self._lock:
            if any(token not in self._stored for token in tokens):
                raise InputError("A file is no longer here.", "Send it again.")
            taken = {token: self._stored.pop(token) for token in dict.fromkeys(tokens)}
        try:
            yield list(taken.values())
        except BaseException:
            with self._lock:
                self._stored |= taken
            raise

    def close(self) -> None:
        """Remove what was never taken."""
        with self._lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._stored, self._folder = {}, None

    def _place(self, name: str) -> tuple[str, Path]:
        """A token, and where its file goes: a folder of its own, so that names cannot clash."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="paperchat-"))
            folder = Path(tempfile.mkdtemp(dir=self._folder))
        return secrets.token_hex(16), folder / name.rpartition("/")[2][-_LONGEST_PART:]


def name_of(given: str) -> str:
    """What the file is called, as a relative path without steps upward; empty for no name."""
    printable = "".join(ch for ch in unquote(given) if ch.isprintable())
    parts = printable.replace("\\", "/").split("/")
    named = [part for part in parts if part.strip(". ")]
    return "/".join(named)[-_LONGEST_NAME:].lstrip("/")


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"failure": why}, status_code=status)
