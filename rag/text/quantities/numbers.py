"""Finds numbers in text, with value and unit.

86.9K is 86,900, "59.4 %" is 59.4%, "two" is 2, 10⁵ is 100,000.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from rag.text.characters.raising import typed
from rag.text.lexicons import lines, table

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
# A power of ten, with what is multiplied by it: 10⁵, 2 × 10⁻³, 1.3\times10^{-4}, 10$^5$.
_POWER = (
    rf"(?:{_NUMBER}[\s$]{{0,2}}(?:[×x·⋅∙*]|\\times|\\cdot)[\s$]{{0,2}})?10"
    r"(?:[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}(?![⁰¹²³⁴⁵⁶⁷⁸⁹/])|\$?\^[{(]?[-−+]?\d{1,2}(?!\d|\.\d)[})]?)"
)
_TYPED_POWER = re.compile(r"(?:([\d,.]+)\D+)?10\^([-−+]?\d+)")
# "x21 faster" has a number, "x21" inside a longer name has none.
_DIGITS = re.compile(
    rf"(?:(?<![\w.])|(?<=\b[x×]))(?:{_POWER}"
    rf"|{_NUMBER}(?:\s?(?:[KMBkmb]|thousand|million|billion)(?!\w))?)"
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
# In LaTeX: 2\%, 21\times, $4\times$.
_FOLLOWING = re.compile(r"[\s-]?[\\$]*(%|×|[A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number: its spelling, its value, and the unit after it, if that is known.

    ``start`` and ``end`` are the offsets of the spelling.
    """

    raw: str
    value: Decimal | None
    unit: str | None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


def numbers_in(text: str) -> list[Number]:
    """Every number of ``text``, first those in digits, then those in words.

    Digits inside a name (MS2, ResNet-50) are not numbers.
    """
    found = [(m, number_value(m.group())) for m in _DIGITS.finditer(text)]
    for m in _SPELLED_NUMBER.finditer(text):
        found.append((m, Decimal(_SPELLED[m.group().lower()]).normalize()))
    return [Number(m.group(), value, _unit_at(text, m), m.start(), m.end()) for m, value in found]


def number_value(raw: str) -> Decimal | None:
    """The value of a number in digits, equal for "86.9K" and "86,900"; None for other text."""
    text = raw.replace(",", "").lower()
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    try:
        if power := _TYPED_POWER.fullmatch(typed(raw)):
            exponent = int(power[2].replace("−", "-"))
            return Decimal((power[1] or "1").replace(",", "")).scaleb(exponent).normalize()
        return (Decimal(digits) * _SCALE.get(text[len(digits) :].strip(), 1)).normalize()
    except InvalidOperation:
        return None


def _unit_at(text: str, number: re.Match[str]) -> str | None:
    following = _FOLLOWING.match(text, number.end())
    if following and (unit := _UNIT_OF.get(following.group(1).lower())):
        return unit
    before = text[max(0, number.start() - 1) : number.start()]
    return "x" if before in ("x", "×") and before else None
