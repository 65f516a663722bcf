"""Writes Greek letters that are symbols by their names: TNF-α, TNFα and TNFalpha are TNF alpha."""

from __future__ import annotations

import re
import unicodedata

# Greek letters, those of mathematics, and the micro sign.
_LETTER = "[\u0370-\u03ff\u1f00-\u1fff\u00b5\U0001d6a8-\U0001d7cb]"
# Of more letters in a row a word is made, which is left as it is.
_SYMBOLS = re.compile(rf"(?<!{_LETTER}){_LETTER}{{1,2}}(?!{_LETTER})")
_MICRO = re.compile(
    r"(?<![^\W\d_])[\u00b5\u03bc]"
    r"(?=(?:[gmlLMAVWCFHJNTS]|s(?:ec)?|mol|eq|kat|cal|rad|Pa|Hz|Sv|Gy|Ci|in)(?![A-Za-z]))"
)


def _name(letter: str) -> str:
    """The English name of a Greek letter in lower case; "" for a mark that is none."""
    plain = unicodedata.normalize("NFKD", letter)[0]
    _, greek, name = unicodedata.name(plain, "").rpartition(" LETTER ")
    # Unicode writes "lamda", and "final sigma" for the form at the end of a word.
    return name.split()[-1].lower().replace("lamda", "lambda") if greek else ""


_NAMES = sorted({_name(chr(code)) for code in range(ord("α"), ord("ω") + 1)})
# "IFNgamma", "NFkappaB", "IL1beta", but not "Alphabet" or "SIGMA".
_RUN_ON = re.compile(rf"(?<=[A-Z0-9])(?:{'|'.join(_NAMES)})(?![a-z])")


def is_greek_symbol(word: str) -> bool:
    """Whether the word is a single Greek letter, which is of no language."""
    return len(word) == 1 and _SYMBOLS.fullmatch(word) is not None


def is_greek_name(word: str) -> bool:
    """Whether the word is the English name of a Greek letter, in any case."""
    return word.lower() in _NAMES


def greek_by_name(text: str) -> str:
    """The text with Greek symbols as words of their own; "µm" becomes "um", Greek words stay."""
    text = _RUN_ON.sub(lambda match: f" {match.group()} ", text)
    if text.isascii():
        return text
    return _SYMBOLS.sub(
        lambda match: f" {' '.join(map(_name, match.group()))} ", _MICRO.sub("u", text)
    )
