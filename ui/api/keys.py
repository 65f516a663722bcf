"""The keys of the API in a file: names, rights and hashes; a key itself is shown once, when made.

A key has 256 random bits, so nobody guesses one and a plain SHA-256 of it needs no salt.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from filelock import FileLock
from pydantic import Field, TypeAdapter, ValidationError

from rag.errors import InputError, SettingsError

RATE = 120  # requests a minute, where nothing else is said
MOST_RATE = 100_000
_MOST = 1000  # keys in one file
_BEGINS = "pc-"
_NAME = re.compile(r"\w(?:[\w .@-]{0,62}\w)?")
_LATEST = 253402214400.0  # the end of the year 9999, after which no date is written


@dataclass(frozen=True, slots=True)
class Key:
    """One key: ``hash`` is SHA-256 in hexadecimal, ``rate`` requests a minute.

    With ``write`` it may add and remove papers. ``made``: seconds since 1970.
    """

    name: str
    hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    write: bool = False
    rate: Annotated[int, Field(ge=1, le=MOST_RATE)] = RATE
    made: Annotated[float, Field(ge=0.0, le=_LATEST)] = 0.0


_KEYS = TypeAdapter(list[Key])


class Keys:
    """The keys in one file, which is read again whenever it has changed. Safe among threads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._seen: tuple[int, int, int] | None = None  # of the file as it was read
        self._keys: tuple[Key, ...] = ()

    def all(self) -> Sequence[Key]:
        """Every key, oldest first. Raises SettingsError for a file that cannot be read."""
        try:
            now = self.file.stat()
        except FileNotFoundError:
            self._seen, self._keys = None, ()
            return ()
        except OSError as exc:
            raise self._unreadable(exc.strerror or str(exc)) from exc
        mark = now.st_mtime_ns, now.st_size, now.st_ino
        if mark != self._seen:
            self._keys = self._read()
            self._seen = mark
        return self._keys

    def find(self, given: str) -> Key | None:
        """The key that ``given`` is, or None. How long it takes does not depend on which."""
        hashed, found = hash_of(given), None
        for key in self.all():
            if hmac.compare_digest(key.hash, hashed):
                found = key
        return found

    def add(self, name: str, *, write: bool = False, rate: int = RATE) -> str:
        """A new key, of which only the hash is kept. Raises InputError for a name that is taken."""
        if not _NAME.fullmatch(name):
            raise InputError(
                f"A key cannot be called {name!r}.", "Use letters, digits, dots and dashes."
            )
        if not 1 <= rate <= MOST_RATE:
            raise InputError(
                f"A rate of {rate} is none.", f"Give 1 to {MOST_RATE} requests a minute."
            )
        with self._changing():
            keys = self.all()
            if any(key.name == name for key in keys):
                raise InputError(
                    f"There is a key {name!r} already.",
                    f"Choose another name, or run `paperchat keys remove {name}`.",
                )
            if len(keys) >= _MOST:
                raise InputError(f"There are {_MOST} keys.", "Remove some.")
            made = _BEGINS + secrets.token_urlsafe(32)
            self._write([*keys, Key(name, hash_of(made), write, rate, time.time())])
        return made

    def remove(self, name: str) -> None:
        """Take a key out; running servers refuse it from then on. Raises InputError."""
        with self._changing():
            left = [key for key in self.all() if key.name != name]
            if len(left) == len(self.all()):
                raise InputError(
                    f"There is no key {name!r}.", "`paperchat keys list` shows what there is."
                )
            self._write(left)

    def _read(self) -> tuple[Key, ...]:
        try:
            keys = _KEYS.validate_json(self.file.read_bytes())
        except OSError as exc:
            raise self._unreadable(exc.strerror or str(exc)) from exc
        except ValidationError as exc:
            fault = exc.errors()[0]
            place = ".".join(map(str, fault["loc"]))
            why = f"{place} is no good ({fault['msg']})" if place else "it is not a list of keys"
            raise self._unreadable(why) from exc
        return tuple(keys)

    def _write(self, keys: Sequence[Key]) -> None:
        """Replace the file in one step; only its owner may read it."""
        new = self.file.with_name(f"{self.file.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump([asdict(key) for key in keys], file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.file)
        except OSError as exc:
            new.unlink(missing_ok=True)
            raise self._unwritable(exc) from exc

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One process at a time."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(f"{self.file}.lock", timeout=10, mode=0o600)
            lock.acquire()
        except OSError as exc:
            raise self._unwritable(exc) from exc
        try:
            yield
        finally:
            lock.release()

    def _unreadable(self, why: str) -> SettingsError:
        return SettingsError(
            f"The keys in {self.file} cannot be read: {why}.",
            "Mend the file, name another one in PAPERCHAT_KEYS, or remove it and make new keys.",
        )

    def _unwritable(self, exc: OSError) -> SettingsError:
        return SettingsError(
            f"The keys in {self.file} cannot be changed: {exc.strerror or exc}.",
            "Name another file in PAPERCHAT_KEYS.",
        )


def hash_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
