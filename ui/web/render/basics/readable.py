r"""Text with its TeX as characters, for where no elements can be: plain text, Markdown. Pure.

It is what `prose` draws, without its elements: "$O(n^2)$" becomes O(n²), "\textbf{Mamba}" its word.
"""

from __future__ import annotations

import html
import re

from rag.text.characters.escaping import visible
from ui.web.render.basics.math import prose

_RAISED = dict(zip("0123456789+-−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ", strict=True))
_LOWERED = {
    **dict(zip("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True)),
    **dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)),
}
_SCRIPT = re.compile(r"<(su[bp])>([^<>]*)</\1>")
_TAG = re.compile(r"</?[a-z][^<>]*>")


def readable(text: str) -> str:
    """``text`` on one line, its TeX as characters."""
    drawn = prose(visible(text))
    while _SCRIPT.search(drawn):  # from the inmost outwards
        drawn = _SCRIPT.sub(_script, drawn)
    return html.unescape(_TAG.sub("", drawn))


def _script(match: re.Match[str]) -> str:
    signs, mark = (_RAISED, "^") if match[1] == "sup" else (_LOWERED, "_")
    inside = html.unescape(match[2])
    if all(sign in signs for sign in inside):
        return "".join(signs[sign] for sign in inside)
    return f"{mark}{match[2]}" if len(inside) == 1 else f"{mark}({match[2]})"
