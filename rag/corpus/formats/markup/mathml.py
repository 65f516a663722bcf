"""Writes MathML as one line of text: x², a/(b+c), √2, ∑_(i=1)ⁿ.

An element is written from the texts of its children, so the leaves come first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from rag.text.characters.raising import LOWERED, RAISED, lowered, raised

Part: TypeAlias = tuple[str, str]  # an element's name and text; the name of bare text is empty

TOKENS = frozenset("mi mn mo mtext ms ci cn".split())
_SILENT = frozenset(
    "annotation annotation-xml mphantom none maligngroup malignmark mprescripts".split()
)
ROWS = frozenset("math mrow mstyle mpadded menclose merror semantics mtd".split())
_CONTAINERS = (
    "maction mtable mtr mlabeledtr mspace mfenced mmultiscripts msup msub msubsup mfrac msqrt "
    "mroot mover munder munderover"
).split()
NAMES = TOKENS | ROWS | _SILENT | frozenset(_CONTAINERS)

_INVISIBLE = str.maketrans({"\u2061": "", "\u2062": "", "\u2063": "", "\u2064": " "})
_RELATIONS = frozenset("= ≠ < > ≤ ≥ ⩽ ⩾ ≪ ≫ ≈ ≃ ≅ ≡ ∼ ~ ∝ ∈ ∉ ⊂ ⊆ → ⇒ ↔ ⇔ ≔ :=".split())
_AROUND_RELATION = re.compile(rf"\s*([{re.escape(''.join(_RELATIONS))}])\s*")
_COMBINING = {
    "^": "\u0302", "ˆ": "\u0302", "¯": "\u0304", "‾": "\u0304", "―": "\u0304", "_": "\u0304",
    "ˉ": "\u0304", "−": "\u0304", "~": "\u0303", "˜": "\u0303", "∼": "\u0303", "˙": "\u0307",
    ".": "\u0307", "¨": "\u0308", "→": "\u20d7", "⇀": "\u20d7", "ˇ": "\u030c", "˘": "\u0306",
}  # fmt: skip
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
# What needs no brackets beside the stroke of a fraction, under a root, or before a script.
_ONE = re.compile(
    rf"[−-]?(?:[^\W_{RAISED}{LOWERED}]|[.,](?=\d)|[%°′∞\u0300-\u036f\u20d7])+"
    rf"(?:[_^]\([^()]*\)|[{RAISED}{LOWERED}′])*|\([^()]*\)|\[[^\[\]]*\]|\|[^|]*\||\W*"
)


def written(name: str, attributes: Mapping[str, str], parts: Sequence[Part]) -> str:
    """The text of the MathML element ``name`` with these attributes and children."""
    texts = [text for _, text in parts]
    if name in _SILENT:
        return ""
    if name in TOKENS:
        return " ".join("".join(texts).translate(_INVISIBLE).split())
    if name == "mspace":
        return " "
    if name == "mfrac" and attributes.get("linethickness", "1").startswith("0"):
        return f"({' choose '.join(texts)})"
    if name == "mfenced":
        separator = attributes.get("separators", ",").strip()[:1]
        inside = (f"{separator} " if separator else "").join(texts)
        return f"{attributes.get('open', '(')}{inside}{attributes.get('close', ')')}"
    if name in ("mtable", "mtr", "mlabeledtr"):
        return ("; " if name == "mtable" else ", ").join(filter(None, texts))
    if name in ("semantics", "maction"):  # the same formula in other ways, or other states of it
        return texts[0] if texts else ""
    if name == "mmultiscripts":
        return _multiscripts(parts)
    if name in _BY_PLACE and len(texts) <= (3 if name in _OF_THREE else 2):
        return _BY_PLACE[name](*[*texts, "", "", ""][:3])
    row = _row(parts)
    return f"√{_group(row)}" if name == "msqrt" else row


def _row(parts: Sequence[Part]) -> str:
    """Texts side by side, with blanks around relations and between words."""
    row = last = ""
    for name, text in parts:
        if text in _RELATIONS and row:
            row = f"{row.rstrip()} {text} "
        elif text in (",", ";"):
            row = f"{row.rstrip()}{text} "
        else:
            if last == "mfrac" and text[:1].isalnum():  # a/bc is another number than (a/b)c
                row = f"({row})" if row.count("/") == 1 else f"{row} "
            mixed = name == "mfrac" and row[-1:].isdecimal() and text[:1].isdecimal()  # 2 1/3
            row += f" {text}" if mixed or _words_meet(row, text) else text
        last = name
    return row.strip()


def _words_meet(left: str, right: str) -> bool:
    """Whether one of two texts that meet is a word, so that a blank must part them."""
    ends = left[-2:].isalpha() and len(left) > 1, right[:2].isalpha() and len(right) > 1
    return any(ends) and left[-1:].isalnum() and right[:1].isalnum()


def _group(text: str) -> str:
    """The text, in brackets if it is more than one term."""
    return text if _ONE.fullmatch(text) else f"({text})"


def _close(text: str) -> str:
    """A script without the blanks around its relations: i=1."""
    return _AROUND_RELATION.sub(r"\1", text)


def _scripted(base: str, low: str, high: str) -> str:
    return f"{_group(base)}{lowered(_close(low))}{raised(_close(high))}"


def _stacked(base: str, low: str, high: str) -> str:
    """A base with something under and over it: an accent, or else scripts."""
    if (accent := _COMBINING.get(high)) and base.isalnum():
        base, high = unicodedata.normalize("NFC", "".join(b + accent for b in base)), ""
    return _scripted(base, low, high)


def _multiscripts(parts: Sequence[Part]) -> str:
    """Scripts after the base and, behind the element ``mprescripts``, before it: ¹⁴C."""
    names = [name for name, _ in parts]
    end = names.index("mprescripts") if "mprescripts" in names else len(parts)
    base, *after = [text for _, text in parts[:end]] or [""]
    return f"{_pairs([text for _, text in parts[end + 1 :]])}{_group(base)}{_pairs(after)}"


def _pairs(texts: Sequence[str]) -> str:
    lows, highs = texts[::2], texts[1::2]
    return lowered("".join(lows)) + raised("".join(highs))


def _root(inside: str, degree: str, _: str) -> str:
    return f"{_ROOTS.get(degree, raised(degree) + '√')}{_group(inside)}"


_OF_THREE = ("msubsup", "munderover")
_BY_PLACE: dict[str, Callable[[str, str, str], str]] = {
    "msup": lambda base, high, _: _scripted(base, "", high),
    "msub": lambda base, low, _: _scripted(base, low, ""),
    "msubsup": _scripted,
    "mfrac": lambda above, below, _: f"{_group(above)}/{_group(below)}",
    "mroot": _root,
    "mover": lambda base, high, _: _stacked(base, "", high),
    "munder": lambda base, low, _: _stacked(base, low, ""),
    "munderover": _stacked,
}
