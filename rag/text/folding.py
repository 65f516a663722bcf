"""Text made comparable: without case, accents and typographic variants."""

from __future__ import annotations

import re
import unicodedata

# Letters that are written without their stroke all the same, and have no accent to drop.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHES = str.maketrans("", "", "'’‘`ʼ")


def fold(text: str) -> str:
    """The text without case, accents and typographic variants of letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))
    return bare.casefold().translate(_PLAIN)


def words_of(text: str) -> list[str]:
    """The folded words of the text; an apostrophe does not end a word."""
    return re.findall(r"\w+", fold(text.translate(_APOSTROPHES)))
