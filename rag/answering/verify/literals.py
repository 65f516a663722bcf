"""What a claim may only say if its quotes say it too: numbers, units, names, quoted words, URLs.

Compared after normalising, never by similarity: 86.9K is 86,900, "59.4 %" is 59.4%, "two" is 2.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(
    r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:\s?(?:[KMBkmb]|thousand|million|billion)(?!\w))?"
)
_NAME = re.compile(r"\b(?:[A-Za-z]+\d\w*|\w*[a-z]\w*[A-Z]\w*|[A-Z]{2,}\w*)\b")
# Also what a browser takes for an address without "//", mail addresses and bare domains.
_URL = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:javascript|vbscript|data|file|mailto|tel|blob):(?=\S))"
    r"[^\s<>\"”]+|(?-i:[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?=[a-z0-9.-]*[a-z])(?:[a-z0-9-]+\.)+[a-z]{2,}\b"
    r"(?:/[^\s<>\"”]*)?)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]")
_WORD = re.compile(r"[a-z0-9]+")
_SCALE = {
    "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000,
    "b": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip
_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SPELLED = {word: value for value, word in enumerate(_SMALL)}
_SPELLED |= {ten: 10 * value for value, ten in enumerate(_TENS, start=2)}
_SPELLED |= {
    f"{ten}-{unit}": 10 * tens + value
    for tens, ten in enumerate(_TENS, start=2)
    for value, unit in enumerate(_SMALL[1:10], start=1)
}
_SPELLED_NUMBER = re.compile(
    rf"\b(?:{'|'.join(sorted(_SPELLED, key=len, reverse=True))})\b", re.IGNORECASE
)
# "One" is a pronoun as often as a number ("the one that ..."), so a claim may say it freely.
_FREE = frozenset({"one", "zero"})
_UNITS = {
    "%": "% percent", "s": "s sec secs second seconds", "ms": "ms millisecond milliseconds",
    "min": "min mins minute minutes", "h": "h hr hrs hour hours", "day": "day days",
    "year": "year years", "fps": "fps", "hz": "hz", "khz": "khz", "mhz": "mhz", "ghz": "ghz",
    "kb": "kb", "mb": "mb", "gb": "gb", "tb": "tb", "mm": "mm", "cm": "cm", "m": "metre metres",
    "km": "km", "mg": "mg", "g": "g gram grams", "kg": "kg", "x": "x × times fold",
    "db": "db", "w": "w watt watts", "gpu": "gpu gpus", "cpu": "cpu cpus",
}  # fmt: skip
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names.split()}
_FOLLOWING = re.compile(r"[\s-]?(%|×|[A-Za-z]+)")


def missing_numbers(claim: str, text: str) -> tuple[str, ...]:
    """The numbers of ``claim`` that ``text`` lacks, by value and, where both give one, unit.

    Numbers inside names (MS2, ResNet-50) are the names' affair.
    """
    held = _numbers(text)
    lost = []
    for raw, value, unit in _numbers(claim):
        units = {there for _, other, there in held if other == value}
        known = unit is None or unit in units or None in units
        if raw.lower() not in _FREE and not (units and known):
            lost.append(raw)
    return tuple(dict.fromkeys(lost))


def missing_names(claim: str, text: str) -> tuple[str, ...]:
    """The coined names, acronyms, quoted words and URLs of ``claim`` that ``text`` lacks.

    Case and plurals do not count. An acronym may stand for words of ``text`` with its initials.
    """
    urls = {_plain_url(url) for url in _URL.findall(text)}
    lost = [_end(url) for url in _URL.findall(claim) if _plain_url(url) not in urls]
    rest, held = _URL.sub(" ", claim), text.lower()
    quoted = [words.strip(" .,;") for words in _QUOTED.findall(rest)]
    lost += [words for words in quoted if words.lower() not in held]
    lost += [name for name in _NAME.findall(rest) if not _holds(text, name)]
    return tuple(dict.fromkeys(lost))


def number_value(raw: str) -> Decimal | None:
    """The value of a number as written, the same for "86.9K" and "86,900"; None if it is none."""
    text = raw.replace(",", "").lower()
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    try:
        return (Decimal(digits) * _SCALE.get(text[len(digits) :].strip(), 1)).normalize()
    except InvalidOperation:
        return None


def _numbers(text: str) -> list[tuple[str, Decimal | None, str | None]]:
    """Every number as (as written, value, unit or None), those in digits first."""
    # A URL's digits are checked with the URL.
    text = _URL.sub(" ", text)
    found = [(m.group(), number_value(m.group()), m.end()) for m in _NUMBER.finditer(text)]
    for m in _SPELLED_NUMBER.finditer(text):
        found.append((m.group(), Decimal(_SPELLED[m.group().lower()]).normalize(), m.end()))
    return [(raw, value, _unit(text, end)) for raw, value, end in found]


def _unit(text: str, end: int) -> str | None:
    following = _FOLLOWING.match(text, end)
    return _UNIT_OF.get(following.group(1).lower()) if following else None


def _holds(text: str, name: str) -> bool:
    """Whether ``text`` has the name as a word of its own, or spelled out where it is an acronym."""
    singular = name[:-1] if name.endswith("s") else name
    for form in (name, singular):
        if re.search(rf"(?<![^\W_]){re.escape(form)}(?:s|es)?(?![^\W_])", text, re.IGNORECASE):
            return True
    if not singular.isupper() or len(singular) < 3:
        return False
    initials = "".join(word[0] for word in _WORD.findall(text.lower()))
    return singular.lower() in initials


def _plain_url(url: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", _end(url).lower()).rstrip("/")


def _end(url: str) -> str:
    return url.rstrip(".,;:)]'")
