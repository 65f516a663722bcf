"""Reads members of .zip and .gz files as streams, without writing anything to disk.

The sizes that an archive claims and those that it unpacks to are both limited, so that a small file
cannot fill the memory or keep a machine busy. A member's path is used only as a name.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol, cast

from typing_extensions import Buffer

from rag.corpus.formats.source import Source
from rag.errors import FormatError
from rag.types import Rejected

MEMBERS = 10_000  # files in one archive
MEMBER_BYTES = 4 * 1024**3  # of one file, unpacked; arXiv's metadata dump has 4 GB
TOTAL_BYTES = 8 * 1024**3  # of all files of one archive, unpacked
RATIO = 200  # unpacked to packed size; text has 3 to 20
RATIO_FROM = 16 * 1024**2  # bytes; smaller members may have any ratio
NESTED_BYTES = 256 * 1024**2  # of an archive in an archive, which is read into memory
DEPTH = 2  # archives in archives
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_GZIP_MARK = b"\x1f\x8b\x08"
_BROKEN = (zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, EOFError, NotImplementedError)
_REMEDY = "Unpack it and name the files that hold papers."


def is_zip(head: bytes) -> bool:
    """Whether the bytes begin as a .zip file does; so does an .xlsx file."""
    return head.startswith(_ZIP_MARKS)


def is_gzip(head: bytes) -> bool:
    """Whether the bytes begin as a .gz file does."""
    return head.startswith(_GZIP_MARK)


class _Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def close(self) -> None: ...


class _Bounded(io.RawIOBase):
    """An unpacked stream that raises FormatError above the limits or if it is broken.

    ``packed`` returns how many packed bytes were read so far. The first of ``streams`` is read;
    closing closes all of them.
    """

    def __init__(self, name: str, packed: Callable[[], int], *streams: _Stream) -> None:
        self._name, self._packed, self._streams = name, packed, streams
        self._count = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        for stream in self._streams:
            stream.close()
        super().close()

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        try:
            data = self._streams[0].read(len(view))
        except _BROKEN as exc:
            raise _broken(self._name, exc) from exc
        self._count += len(data)
        if self._count > MEMBER_BYTES:
            what = f"it unpacks to more than {_size(MEMBER_BYTES)}."
            raise FormatError(self._name, 1, what, _REMEDY)
        if self._count > RATIO_FROM and self._count > RATIO * max(1, self._packed()):
            what = f"it unpacks to more than {RATIO} times its size."
            raise FormatError(self._name, 1, what, _REMEDY)
        view[: len(data)] = data
        return len(data)


def _broken(name: str, exc: Exception) -> FormatError:
    what = f"the archive is broken: {exc or type(exc).__name__}."
    return FormatError(name, 1, what, "Download or pack it again.")


def _size(count: int) -> str:
    return f"{count // 1024**2:,} MiB"


class _Counted:
    """A stream that counts the bytes that are read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data

    def close(self) -> None:
        self._stream.close()


def unzipped(source: Source) -> Source:
    """The contents of a .gz file, with its name without the suffix."""

    def opener() -> BinaryIO:
        packed = _Counted(source.open())
        stream = gzip.GzipFile(fileobj=cast(BinaryIO, packed))
        return io.BufferedReader(_Bounded(source.name, lambda: packed.count, stream, packed))

    inner = PurePosixPath(source.name.rpartition("!")[2]).name
    return Source(f"{source.name}!{inner.removesuffix('.gz')}", opener)


def members(source: Source, stack: ExitStack) -> Iterator[Source | Rejected]:
    """The files in a .zip, in its order, without the system's own (such as __MACOSX).

    ``stack`` closes the archive, which stays open while its members are read. Raises FormatError
    if it is not a complete .zip, or claims too many files or bytes.
    """
    archive = stack.enter_context(_open(source, stack))
    infos = [info for info in archive.infolist() if not info.is_dir() and _wanted(info.filename)]
    if len(infos) > MEMBERS:
        raise FormatError(source.name, 1, f"it holds more than {MEMBERS:,} files.", _REMEDY)
    if sum(info.file_size for info in infos) > TOTAL_BYTES:
        raise FormatError(source.name, 1, f"it unpacks to more than {_size(TOTAL_BYTES)}.", _REMEDY)
    for info in infos:
        name = f"{source.name}!{info.filename}"
        if info.file_size > RATIO_FROM and info.file_size > RATIO * max(1, info.compress_size):
            why = f"it unpacks to more than {RATIO} times its size"
            yield Rejected(name, "the whole file", why, breaks_off=True)
        elif info.flag_bits & 1:
            yield Rejected(name, "the whole file", "it is encrypted", breaks_off=True)
        else:
            yield Source(name, _member(archive, info, name))


def _open(source: Source, stack: ExitStack) -> zipfile.ZipFile:
    stream = stack.enter_context(source.open())
    if not stream.seekable():
        data = stream.read(NESTED_BYTES + 1)
        if len(data) > NESTED_BYTES:
            what = f"an archive in an archive has more than {_size(NESTED_BYTES)}."
            raise FormatError(source.name, 1, what, _REMEDY)
        stream = stack.enter_context(io.BytesIO(data))
    try:
        return zipfile.ZipFile(stream)
    except (*_BROKEN, ValueError, OSError) as exc:
        raise _broken(source.name, exc) from exc


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and parts[0] != "__MACOSX" and not parts[-1].startswith(".")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Callable[[], BinaryIO]:
    def opener() -> BinaryIO:
        try:
            stream = archive.open(info)
        except (*_BROKEN, RuntimeError, ValueError) as exc:
            raise _broken(name, exc) from exc
        return io.BufferedReader(_Bounded(name, lambda: info.compress_size, stream))

    return opener
