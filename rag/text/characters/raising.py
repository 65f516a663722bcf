"""Superscripts and subscripts, as characters (10⁵, CO₂) and as people type them (10^5, CO2).

Digits, signs and most small letters have characters of their own. Words and all else are written
``^(...)`` and ``_(...)``: V_(max), K_(D).
"""

from __future__ import annotations

import re

_UP = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuwxyT",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘʷˣʸᵀ",
        strict=True,
    )
)
_DOWN = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
_MINUS = str.maketrans(dict.fromkeys("−–‐‑‒﹣－", "-"))
_ON_THE_LINE = re.compile(r"(?<=[+-])/(?=[+-])|(?<=\d)[.,](?=\d)")  # Apoe⁻/⁻, PM₂.₅, mice¹,²
_AROUND_SIGN = re.compile(r" ?([-+=]) ?")
_WORD = re.compile(r"[^\W\d_]{2}")
RAISED, LOWERED = "".join(_UP.values()), "".join(_DOWN.values())
_PLAIN = str.maketrans({high: plain for signs in (_UP, _DOWN) for plain, high in signs.items()})
# A script: as characters, or after "^" or "_", with the dollars of TeX around it or not.
_SCRIPT = re.compile(
    rf"(?P<up>[{RAISED}]+(?:[.,/][{RAISED}]+)*)|[{LOWERED}]+(?:[.,][{LOWERED}]+)*"
    r"|\$?(?P<mark>[_^])(?:\{(?P<braced>(?:[^{}$]|\{[^{}$]*\}){1,40})\}|\((?P<bracketed>[^()]{1,40})\)"
    r"|(?P<bare>[+-]?\d+))\$?"
    r"|\$?\^(?P<letter>[^\W\d_])(?!\w)\$?"
)
_FRACTION = re.compile(r"\d[.,]\d")
_MARKS = {"tm": "™", "sm": "℠", "∘": "°", "◦": "°"}
_ORDINALS = frozenset("st nd rd th er re ère ème nde e o".split())
_ROMAN_TOO = frozenset("e er ème th".split())  # XIXe siècle
_ROMAN = re.compile(r"\b[IVXLC]{2,}$")
_WORTH_RAISING = re.compile(r"[\w+=−–-]")
_STYLE = re.compile(r"\\[a-zA-Z]+\s*\{?|[{}]")  # \rm, \mathrm{
_FONT = re.compile(r"\\(?:math|text)(?:rm|bf|it|sf|tt|normal)?\s*\{([^{}]*)\}(?=\s*[_^])")
_HINT = re.compile(rf"[_^{RAISED}{LOWERED}]")


def raised(text: str, before: str = "") -> str:
    """``text`` as a superscript after ``before``; what reads well without, stays as it is.

    Such are marks (5°, x′), ordinals (1st, 2o) and references in brackets ([3]).
    """
    word = text.lower()
    counts = before[-1:].isdecimal() or (word in _ROMAN_TOO and _ROMAN.search(before))
    if counts and word in _ORDINALS:
        return "°" if word == "o" else text
    if word in _MARKS or not _WORTH_RAISING.search(text) or text[0] + text[-1] == "[]":
        return _MARKS.get(word, text)
    if counts and _FRACTION.search(text):  # 10^(5.5) is no 10⁵
        return f"^({text})"
    return _written(text, _UP, "^")


def lowered(text: str) -> str:
    """``text`` as a subscript."""
    return _written(text, _DOWN, "_")


def _written(text: str, characters: dict[str, str], mark: str) -> str:
    plain = _AROUND_SIGN.sub(r"\1", text.translate(_MINUS))
    bare = _ON_THE_LINE.sub("", plain)
    if bare and all(map(characters.__contains__, bare)) and not _WORD.search(bare):
        return "".join(characters.get(character, character) for character in plain)
    return f"{mark}{text}" if _bracketed(text) else f"{mark}({text})" if text else ""


def _bracketed(text: str) -> bool:
    """Whether one pair of brackets encloses the text."""
    return text.startswith("(") and text.find(")") == len(text) - 1


def typed(text: str) -> str:
    """``text`` with scripts as a keyboard writes them: "CO2", "m2", "Vmax", and "10^5".

    All spellings of a script give the same: "10⁵", "10^(5)", "10^{5}" and "10$^5$" are "10^5".
    """
    if not _HINT.search(text):
        return text
    return _SCRIPT.sub(_typed, _FONT.sub(r"\1", text) if "\\" in text else text)


def _typed(match: re.Match[str]) -> str:
    inner = match["braced"] or match["bracketed"] or match["bare"] or match["letter"]
    up = match["up"] or match["letter"] or match["mark"] == "^"
    plain = _STYLE.sub("", inner) if inner else match.group().translate(_PLAIN)
    power = up and match.string[match.start() - 1 : match.start()].isdecimal()
    return f"^{plain}" if power else plain
