"""One input to read: a file or a member of an archive, as bytes and as text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar

from rag.corpus.formats.decoding.encoding import sniff
from rag.errors import FileError, FormatError

T = TypeVar("T", str, bytes)
HEAD = 64 * 1024  # bytes by which formats are detected
# UTF-8's byte-order mark, perhaps several times, and encoded again as if it were "ï»¿".
_MARKS = re.compile(rb"(?:\xef\xbb\xbf|\xc3\xaf\xc2\xbb\xc2\xbf)+")
_STEP = 4096  # bytes of them that a broken archive may lose
# Characters. The longest lines are JSON documents without line breaks, which the readers of JSON
# split themselves; in any other format a longer line is not a paper.
LINE_LIMIT = 4 * 1024 * 1024


class Source:
    """A named input that can be opened repeatedly. Only its head and its encoding are cached.

    ``name`` becomes `Record.source`. ``opener`` returns a new binary stream at each call.
    """

    def __init__(self, name: str, opener: Callable[[], BinaryIO]) -> None:
        self.name = name
        self._opener = opener

    @classmethod
    def of_file(cls, path: Path) -> Source:
        """The file at ``path``, which need not exist before it is opened."""
        return cls(str(path), lambda: path.open("rb"))

    @classmethod
    def of_bytes(cls, name: str, data: bytes) -> Source:
        """Data in memory, such as an answer of a catalogue."""
        return cls(name, lambda: io.BytesIO(data))

    def open(self) -> BinaryIO:
        """A new stream of bytes, perhaps not seekable. Raises FileError if it cannot be opened."""
        try:
            return self._opener()
        except OSError as exc:
            raise FileError(
                f"{self.name} cannot be read: {exc.strerror or exc}.", "Check the path."
            ) from exc

    @cached_property
    def head_bytes(self) -> bytes:
        """The first 64 KiB, or less if an archive is broken. Raises FileError and FormatError."""
        with self.open() as stream:
            return b"".join(_up_to(stream.read))

    @cached_property
    def encoding(self) -> str:
        """The codec of its text, detected from all of its bytes.

        Raises FileError, and FormatError if the bytes are not text in a known encoding.
        """
        with self.open() as stream:
            return sniff(stream, self.name)

    @cached_property
    def head(self) -> str:
        """The first 65,536 characters, or as many as can be read. Raises as `encoding` does."""
        with self.text() as text:
            return "".join(_up_to(text.read))

    def text(self) -> TextIO:
        """A new stream of text, every line break as ``\\n``. Raises as `encoding` does."""
        encoding = self.encoding  # may raise, so it comes before opening anything
        stream = self.open()
        if encoding.startswith("utf-8") and (marks := _MARKS.match(self.head_bytes)):
            encoding = "utf-8"
            stream.read(marks.end())
        return io.TextIOWrapper(stream, encoding=encoding, errors="paperchat")

    def lines(self, limit: int = LINE_LIMIT) -> Iterator[tuple[int, str | None]]:
        """Each line with its number, from 1, without its break; None if it exceeds ``limit``.

        At most ``limit`` characters of a line are in memory.
        """
        with self.text() as text:
            number = 0
            while line := text.readline(limit + 1):
                number += 1
                if len(line) > limit and not line.endswith("\n"):
                    while line and not line.endswith("\n"):
                        line = text.readline(limit)
                    yield number, None
                else:
                    yield number, line.rstrip("\n")


def _up_to(read: Callable[[int], T]) -> list[T]:
    """What ``read`` returns, up to `HEAD`; raises FormatError only if nothing could be read."""
    parts: list[T] = []
    try:
        for _ in range(HEAD // _STEP):
            parts.append(read(_STEP))
    except FormatError:
        if not any(parts):
            raise
    return parts
