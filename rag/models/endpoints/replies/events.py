"""The JSON values in the body of a reply: an event stream, lines of JSON, or one JSON text. Pure.

What the header calls it is not asked: proxies and servers get it wrong.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

DONE: Final = "[DONE]"  # what a stream's last event says, as a value
_OPENINGS = (b"{", b"[")  # of JSON that is in no event; other lines are ignored
_NO_JSON = "an event is no JSON"


def values_in(chunks: Iterable[bytes]) -> Iterator[object]:
    """Each value as soon as it has arrived, and `DONE`; chunks may be cut anywhere.

    Raises ValueError for an event that is no JSON, and RecursionError for one nested too deeply.
    """
    reader = _Reader()
    for line in _lines(chunks):
        yield from reader.take(line)
    yield from reader.rest()


@dataclass(slots=True)
class _Reader:
    """What has been read and is not whole: an event's kind and data, and JSON in no event."""

    kind: bytes = b""
    data: list[bytes] = field(default_factory=list)
    beside: list[bytes] = field(default_factory=list)

    def take(self, line: bytes) -> Iterator[object]:
        """The values that are whole with this line; comments and other lines are ignored."""
        if self.beside or line.lstrip().startswith(_OPENINGS):
            found = None if self.beside else _whole(line.strip())
            if found is None:
                self.beside.append(line)
            else:
                yield from found
            return
        name, _, value = line.partition(b":")
        value = value.strip()
        if not line:
            yield from self.event()
        elif name == b"event":
            self.kind = value
        elif name == b"error":  # llama.cpp's own field
            yield {"error": _whole_or_text(value)}
        elif name == b"data":
            yield from self.add(value)

    def add(self, value: bytes) -> Iterator[object]:
        """The value of a line of data if it is whole: some servers leave no line between events.

        A text that begins no JSON, such as "keep-alive", says nothing.
        """
        found = None if self.data else _whole(value)
        if found is not None:
            yield from (_named(item, self.kind) for item in found)
        elif self.data or value.startswith(_OPENINGS):
            self.data.append(value)
        elif self.kind == b"error":
            yield {"error": value.decode(errors="replace")}

    def event(self) -> Iterator[object]:
        """The value of an event that has ended, if it has data left."""
        text, kind = b"\n".join(self.data), self.kind
        self.data, self.kind = [], b""
        if text.strip():
            try:
                yield _named(json.loads(text.decode()), kind)
            except ValueError as exc:
                raise ValueError(_NO_JSON) from exc

    def rest(self) -> Iterator[object]:
        """What was not whole before the end."""
        yield from self.event()
        with suppress(ValueError):  # one JSON text on many lines, or a line that was cut off
            yield json.loads(b"\n".join(self.beside).decode())


def _whole(text: bytes) -> tuple[object, ...] | None:
    """The value of a line, () for an empty one; None if it goes on in the next line."""
    if not text:
        return ()
    if text.startswith(DONE.encode()):
        return (DONE,)
    try:
        return (json.loads(text.decode()),)
    except ValueError:
        return None


def _whole_or_text(text: bytes) -> object:
    found = _whole(text)
    return found[0] if found else text.decode(errors="replace")


def _named(value: object, kind: bytes) -> object:
    """The value; as an error where the event is called one."""
    marked = isinstance(value, dict) and "error" in value
    return {"error": value} if kind == b"error" and not marked else value


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines without their ends, which may be \\n, \\r\\n or \\r, and without a BOM."""
    begun: list[bytes] = []  # a line in pieces, so that a long one is not copied for each of them
    mark, returned = codecs.BOM_UTF8, False
    for chunk in filter(None, chunks):
        text = chunk.removeprefix(b"\n") if returned else chunk
        returned = chunk.endswith(b"\r")
        *whole, rest = (text + b"x").splitlines()
        for line in whole:
            yield b"".join([*begun, line]).removeprefix(mark)
            begun, mark = [], b""
        begun.append(rest[:-1])
    yield b"".join(begun).removeprefix(mark)
