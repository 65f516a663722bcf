"""Draws the TeX of titles and abstracts as HTML. Pure.

"$O(n^2)$" becomes O(n²) with a real superscript, "CO$_2$" gets its subscript, "\\alpha" its letter,
"\\textbf{Mamba}" its weight, "7\\%" its sign.
Other text, and TeX that cannot be read, stays as it was written.
"""

from __future__ import annotations

import html
import re

from pylatexenc.latex2text import LatexNodes2Text

# A pair of "$" is TeX if the two are near each other and neither begins a price.
_MATH = re.compile(
    r"\$(?!\s|\d+(?:\.\d+)?\b[^$]{0,2}\s)([^$\n]{1,200}?)(?<!\s)\$(?!\d)"
    r"|\\\((.{1,200}?)\\\)"
    r"|(?<!\w)(\w{1,12}[_^]\{[^{}$\n]{1,30}\})"
    r"|\\(?P<style>textbf|emph|textit|texttt|textsc|textrm|textsf|text|underline)"
    r"\{(?P<styled>[^{}\n]{1,300})\}"
    r"|\\(?P<sign>[%&#_])"
)
_STYLES = {"textbf": "b", "emph": "i", "textit": "i", "texttt": "code"}
_RAISED = re.compile(r"(?P<how>[_^])(?:\{(?P<many>[^{}]*)\}|(?P<one>\\[A-Za-z]+|[^\s{}\\]))")
_TO_TEXT = LatexNodes2Text(math_mode="text", strict_latex_spaces=False)


def prose(text: str) -> str:
    """``text`` as character data with its TeX drawn; safe in an element, not in an attribute."""
    out, at = [], 0
    for match in _MATH.finditer(text):
        out.append(html.escape(text[at : match.start()]))
        out.append(_found(match))
        at = match.end()
    out.append(html.escape(text[at:]))
    return "".join(out)


def _found(match: re.Match[str]) -> str:
    if match["sign"]:
        return html.escape(match["sign"])
    if match["style"]:
        tag = _STYLES.get(match["style"], "span")
        return f"<{tag}>{prose(match['styled'])}</{tag}>"
    return f'<span class="tex">{_drawn(match[1] or match[2] or match[3])}</span>'


def has_tex(text: str) -> bool:
    """Whether `prose` would draw anything of it."""
    return _MATH.search(text) is not None


def _drawn(tex: str) -> str:
    """One formula: scripts become elements, commands become characters."""
    out, at = [], 0
    for match in _RAISED.finditer(tex):
        tag = "sup" if match["how"] == "^" else "sub"
        inner = match["many"] if match["many"] is not None else match["one"]
        out.append(_characters(tex[at : match.start()]))
        out.append(f"<{tag}>{_drawn(inner)}</{tag}>")
        at = match.end()
    out.append(_characters(tex[at:]))
    return "".join(out)


def _characters(tex: str) -> str:
    """A part without scripts as text; unchanged if it is not TeX."""
    if not tex:
        return ""
    try:
        shown = _TO_TEXT.latex_to_text(tex)
    except Exception:  # noqa: BLE001 - the library raises many kinds, and the text is anybody's
        shown = tex
    return html.escape(shown)
