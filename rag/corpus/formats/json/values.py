"""Streams the values of a JSON text, so that a file of any length needs little memory.

Each element of a top-level list, and of a list under a name such as "items" in a top-level object,
is returned as soon as it is read. Values may also follow one another without a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

# Characters of one value: an element of a list, or an object without a list of papers.
VALUE_LIMIT = 64 * 1024 * 1024
_CHUNK = 256 * 1024
_NEAR_END = 16  # characters; an error this close to the end may disappear when more is read
_BLANK = re.compile(r"[ \t\r\n]*+")
# Names of lists of papers. "references" is not one, because a paper itself has references.
LISTS = (
    "items papers records articles works publications documents entries results result data hits"
).split()


@dataclass(frozen=True, slots=True)
class Element:
    """One value and the line where it begins."""

    line: int
    value: object


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a text stops being JSON, and why; nothing after it is read."""

    line: int
    why: str


class _BrokenError(ValueError):
    """The text is not JSON from here on."""


def read_elements(text: TextIO) -> Iterator[Element | Broken]:
    """The elements of ``text``; at most `VALUE_LIMIT` characters of it are in memory."""
    reader = _Reader(text)
    try:
        yield from reader.elements()
    except _BrokenError as exc:
        yield Broken(reader.line, str(exc))


class _Reader:
    """Reads from position ``_at`` in a window of the text; ``line`` is the current value's."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._decoder = json.JSONDecoder(strict=False)
        self._window = ""
        self._at = 0
        self._ended = False
        self._counted = 0  # position in the window up to which ``line`` counts line breaks
        self.line = 1

    def elements(self) -> Iterator[Element]:
        """The elements of all top-level values."""
        while (mark := self._peek()) != "":
            if mark == "[":
                yield from self._list()
            elif mark == "{":
                yield from self._object()
            else:
                yield self._value()

    def _list(self) -> Iterator[Element]:
        self._at += 1
        while (mark := self._peek()) != "]":
            if mark == "":
                raise _BrokenError("the file ends inside a list")
            yield self._value()
            self._separator("]")
        self._at += 1

    def _object(self) -> Iterator[Element]:
        """The elements of the object's lists of papers, or, without any, the object itself."""
        self._at += 1
        self._peek()
        line = self.line
        fields: dict[str, object] = {}
        listed = False
        while (mark := self._peek()) != "}":
            if mark != '"':
                raise _BrokenError("the file ends inside an object" if not mark else _NO_NAME)
            name = str(self._value().value)
            if self._peek() != ":":
                raise _BrokenError("a name is without a value")
            self._at += 1
            is_one = "title" in fields or "columns" in fields
            if name in LISTS and not is_one and self._peek() == "[":
                listed = True
                yield from self._list()
            else:
                fields[name] = self._value().value
            self._separator("}")
        self._at += 1
        if not listed:
            yield Element(line, fields)

    def _separator(self, closing: str) -> None:
        mark = self._peek()
        if mark == ",":
            self._at += 1
        elif mark != closing:
            raise _BrokenError(
                f"there should be a comma or {closing}" if mark else "the file ends too early"
            )

    def _peek(self) -> str:
        """The next character that is not blank, or "" at the end."""
        while True:
            blank = _BLANK.match(self._window, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._window) or not self._fill(_CHUNK):
                break
        self.line += self._window.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._window[self._at : self._at + 1]

    def _value(self) -> Element:
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._window, self._at)
            except json.JSONDecodeError as exc:
                if self._ended or not self._may_go_on(exc):
                    raise _BrokenError(self._reason(exc)) from exc
            except RecursionError as exc:
                raise _BrokenError("it is nested too deeply") from exc
            except ValueError as exc:  # a number with more digits than Python accepts
                raise _BrokenError("a number is too long") from exc
            else:
                if end < len(self._window) or self._ended:
                    self._at = end
                    return Element(self.line, value)
            unread = len(self._window) - self._at
            if unread > VALUE_LIMIT:
                raise _BrokenError(f"one value has more than {VALUE_LIMIT:,} characters")
            self._fill(max(_CHUNK, unread))

    def _may_go_on(self, exc: json.JSONDecodeError) -> bool:
        return exc.msg.startswith("Unterminated") or exc.pos >= len(self._window) - _NEAR_END

    def _reason(self, exc: json.JSONDecodeError) -> str:
        if self._ended and self._may_go_on(exc):
            return "the file ends inside a value"
        line = self.line + self._window.count("\n", self._at, exc.pos)
        return f"it is not JSON: {exc.msg[:1].lower()}{exc.msg[1:]} on line {line}"

    def _fill(self, size: int) -> bool:
        """Drop what was returned, and read more; returns whether there was any."""
        more = self._text.read(size)
        self.line += self._window.count("\n", self._counted, self._at)
        self._window = self._window[self._at :] + more
        self._at = self._counted = 0
        self._ended = not more
        return bool(more)


_NO_NAME = "an object has something else than a name"
