"""Converts LaTeX in titles and abstracts to Unicode, except math.

The window renders ``$...$``, so math is not changed. Elsewhere a macro for a character becomes that
character (pylatexenc knows which), a macro for a style is replaced by its text, and an unknown
macro is not changed. A script whose base is outside of its dollars (10$^{5}$) is text too.
pylatexenc gets one macro at a time: on whole texts it is slow, and it raises on incomplete
commands, which abstracts contain.
"""

from __future__ import annotations

import re

from rag.text.characters.raising import lowered, raised
from rag.text.characters.tex import macros, tex_to_text, with_decimal_points

# Limited to the length of formulas in sentences; two prices in dollars are further apart. The check
# that a dollar is not escaped comes after it, so that the search can jump from "$" to "$".
_MATH = re.compile(
    r"(\$(?<!\\\$)(?:\$(?:[^$\\]|\\.){1,2000}\$\$|(?:[^$\\]|\\.){1,500}\$)"
    r"|\\(?:\((?:[^\\]|\\[^)]){1,500}\\\)|\[(?:[^\\]|\\[^\]]){1,2000}\\\]))",
    re.DOTALL,
)
_MARKS = re.compile(r"[\\{}~]|--|``|''")  # what only a field with LaTeX has
_INNER = r"(?:[^{}$]|\{(?:[^{}$]|\{[^{}$]*\})*\})*"
_ENSURE = re.compile(rf"\\ensuremath\s*\{{({_INNER})\}}")
_SIGN = re.compile(r"\\[a-zA-Z]+|[^\w\s\\{}]")  # \ensuremath{\mu} is a letter, no formula
_LETTER = r"(?:\{\s*(?:\\[ij]|[^\W\d_])\s*\}|\\[ij](?![a-zA-Z])|[^\W\d_])"
_ACCENT = rf"(?:[\"'`^~=.]\s*{_LETTER}|[cvuHkrdbt](?:\s*(?=\{{)|\s+(?=[a-zA-Z\\])){_LETTER})"
_ACCENTS = re.compile(rf"[{{\\](?:(?<=\\)({_ACCENT})|(?<=\{{)\s*\\({_ACCENT})\s*\}})")
# A symbol in braces, or without; then the blank after it belongs to it, as in TeX.
_SYMBOL = re.compile(r"\{\\([a-zA-Z]+)\s*\}|\\([a-zA-Z]+)(?![a-zA-Z*])(?:\{\}|[ \t]+|(?!\s*\{))")
_STYLES = (
    "emph|text(?!su(?:b|per)script)[a-z]*|math(?:rm|bf|it|sf|tt)|mbox|hbox|underline|uline|url"
    "|path|nolinkurl|enquote|uppercase|lowercase|MakeUppercase|footnote|mkbibquote|mkbibemph|bibstring|relax|protect"
)
_STYLED = re.compile(rf"\\(?:{_STYLES})\*?\s*\{{([^{{}}]*)\}}")
_NESTED = 10  # styles inside styles
_LINK = re.compile(r"\\href\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
# Two arguments: \\ion{O}{iii} is O III, \\SI{5}{K} is 5 K. Chemistry: \\ce{SO4^{2-}} is SO₄²⁻.
_PAIR = re.compile(r"\\(ion|SI|qty)\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_CHEMICAL = re.compile(rf"\\ce\s*\{{({_INNER})\}}")
_COUNT = re.compile(r"(?<=[A-Za-z)\]])(\d+)|\^(?:\{([^{}]*)\}|(\d*[+-]))")
_SWITCHES = (
    "em|it|bf|rm|sf|tt|sc|sl|itshape|bfseries|scshape|upshape|small|large|footnotesize|par|newline"
    "|linebreak|noindent|protect|relax|xspace|nobreak|allowbreak"
)
_SWITCH = re.compile(rf"\\(?:{_SWITCHES})(?![a-zA-Z])\s*|\\[-/](?=\w)|\\\\(?=\s|$)")
_SWITCHED = re.compile(rf"\{{\s*\\(?:{_SWITCHES})(?![a-zA-Z])\s*([^{{}}]*)\}}")
_SPACE = re.compile(r"\\[ ,;:!](?=[\w{(\\])|\\[ ]")
_UNKNOWN = re.compile(r"\\([a-zA-Z]+)\*?\s*\{([^{}]*)\}")
_TIE = re.compile(r"(?<![/\\])~(?!/)")
# Escaped characters are replaced by characters that no text has, to protect them from later rules.
_ESCAPE = re.compile(r"\\([%&$#_{}])")
_PRIVATE = {plain: chr(0xFDD0 + i) for i, plain in enumerate("%&$#_{}\\~")}
_BACK = str.maketrans({private: plain for plain, private in _PRIVATE.items()})
_KEPT = {
    "\\textasciitilde": _PRIVATE["~"], "\\textbackslash": _PRIVATE["\\"],
    "\\textbraceleft": _PRIVATE["{"], "\\textbraceright": _PRIVATE["}"],
}  # fmt: skip
# Scripts: of text, and math that is nothing but one script or two.
_RAISING = re.compile(
    r"(?:(?<=\w)\s+(?=\\(?:textsub|sb)))?\\(text(?:super|sub)script|sp|sb)\*?\s*\{([^{}]*)\}"
)
_DOLLARS_INSIDE = re.compile(r"(\\text(?:super|sub)script\s*\{[^{}$]*)\$([^{}$]*)\$([^{}$]*\})")
_ARGUMENT = r"(?:\\[a-zA-Z]+\s*\{[^{}]*\}|\{(?:[^{}]|\{[^{}]*\})*\}|\\[a-zA-Z]+|[^\s{}\\$])"
_LONE = re.compile(
    rf"\$(?:\s*\{{\}})?((?:[\d.,\s<>=~+-]|\\[a-zA-Z]+(?!\s*\{{))*)((?:[_^]\s*{_ARGUMENT}\s*)+)\$"
)
_SCRIPT = re.compile(rf"([_^])\s*({_ARGUMENT})")
_FONT = re.compile(r"\\(?:text|math)?(?:rm|bf|it|sf|tt|normal)?(?![a-zA-Z])\s*|[{}]")
_MACRO = re.compile(r"(\\[a-zA-Z]+)\s*")
_TWICE = re.compile(r"\{\{([^{}]*)\}\}")


def from_latex(text: str) -> str:
    """A field of a BibTeX file: braces group, ``~`` ties, ``--`` is a dash, quotes are `` ''."""
    if not _MARKS.search(text):
        return text
    return "".join(part if i % 2 else _field(part) for i, part in enumerate(_parts(text)))


def from_accents(text: str) -> str:
    """Text with some LaTeX, such as arXiv's: accents, symbols, styles and scripts are converted."""
    if "\\" not in text and "$" not in text:
        return text
    return "".join(
        part if i % 2 or "\\" not in part else _macros(part).translate(_BACK)
        for i, part in enumerate(_parts(text))
    )


def with_scripts(text: str) -> str:
    """Text of any kind, in which LaTeX's scripts become characters and nothing else changes."""
    return "".join(
        part if i % 2 else _RAISING.sub(_raising, part) for i, part in enumerate(_parts(text))
    )


def _parts(text: str) -> list[str]:
    """Text and math in turn, text first."""
    if "\\" in text:
        text = _DOLLARS_INSIDE.sub(r"\1\2\3", with_decimal_points(text))
        text = "".join(
            _ENSURE.sub(r"\1", part) if i % 2 else _ENSURE.sub(_ensured, part)
            for i, part in enumerate(_MATH.split(text))
        )
    if "$" not in text and "\\" not in text:
        return [text]
    parts = _MATH.split(text)
    parts[1::2] = (
        _unwrapped(math, before) for before, math in zip(parts[::2], parts[1::2], strict=False)
    )
    return parts


def _unwrapped(math: str, before: str) -> str:
    """The math, or characters if it has only numbers, signs and scripts that have them."""
    if "{{" in math:
        math = _TWICE.sub(r"{\1}", math)
    if not (lone := _LONE.fullmatch(math)):
        return math
    text = _characters(lone[1])
    for how, argument in _SCRIPT.findall(lone[2]):
        script = _characters(_FONT.sub("", argument)).strip()
        text += raised(script, before[-8:] + text) if how == "^" else lowered(script)
    return math if re.search(r"[_^\\]", text) else text


def _characters(math: str) -> str:
    return _MACRO.sub(lambda macro: _character(macro[1]) or macro[1], math)


def _ensured(match: re.Match[str]) -> str:
    inner = match[1].strip()
    return (_character(inner) if _SIGN.fullmatch(inner) else "") or f"${inner}$"


def _field(text: str) -> str:
    if not _MARKS.search(text):
        return text
    if "\\" in text:
        text = _UNKNOWN.sub(lambda match: match[2] or match[1], _macros(text))
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    text = _TIE.sub(" ", text)
    return text.replace("{", "").replace("}", "").translate(_BACK)


def _macros(text: str) -> str:
    """Convert known macros: characters first, then styles from the inside out."""
    text = _ESCAPE.sub(lambda match: _PRIVATE[match[1]], text)
    text = _ACCENTS.sub(lambda match: _character(f"\\{match[1] or match[2]}"), text)
    text = _CHEMICAL.sub(lambda match: _COUNT.sub(_counted, match[1]), text)
    text = _SWITCH.sub("", _SWITCHED.sub(r"\1", text))
    text = _SPACE.sub(" ", _SYMBOL.sub(_symbol, text))
    for _ in range(_NESTED):
        bare = _LINK.sub(r"\2 (\1)", _STYLED.sub(r"\1", text))
        bare = _RAISING.sub(_raising, _PAIR.sub(_pair, bare))
        if bare == text:
            break
        text = bare
    return text


def _raising(match: re.Match[str]) -> str:
    if match[1] in ("textsubscript", "sb"):
        return lowered(match[2].strip())
    return raised(match[2].strip(), match.string[: match.start()][-8:])


def _pair(match: re.Match[str]) -> str:
    return f"{match[2]} {match[3].upper() if match[1] == 'ion' else match[3]}"


def _counted(match: re.Match[str]) -> str:
    return lowered(match[1]) if match[1] else raised(match[2] or match[3])


def _symbol(match: re.Match[str]) -> str:
    name = match[1] or match[2]
    return _character(f"\\{name}") or match.group()


def _character(macro: str) -> str:
    """The character of one macro; empty if it is unknown."""
    if macro in _KEPT:
        return _KEPT[macro]
    try:
        text = macros().get(macro[1:]) or tex_to_text(macro)
    except ValueError:
        return ""
    return "" if "\\" in text else text.strip()
