"""Which encoding bytes are text in: rules for what people have, charset-normalizer for the rest.

A byte-order mark decides; else all bytes are read once, and where they are UTF-8 that is what they
are. Of the others, only bytes beyond ASCII tell anything, so what is looked at is a sample of the
lines that have some. Where no encoding gives sensible text the file is refused: a paper that is
garbled would be found and cited garbled.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from charset_normalizer import from_bytes

from rag.errors import FormatError

_CHUNK = 256 * 1024
_SAMPLE = 64 * 1024
_REMEDY = "Save it as UTF-8 and name it again; nothing of this file was read."
_MARKS = (  # UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# UTF-8 in which a few bytes are not: a file put together from several. Each stray byte is read as
# Windows-1252, as browsers do; more of them than this share mean that it is no UTF-8 at all.
_STRAY_SHARE = 0.1
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH_BYTES = bytes(range(0x80, 0x100))
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_BEFORE = 32  # bytes that a sample shows before each run beyond ASCII
# Western text has a letter here and there beyond ASCII; other scripts have runs of them.
_WESTERN_LETTER = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸ]")
_SYMBOL_IN_WORD = re.compile(r"(?<=[a-z])[¡-¿×÷†‡ˆ˜‹›‰ƒ](?=[a-z])|[¢-¦¨¬¯±-´¶¸¹¼-¾](?=[a-z])")
_COMMON_HAN = re.compile(
    "[的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能"
    "下过子说产种面而方后多定行学法所民得经之进着等部度家电力里如水化高自理起小物现实加量都两体"
    "制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线"
    "内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系研究模型网络文提算据]"
)
# What is neither UTF nor Western nor Chinese, where charset-normalizer is sure.
_OTHERS = (
    "cp1250 iso8859_2 cp1251 koi8_r cp1253 cp1254 shift_jis euc_jp cp949 big5 gb18030 cp1252"
).split()
# They differ in few letters; cp1250 has the most frequent of them where ISO 8859-2 has none.
_CENTRAL_EUROPEAN = ("cp1250", "iso8859_2")
_C1 = re.compile(rb"[\x80-\x9f]")
_CHAOS_AT_MOST = 0.1


def _replace(error: UnicodeError) -> tuple[str, int]:
    """A stray byte in UTF-8 as Windows-1252 has it; elsewhere, and at the very end, U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    if error.encoding != "utf-8" or len(stray) > 1:
        return "\ufffd", error.end
    return stray.decode("cp1252", "replace"), error.end


codecs.register_error("paperchat", _replace)


def sniff(stream: BinaryIO, name: str) -> str:
    """The codec of the text in ``stream``, which is read to its end.

    Raises FormatError where the bytes are no text in any encoding known here.
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
    """UTF-16 of mostly ASCII has a zero in every other byte; what else has zeros is no text."""
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
    """The stream up to its end, or to where an archive is broken: what was before can be read."""
    try:
        while block := stream.read(_CHUNK):
            yield block
    except FormatError:
        return


def _count(first: bytes, blocks: Iterator[bytes]) -> tuple[int, int, bytearray]:
    """UTF-8 characters beyond ASCII, bytes that are none, and lines with bytes beyond ASCII."""
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
    if stray or not valid:  # else the file is UTF-8 and was cut off inside a character
        stray += len(rest)
    sample += rest
    return valid, stray, sample


def _characters(data: bytes) -> tuple[int, int]:
    """UTF-8 characters beyond ASCII in ``data``, and bytes beyond ASCII that are none."""
    high = len(data) - len(data.translate(None, _HIGH_BYTES))
    try:
        return len(data.decode()) - (len(data) - high), 0
    except UnicodeDecodeError:  # what looks for every character takes fifty times as long
        found = _MULTIBYTE.findall(data)
        return len(found), high - sum(map(len, found))


def _extend(sample: bytearray, data: bytes) -> None:
    """Add runs of bytes beyond ASCII with what stands around them, up to the size of a sample."""
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
    """The encoding of lines that are not UTF-8, or None where nothing sensible comes of any."""
    if _is_western(sample):
        return "cp1252"
    if _is_chinese(sample):
        return "gb18030"
    best = from_bytes(sample, cp_isolation=_OTHERS).best()
    if best is None or best.chaos > _CHAOS_AT_MOST or best.encoding in ("ascii", "utf_8"):
        return None
    if best.encoding in _CENTRAL_EUROPEAN:
        return "cp1250" if _C1.search(sample) else "iso8859_2"
    return best.encoding


def _is_western(sample: bytes) -> bool:
    """Whether letters beyond ASCII stand alone among ASCII ones, and few symbols inside words."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    runs = _HIGH_RUN.findall(sample)
    alone = sum(len(run) <= 2 for run in runs)
    if alone < 0.9 * len(runs):
        return False
    symbols = len(_SYMBOL_IN_WORD.findall(text))
    return symbols <= 0.1 * max(1, len(_WESTERN_LETTER.findall(text)))


def _is_chinese(sample: bytes) -> bool:
    """Whether it is GBK in which, as in all Chinese, a few hundred characters keep coming back."""
    text = sample.decode("gb18030", "replace")
    beyond = [character for character in text if ord(character) > 0x7F]
    broken = text.count("\ufffd")
    common = len(_COMMON_HAN.findall(text))
    return broken <= max(1, 0.01 * len(beyond)) and common >= 0.15 * len(beyond)
