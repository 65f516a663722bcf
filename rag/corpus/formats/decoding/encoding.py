"""Detects the encoding of text, or refuses it in doubt.

A byte-order mark decides. Otherwise all bytes are read once; if they are valid UTF-8, it is UTF-8.
For other encodings a sample of the lines with bytes beyond ASCII is examined, because only those
bytes are informative. If no encoding gives plausible text, the file is refused: a garbled paper
would be found and cited garbled.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from rag.corpus.formats.decoding.latin import latin_encoding, latin_share
from rag.corpus.formats.decoding.scripts import script_encoding
from rag.errors import FormatError

_CHUNK = 256 * 1024
_SAMPLE = 64 * 1024
_REMEDY = "Save it as UTF-8 and name it again; nothing of this file was read."
_MARKS = (  # UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A file concatenated from several may be UTF-8 with a few other bytes. Each stray byte is read as
# Windows-1252, as browsers do; with more of them than this share the file is not UTF-8 at all.
_STRAY_SHARE = 0.1
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH_BYTES = bytes(range(0x80, 0x100))
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_BEFORE = 32  # bytes that a sample includes before each run beyond ASCII


# Shares of the runs of bytes beyond ASCII that are inside words of ASCII letters.
_LATIN, _NO_LATIN = 0.6, 0.5
# Bytes beyond ASCII. In Western text never all of so many come before a second byte of Big5.
_FEWEST_HIGH_BYTES = 6


def _replace(error: UnicodeError) -> tuple[str, int]:
    """A stray byte in UTF-8 as in Windows-1252; otherwise, and at the very end, U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    if error.encoding != "utf-8" or len(stray) > 1:
        return "\ufffd", error.end
    return stray.decode("cp1252", "replace"), error.end


codecs.register_error("paperchat", _replace)


def sniff(stream: BinaryIO, name: str) -> str:
    """The codec of the text in ``stream``, which is read to its end.

    Raises FormatError if the bytes are not text in a known encoding.
    """
    blocks = _blocks(stream)
    first = next(blocks, b"")
    for mark, codec in _MARKS:
        if first.startswith(mark):
            return codec
    if b"\0" in first:
        return _without_mark(first, name)
    valid, stray, sample = _count(first, blocks)
    if stray == 0 or stray <= _STRAY_SHARE * valid:
        return "utf-8"
    guess = _by_sample(bytes(sample))
    if guess is None:
        raise FormatError(name, 1, "its bytes are no text in any known encoding.", _REMEDY)
    return guess


def _without_mark(first: bytes, name: str) -> str:
    """The UTF-16 codec if every other byte is zero, as for ASCII; other zeros mean no text."""
    head = first[: len(first) // 2 * 2][:_SAMPLE]
    for codec, zeros, letters in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        ascii_letters = sum(0 < letter < 0x80 for letter in letters)
        if zeros.count(0) > 0.4 * len(zeros) and ascii_letters > 0.5 * len(letters):
            return codec
    raise FormatError(name, 1, "this is no text: it has zero bytes.", _REMEDY)


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The blocks of the stream, up to its end or to a break of an archive."""
    try:
        while block := stream.read(_CHUNK):
            yield block
    except FormatError:
        return


def _count(first: bytes, blocks: Iterator[bytes]) -> tuple[int, int, bytearray]:
    """UTF-8 characters beyond ASCII, stray bytes, and a sample of lines with stray bytes."""
    valid = stray = 0
    sample = bytearray()
    rest = b""
    for block in chain([first], blocks):
        if not block.isascii() or rest:
            data = rest + block
            rest = _unfinished(data)
            data = data[: len(data) - len(rest)]
            characters, others = _characters(data)
            valid += characters
            stray += others
            if others:
                _extend(sample, data)
    if stray or not valid:  # otherwise the file is UTF-8, cut off inside a character
        stray += len(rest)
    sample += rest
    return valid, stray, sample


def _characters(data: bytes) -> tuple[int, int]:
    """UTF-8 characters beyond ASCII in ``data``, and other bytes beyond ASCII."""
    high = len(data) - len(data.translate(None, _HIGH_BYTES))
    try:
        return len(data.decode()) - (len(data) - high), 0
    except UnicodeDecodeError:  # looking for each character takes fifty times as long
        found = _MULTIBYTE.findall(data)
        return len(found), high - sum(map(len, found))


def _extend(sample: bytearray, data: bytes) -> None:
    """Add runs of bytes beyond ASCII with their surroundings, up to the size of a sample."""
    end = 0
    for run in _HIGH_RUN.finditer(data):
        if len(sample) >= _SAMPLE:
            break
        sample += data[max(end, run.start() - _BEFORE) : run.end() + 1]
        end = run.end() + 1


def _unfinished(data: bytes) -> bytes:
    """The start of a UTF-8 character at the end of ``data``."""
    for length in (1, 2, 3):
        tail = data[-length:]
        if len(tail) == length and tail[0] >= 0xC2:
            wanted = 2 if tail[0] < 0xE0 else 3 if tail[0] < 0xF0 else 4
            return tail if length < wanted else b""
    return b""


def _by_sample(sample: bytes) -> str | None:
    """The encoding of lines that are not UTF-8; None in doubt."""
    # Half of Big5's bytes are ASCII, so its text looks like single letters.
    high = len(sample) - len(sample.translate(None, _HIGH_BYTES))
    if high >= _FEWEST_HIGH_BYTES and script_encoding(sample, least=0.35) == "big5":
        return "big5"
    share = latin_share(sample)
    if share >= _LATIN:
        return latin_encoding(sample)
    return script_encoding(sample) if share <= _NO_LATIN else None
