"""The characters that TeX stands for, by pylatexenc and the macros of journals that it lacks."""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from rag.text.lexicons import table

# It warns of macros without their arguments, and here few macros have them.
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
# Astronomers set the unit over the decimal point: 0\farcs5 is 0.5″.
_OVER_POINT = re.compile(r"(?<=\d)\s*\{?\\(farcs|farcm|fdg|fd|fh|fm|fs)(?![a-zA-Z])\}?\s*(\d+)")


@cache
def macros() -> dict[str, str]:
    """The characters of each macro that pylatexenc lacks."""
    return {name: text for text, names in table("tex_macros").items() for name in names}


@cache
def _converter() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    specs = [MacroTextSpec(name, simplify_repl=text) for name, text in macros().items()]
    context.add_context_category("journals", macros=specs, prepend=True)
    return LatexNodes2Text(latex_context=context, math_mode="text", strict_latex_spaces=False)


@lru_cache(maxsize=4096)
def tex_to_text(tex: str) -> str:
    r"""Plain characters for ``tex``: "≤" for "\le", "a/b" for "\frac{a}{b}".

    A macro that nobody knows vanishes. Raises ValueError if it is no TeX.
    """
    try:
        return str(_converter().latex_to_text(tex))
    except Exception as exc:  # the library raises many kinds
        raise ValueError(f"no TeX: {tex[:80]}") from exc


def with_decimal_points(tex: str) -> str:
    r"""``tex`` with units after the number that they stand in: 0.5″ for 0\farcs5."""
    if "\\f" not in tex:
        return tex
    return _OVER_POINT.sub(lambda match: f".{match[2]}{macros()[match[1]]}", tex)
