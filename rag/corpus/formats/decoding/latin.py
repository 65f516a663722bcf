"""Distinguishes encodings of Latin letters: Western, Central European and Turkish.

Every byte is valid in all of them, so letters decide: ``ø`` in Windows-1252 is ``ř`` in
Windows-1250, a vowel in one and a consonant in the other, and its neighbours show which was meant.
All patterns match the text as decoded by Windows-1252. If the evidence is mixed, or all letters
could be either, the encoding is unknown.
"""

from __future__ import annotations

import re

_CONSONANT = "[bcdfghjklmnpqrstvwxz]"
# As in Jørgensen, Hélène, Muñoz, João, Simões, Århus, Kjær, à la, Inês, Nicolò, naïve, Loïc.
_WESTERN = re.compile(
    rf"(?i:{_CONSONANT})[øèêàåò]{_CONSONANT}|{_CONSONANT}i?è{_CONSONANT}|[a-zé]ñ[aeioóáéí]|\bÑ"
    r"|ã[oe]|õe|\bÅ[a-z]|å[a-z]|[a-z]å\b|æ[a-z]|\bÆ|[lnrst]ø\b|øy|\bØ[lrsyd]"
    r"|[aoA]ï[a-z]|\bà\b|[a-z]à\b|(?<![aeiou])[òìù]\b|où\b|œu|\bÊ|\bÀ",
)
# As in Guðmundur, Sigurðsson, Þórður: Turkish has no consonant before its ğ and no ð in "ður".
_ICELANDIC = re.compile(r"[rlnf]ð|\bÞ[óoúr]|ðu|[íýáúóæ]ð|uð[mrnbj]|eið")
# As in Dvořák, Kovář, Kučera, Čapek, Zdeněk, Růžička, Vaněk, Michał, Łódź, Kamiński, Petrović,
# Wiśniewski, Święcki, Więcek; of ISO 8859-2 also Šimůnek and Žák.
_CENTRAL = re.compile(
    r"ø[aiouáéíóúýùìk]|[aáeéiíoóuúyý]ø|\bØ[aeouáéíóúù]|[èÈ][aeiouyáéíóúý]|[aáií]è\b|ì[a-z]"
    r"|\bÈ[a-z]|ù[a-zž¾¹š]|[aeiouáéíùì]ò[aeiouk]|ùò|[A-Za-zó][³¹¿¾±¶¼º»µ][a-z³æêñ¹ó¿]|[a-z]{2}[aeouiy]³"
    r"|[£¯¥¦©®ª][a-záéíóúýì³]|yû|[a-z]{3}û\b|ñ[bcdfghjklmnprstvwz]|[aeiou]ñ\b|[iaou]æ\b|óæ|œ[ckjwnmpz¿]|\bŒ[lwcnmpkz]"
    r"|iê[^n\W]|\bÏ[aeáé]|(?<![A-Za-z])[\x8d\x8f][a-z]|[a-z]\x9d|[aeiouyóê¹]Ÿ"
)
# As in Ayşe, Güneş, Yıldız, İbrahim, Işık, Kılıç.
_TURKISH = re.compile(
    r"[aeiouöüý]þ|þ[aeiouöüýkt]|[a-zöüç]ý[çþðzk][a-z]?|\bÝ[bcdfghklmnpstvz]|ðý|ýð|[aoeö]ð[aeiouülrý]"
    r"|aðm|\bÞ[aeiüý]|ý\w*ý"
)
# Letters that may be of either: Erdõs, Doðan, Aydýn, Gãrean, Rùna.
# Erdõs, in text with accents that Estonian lacks; in Portuguese an e follows.
_HUNGARIAN = re.compile(r"õ(?!e)")
_ACUTE = re.compile("[áéíó]")
# Letters of Mac OS Roman and DOS in words: MŸller, Ren‚, Garc¡a. Such text is refused.
_FOREIGN = re.compile(
    r"[\x81\x90]|[a-z][\x8d\x8f]|[A-Za-z][ŠŽ](?![A-Z])|[B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]Ÿ(?![A-Z])|[A-Za-z][€‚ƒ„†‡ˆ‰‹“”™˜›¡¢¤§¨©«¬][a-z]"
    rf"|[a-z][€‚ƒ„†‡ˆ‰‹™˜›¡¢£¤¥§][,}}]|{_CONSONANT}[šž]{_CONSONANT}"
)
_COMMON = re.compile("(?<=[A-Za-z])[äöüßáéíóç]")
_DOUBTFUL = re.compile(
    r"[õÕ][^e\W]|[ðÐþÞ]|[a-z]ý[a-z]|ã[^oe\W]|[ìùèòøæ]|[ÙÌÒØÈ]|(?<=[A-Za-z])[¡-¿][a-z]"
)
_PLACE = re.compile(rb"([\x00-\x7f]?)([\x80-\xff]+)(?=([\x00-\x7f]?))")
_MARKS = frozenset(bytes([byte]) for byte in (0x80, 0x85, *range(0x91, 0x98)))  # € … ‘ ’ “ ” • – —
_POLISH = re.compile(r"[³¿£êñ¯]")
_CZECH = re.compile(r"[ìøùèØÈ]")
_CLEARLY = 4  # times as many matches as for the other encoding


# Capitals at the start of a word, in all these encodings.
_CAPITALS = frozenset(
    bytes([byte])
    for byte in (*range(0xC0, 0xE0), 0x8A, 0x8C, 0x8E, 0x8F, 0xA3, 0xA6, 0xA9, 0xAC, 0xAE, 0xAF)
)


def latin_share(sample: bytes) -> float:
    """The share of runs of bytes beyond ASCII that are a few letters in a word, 0 to 1.

    A single dash, quotation mark or other symbol is not counted.
    """
    found = [place for place in _PLACE.findall(sample) if not _is_symbol(*place)]
    inside = sum(
        (before.isalpha() and len(run) <= 4)
        or (len(run) <= 2 and run[:1] in _CAPITALS and after.islower())
        for before, run, after in found
    )
    return inside / len(found) if found else 1.0


def _is_symbol(before: bytes, run: bytes, after: bytes) -> bool:
    if len(run) > 1 or (run in _CAPITALS and after.islower()):
        return False
    letters = before.isalpha() + after.isalpha()
    return run in _MARKS or letters == 0 or (run < b"\xc0" and letters < 2)


def latin_encoding(sample: bytes) -> str | None:
    """The encoding of text in Latin letters; None in doubt."""
    text = "".join(_letter(byte) for byte in sample)
    turkish = len(_TURKISH.findall(text))
    central = len(_CENTRAL.findall(text))
    if _ACUTE.search(text):
        central += len(_HUNGARIAN.findall(text))
    western = len(_WESTERN.findall(text))
    icelandic = len(_ICELANDIC.findall(text))
    foreign = len(_FOREIGN.findall(text))
    if foreign and foreign * _CLEARLY >= western + central + turkish + len(_COMMON.findall(text)):
        return None
    if turkish > _CLEARLY * (icelandic + central):
        return "cp1254"
    if central > _CLEARLY * (western + turkish + icelandic):
        return _central(sample, text)
    if turkish + central and (turkish + central) * _CLEARLY >= western + icelandic:
        return None
    doubtful = len(_DOUBTFUL.findall(text))
    return "cp1252" if western + icelandic or not doubtful else None


def _letter(byte: int) -> str:
    """The letter of a byte in Windows-1252; for its five unused bytes, that of Latin-1."""
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


def _central(sample: bytes, text: str) -> str | None:
    """Windows-1250 or ISO 8859-2, which differ in š, ž, ť, ą, ś and ź."""
    if re.search(rb"[\x8a\x8c-\x8f\x9a\x9c-\x9f]", sample):
        return "cp1250"
    if re.search(r"[a-z][±¶¼¾»]|[©®¦¡«][a-záéíó]", text):
        return "iso8859_2"
    if re.search(r"[¹¥]", text) is None:
        return "iso8859_2"  # nothing in it differs
    polish, czech = _POLISH.search(text), _CZECH.search(text)
    if (polish is None) == (czech is None):
        return None
    return "cp1250" if polish else "iso8859_2"
