"""Finds numbers in text, with value and unit: 86.9K is 86,900, "59.4 %" is 59.4%, "two" is 2."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rag.text.lexicons import lines, table

_DIGITS = re.compile(
    r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:\s?(?:[KMBkmb]|thousand|million|billion)(?!\w))?"
)
_SCALE = {word: int(factor) for factor, said in table("scales").items() for word in said}
_SMALL = " ".join(lines("cardinals")).split()
_TENS = " ".join(lines("tens")).split()
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
_UNIT_OF = {name: unit for unit, names in table("units").items() for name in names}
_FOLLOWING = re.compile(r"[\s-]?(%|×|[A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number: its spelling, its value, and the unit after it, if that is known."""

    raw: str
    value: Decimal | None
    unit: str | None


def numbers_in(text: str) -> list[Number]:
    """Every number of ``text``, first those in digits, then those in words.

    Digits inside a name (MS2, ResNet-50) are not numbers.
    """
    found = [(m.group(), number_value(m.group()), m.end()) for m in _DIGITS.finditer(text)]
    for m in _SPELLED_NUMBER.finditer(text):
        found.append((m.group(), Decimal(_SPELLED[m.group().lower()]).normalize(), m.end()))
    return [Number(raw, value, _unit_at(text, end)) for raw, value, end in found]


def number_value(raw: str) -> Decimal | None:
    """The value of a number in digits, equal for "86.9K" and "86,900"; None for other text."""
    text = raw.replace(",", "").lower()
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    try:
        return (Decimal(digits) * _SCALE.get(text[len(digits) :].strip(), 1)).normalize()
    except InvalidOperation:
        return None


def _unit_at(text: str, end: int) -> str | None:
    following = _FOLLOWING.match(text, end)
    return _UNIT_OF.get(following.group(1).lower()) if following else None
