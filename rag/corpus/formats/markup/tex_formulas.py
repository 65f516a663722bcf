r"""Formulas that catalogues write as whole LaTeX documents: what is left is one formula in dollars.

Crossref has "\documentclass{minimal} ... \begin{document}$$n^2$$\end{document}", and where the tags
around it were lost, the same formula as text beside it: "n2".
"""

from __future__ import annotations

import re

from rag.text.characters.tex import tex_to_text

_BEGIN, _END = "\\begin{document}", "\\end{document}"
_PREAMBLE = ("\\documentclass", "\\usepackage", "\\setlength")
_WRAPPED = re.compile(
    r"(\$\$?|\\\[|\\\(|\\begin\{(?:math|displaymath|equation\*?|align\*?|eqnarray\*?)\})(.*?)"
    r"(?:\$\$?|\\\]|\\\)|\\end\{[a-z]+\*?\})",
    re.DOTALL,
)
_NO_LETTER = re.compile(r"[\W_]+")


def as_formula(tex: str) -> str:
    """The formula of a LaTeX document or fragment, between dollars; empty if there is none."""
    body = tex.partition(_BEGIN)[2] or tex
    body = " ".join(body.partition(_END)[0].split())
    if wrapped := _WRAPPED.fullmatch(body):
        body = wrapped[2].strip()
    if not body:
        return ""
    return body if "$" in body else f"${body}$"


def without_documents(text: str) -> str:
    """``text`` with each LaTeX document as its formula, and without the same formula beside it."""
    done: list[str] = []
    before, begin, rest = text.partition(_BEGIN)
    while begin and _END in rest:
        inside, _, rest = rest.partition(_END)
        starts = [at for at in map(before.find, _PREAMBLE) if at >= 0]
        plain = _letters(inside)
        done += [_without_end(before[: min(starts, default=len(before))], plain)]
        done += [as_formula(inside)]
        before, begin, rest = rest.partition(_BEGIN)
        before = _without_end(before[::-1], plain[::-1])[::-1]
    return "".join((*done, before, begin, rest))


def _letters(tex: str) -> str:
    try:
        return _NO_LETTER.sub("", tex_to_text(tex))
    except ValueError:
        return ""


def _without_end(text: str, plain: str) -> str:
    """``text`` without the word at its end that has just these letters and digits."""
    at = len(text)
    while plain and at:
        character = text[at - 1]
        if character == plain[-1]:
            plain = plain[:-1]
        elif character.isalnum():
            return text
        at -= 1
    whole = not plain and (at == 0 or not text[at - 1].isalnum())
    return text[:at] if whole else text
