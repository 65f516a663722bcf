r"""Draws the TeX of titles and abstracts as HTML. Pure.

"$O(n^2)$" becomes O(n²) with a real superscript, "CO$_2$" gets its subscript, "\alpha" its letter,
"\frac{a+b}{c}" is (a+b)/c, "\textbf{Mamba}" and "{\bf Mamba}" have their weight, "7\%" its sign.
The scripts that reading writes as "V_(max)" are drawn, too. Other text, and TeX that cannot be
read, stays as it was written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from rag.text.characters.tex import tex_to_text, with_decimal_points

# A pair of "$" is TeX if the two are near each other and neither begins a price: of what only looks
# like text, "$5 and $10", the first has a blank after its number, the second a digit.
_PRICE = r"\s*\d+(?:[.,]\d+)*\b[^$]{0,2}\s"
_FOUND = re.compile(
    rf"\$\$(?P<shown>[^$]{{1,1000}}?)\$\$"
    rf"|\$(?!{_PRICE})(?P<marked>(?=[^$\n]*[\\^_])[^$\n]{{1,300}}?)\$"
    rf"|\$(?!\s|{_PRICE})(?P<plain>[^$\n]{{1,200}}?)(?<!\s)\$(?!\d)"
    r"|\\\((?P<round>.{1,300}?)\\\)|\\\[(?P<square>.{1,1000}?)\\\]"
    r"|\\begin\{(?P<kind>(?:equation|math|displaymath|align|eqnarray)\*?)\}(?P<inside>.{1,1000}?)"
    r"\\end\{(?P=kind)\}"
    r"|(?<!\w)(?P<bare>\w{1,12}[_^]\{[^{}$\n]{1,30}\})"
    r"|(?<=[\w)\]⁺⁻])(?P<how>[_^])\((?P<script>[^()\n]{1,60})\)"
    r"|\\(?P<style>textbf|emph|textit|texttt|textsc|textrm|textsf|text|underline)"
    r"\{(?P<styled>[^{}\n]{1,300})\}"
    r"|\{\\(?P<switch>it|em|sl|bf|tt|rm|sc|sf|itshape|bfseries)\s+(?P<switched>[^{}\n]{1,300})\}"
    r"|\\(?P<sign>[%&#_])"
    r"|``(?P<quoted>[^`\"$\\\n]{1,160}?)(?:''|\")|(?<![`\w])`(?P<single>\w[^`'\"$\\\n]{0,80}?)'(?!\w)"
)
_FORMULAS = ("shown", "marked", "plain", "round", "square", "inside", "bare")
_TAGS = {
    "textbf": "b", "bf": "b", "bfseries": "b", "emph": "i", "textit": "i", "it": "i", "em": "i",
    "sl": "i", "itshape": "i", "texttt": "code", "tt": "code",
}  # fmt: skip
_SCRIPTS = {"^": "sup", "_": "sub"}
# What a formula is read by: scripts, groups, commands, and the text between.
_PIECE = re.compile(
    r"(?P<script>[_^])\s*|(?P<group>\{)|\\(?P<command>[dt]?frac|sqrt)(?![A-Za-z])\s*"
    r"|(?P<wrap>\\[A-Za-z]+\s*(?=\{))|(?P<text>(?:\\[A-Za-z]+(?!\s*\{|[A-Za-z])|\\[^A-Za-z]|[^\\{}^_])+)|.",
    re.DOTALL,
)
_ONE_TERM = re.compile(r"(?:[\w.,]|</?su[bp]>|&\w+;)*|\([^()]*\)")
_ONE_ARGUMENT = re.compile(r"\\[A-Za-z]+|\\?.", re.DOTALL)
_DEEPEST = 20  # groups
_LONG = 60  # characters of a formula that may be broken at the end of a line


def prose(text: str) -> str:
    """``text`` as character data with its TeX drawn; safe in an element, not in an attribute."""
    out, at = [], 0
    for match in _FOUND.finditer(text):
        out.append(html.escape(text[at : match.start()]))
        out.append(_found(match))
        at = match.end()
    out.append(html.escape(text[at:]))
    return "".join(out)


def formulas(text: str) -> Iterator[tuple[int, int]]:
    """Where the formulas between dollars are."""
    for match in _FOUND.finditer(text):
        if match["shown"] or match["marked"] or match["plain"]:
            yield match.span()


def has_tex(text: str) -> bool:
    """Whether `prose` would draw anything of it."""
    return _FOUND.search(text) is not None


def _found(match: re.Match[str]) -> str:
    if match["sign"]:
        return html.escape(match["sign"])
    if match["quoted"] or match["single"]:
        inside = prose(match["quoted"] or match["single"])
        return f"“{inside}”" if match["quoted"] else f"‘{inside}’"
    if match["how"]:
        tag = _SCRIPTS[match["how"]]
        return f"<{tag}>{prose(match['script'])}</{tag}>"
    if style := match["style"] or match["switch"]:
        tag = _TAGS.get(style, "span")
        return f"<{tag}>{prose(match['styled'] or match['switched'])}</{tag}>"
    tex = next(match[name] for name in _FORMULAS if match[name])
    if tex.count("{") != tex.count("}"):
        return html.escape(match.group())
    long = " long" if len(tex) > _LONG else ""
    return f'<span class="tex{long}">{_drawn(with_decimal_points(tex.strip()))}</span>'


def _drawn(tex: str, deep: int = 0) -> str:
    """A formula: scripts become elements, fractions get their brackets, commands characters."""
    out, at = [], 0
    while at < len(tex) and (piece := _PIECE.match(tex, at)):
        at = piece.end()
        if deep > _DEEPEST:
            return _characters(tex)
        if piece["script"]:
            inner, at = _argument(tex, at)
            tag = _SCRIPTS[piece["script"]]
            out.append(f"<{tag}>{_drawn(inner, deep + 1)}</{tag}>")
        elif piece["group"]:
            inner, at = _argument(tex, at - 1)
            out.append(_drawn(inner, deep + 1))
        elif piece["command"] == "sqrt":
            inner, at = _argument(tex, at)
            out.append(f"√{_term(inner, deep)}")
        elif piece["command"]:
            above, at = _argument(tex, at)
            below, at = _argument(tex, at)
            out.append(f"{_term(above, deep)}/{_term(below, deep)}")
        elif piece["wrap"]:
            inner, at = _argument(tex, at)
            simple = not re.search(r"[_^{]|\\(?:[dt]?frac|sqrt)", inner)
            whole = tex[piece.start() : at]
            out.append(_characters(whole) if simple else _drawn(inner, deep + 1))
        else:
            out.append(_characters(piece.group()))
    return "".join(out)


def _term(tex: str, deep: int) -> str:
    drawn = _drawn(tex, deep + 1)
    return drawn if _ONE_TERM.fullmatch(drawn) else f"({drawn})"


def _argument(tex: str, at: int) -> tuple[str, int]:
    """The group, command or character at ``at``, without braces, and where it ends."""
    if tex[at : at + 1] != "{":
        one = _ONE_ARGUMENT.match(tex, at)
        return (one.group(), one.end()) if one else ("", at)
    depth = 0
    for end in range(at, len(tex)):
        escaped = tex[end - 1 : end] == "\\"
        depth += (tex[end] == "{") - (tex[end] == "}") if not escaped else 0
        if not depth:
            return tex[at + 1 : end], end + 1
    return tex[at + 1 :], len(tex)


def _characters(tex: str) -> str:
    """A part without scripts as text; unchanged if it is not TeX."""
    try:
        return html.escape(tex_to_text(tex))
    except ValueError:
        return html.escape(tex)
