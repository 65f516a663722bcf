r"""Formulas that catalogues write as whole LaTeX documents: what is left is one formula in dollars.

Crossref has "\documentclass{minimal} ... \begin{document}$$n^2$$\end{document}", and where the tags
around it were lost, the same formula as text beside it: "n2".
"""

from __future__ import annotations

import re

from rag.text.tex import tex_to_text

# Characters of a preamble, which is some 300 long.
_DOCUMENT = re.compile(
    r"(?:\\(?:documentclass|usepackage)(?:(?!\\begin\{document\}).){0,3000}?)?"
    r"\\begin\{document\}(.{0,3000}?)\\end\{document\}",
    re.DOTALL,
)
_WRAPPED = re.compile(
    r"(\$\$?|\\\[|\\\(|\\begin\{(?:math|displaymath|equation\*?|align\*?|eqnarray\*?)\})(.*?)"
    r"(?:\$\$?|\\\]|\\\)|\\end\{[a-z]+\*?\})",
    re.DOTALL,
)
_NO_LETTER = re.compile(r"[\W_]+")


def as_formula(tex: str) -> str:
    """The formula of a LaTeX document or fragment, between dollars; empty if there is none."""
    document = _DOCUMENT.search(tex)
    body = " ".join((document[1] if document else tex).split())
    if wrapped := _WRAPPED.fullmatch(body):
        body = wrapped[2].strip()
    if not body:
        return ""
    return body if "$" in body else f"${body}$"


def without_documents(text: str) -> str:
    """``text`` with each LaTeX document as its formula, and without the same formula beside it."""
    if "\\begin{document}" not in text:
        return text
    parts = _DOCUMENT.split(text)
    for at in range(1, len(parts), 2):
        plain = _letters(parts[at])
        parts[at] = as_formula(parts[at])
        parts[at - 1] = _without_end(parts[at - 1], plain)
        parts[at + 1] = _without_end(parts[at + 1][::-1], plain[::-1])[::-1]
    return "".join(parts)


def _letters(tex: str) -> str:
    try:
        return _NO_LETTER.sub("", tex_to_text(tex))
    except ValueError:
        return ""


def _without_end(text: str, plain: str) -> str:
    """``text`` without the word at its end that has just these letters and digits."""
    at = len(text)
    while plain and at and len(plain) >= 1:
        character = text[at - 1]
        if character == plain[-1]:
            plain = plain[:-1]
        elif character.isalnum():
            return text
        at -= 1
    whole = not plain and (at == 0 or not text[at - 1].isalnum())
    return text[:at] if whole else text
