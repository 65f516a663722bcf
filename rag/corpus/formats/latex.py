"""Converts LaTeX in titles and abstracts to Unicode, except math.

The window renders ``$...$``, so math is not changed. Elsewhere a macro for a character becomes that
character (pylatexenc knows which), a macro for a style is replaced by its text, and an unknown
macro is not changed. pylatexenc gets one macro at a time: on whole texts it is slow, and it raises
on incomplete commands, which abstracts contain.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text

# It warns of macros without their arguments, and here no macro has them.
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
# Limited to the length of formulas in sentences; two prices in dollars are further apart. The check
# that a dollar is not escaped comes after it, so that the search can jump from "$" to "$".
_MATH = re.compile(
    r"(\$(?<!\\\$)(?:\$(?:[^$\\]|\\.){1,2000}\$\$|(?:[^$\\]|\\.){1,500}\$)"
    r"|\\(?:\((?:[^\\]|\\[^)]){1,500}\\\)|\[(?:[^\\]|\\[^\]]){1,2000}\\\]))",
    re.DOTALL,
)
_MARKS = re.compile(r"[\\{}~]|--|``|''")  # what only a field with LaTeX has
_ENSURE = re.compile(r"\\ensuremath\s*\{([^{}$]*)\}")
_LETTER = r"(?:\{\s*(?:\\[ij]|[^\W\d_])\s*\}|\\[ij](?![a-zA-Z])|[^\W\d_])"
_ACCENT = rf"(?:[\"'`^~=.]\s*{_LETTER}|[cvuHkrdbt](?:\s*(?=\{{)|\s+(?=[a-zA-Z\\])){_LETTER})"
_ACCENTS = re.compile(rf"[{{\\](?:(?<=\\)({_ACCENT})|(?<=\{{)\s*\\({_ACCENT})\s*\}})")
# A symbol in braces, or without; then the blank after it belongs to it, as in TeX.
_SYMBOL = re.compile(r"\{\\([a-zA-Z]+)\s*\}|\\([a-zA-Z]+)(?![a-zA-Z*])(?:\{\}|[ \t]+|(?!\s*\{))")
_STYLES = (
    "emph|text[a-z]*|math(?:rm|bf|it|sf|tt)|mbox|hbox|underline|uline|url|path|nolinkurl|enquote|"
    "uppercase|lowercase|MakeUppercase|footnote|mkbibquote|mkbibemph|bibstring|relax|protect"
)
_STYLED = re.compile(rf"\\(?:{_STYLES})\*?\s*\{{([^{{}}]*)\}}")
_NESTED = 10  # styles inside styles
_LINK = re.compile(r"\\href\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
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
_NOT_IN_PYLATEXENC = {
    "\\textgreater": ">",
    "\\textless": "<",
    "\\textbar": "|",
    "\\textasciitilde": _PRIVATE["~"],
    "\\textbackslash": _PRIVATE["\\"],
    "\\textasciicircum": "^",
    "\\TeX": "TeX",
    "\\LaTeX": "LaTeX",
    "\\BibTeX": "BibTeX",
}
_CONVERTER = LatexNodes2Text(math_mode="verbatim")


def from_latex(text: str) -> str:
    """A field of a BibTeX file: braces group, ``~`` ties, ``--`` is a dash, quotes are `` ''."""
    if not _MARKS.search(text):
        return text
    return "".join(part if i % 2 else _field(part) for i, part in enumerate(_parts(text)))


def from_accents(text: str) -> str:
    """Text with some LaTeX, such as arXiv's: only accents, symbols and styles are converted."""
    if "\\" not in text:
        return text
    return "".join(
        part if i % 2 or "\\" not in part else _macros(part).translate(_BACK)
        for i, part in enumerate(_parts(text))
    )


def _parts(text: str) -> list[str]:
    """Text and math in turn, text first."""
    if "\\" in text:
        text = _ENSURE.sub(r"$\1$", text)
    elif "$" not in text:
        return [text]
    return _MATH.split(text)


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
    text = _SWITCH.sub("", _SWITCHED.sub(r"\1", text))
    text = _SPACE.sub(" ", text)
    text = _SYMBOL.sub(_symbol, text)
    for _ in range(_NESTED):
        bare = _LINK.sub(r"\2 (\1)", _STYLED.sub(r"\1", text))
        if bare == text:
            break
        text = bare
    return text


def _symbol(match: re.Match[str]) -> str:
    name = match[1] or match[2]
    return _character(f"\\{name}") or match.group()


@lru_cache(maxsize=4096)
def _character(macro: str) -> str:
    """The character of one macro, by pylatexenc; empty if it is unknown."""
    if macro in _NOT_IN_PYLATEXENC:
        return _NOT_IN_PYLATEXENC[macro]
    try:
        text = _CONVERTER.latex_to_text(macro)
    except (LookupError, ValueError, AttributeError, TypeError):
        return ""
    return "" if "\\" in text else str(text).strip()
