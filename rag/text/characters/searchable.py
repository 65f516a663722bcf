"""Text as the index of words reads it: the same for all spellings of one thing.

Scripts are written as one types them, so that "10^5" finds "10⁵" and "CO2" finds "CO₂". Scripts
without blanks between words are cut into pairs of neighbouring characters, as Lucene's CJK analyser
does: 参数量 becomes 参数 数量.
"""

from __future__ import annotations

import re

from rag.text.characters.greek import greek_by_name
from rag.text.characters.raising import typed
from rag.text.lexicons import lexicon

_HAN = r"\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PAIRED = rf"{_HAN}\u30a1-\u30ff\uac00-\ud7af"  # with Katakana and Hangul
_RUN = re.compile(rf"[{_PAIRED}]+|[\u3041-\u309f]+")
_FILLERS = re.compile("|".join(sorted(lexicon("han_fillers"), key=len, reverse=True)))


def searchable(text: str) -> str:
    """``text`` with scripts as one types them, Greek symbols by name and, of Chinese, pairs."""
    text = greek_by_name(typed(text))
    return text if text.isascii() else _RUN.sub(_pairs, text)


def _pairs(run: re.Match[str]) -> str:
    """Blanks between the pairs of a run; Hiragana, which is grammar for the most part, goes."""
    if run.group() < "\u30a0" and run.group()[0] != "\u3005":
        return " "
    words = _FILLERS.sub(" ", run.group()).split()
    pairs = [word[i : i + 2] for word in words for i in range(max(1, len(word) - 1))]
    return f" {' '.join(pairs)} "
