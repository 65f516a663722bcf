"""Splits an abstract into sentences, with offsets.

The boundaries are those of Punkt (Kiss and Strunk 2006) as llama-index uses it, which is without
trained abbreviations. Those after an abbreviation or inside a bracket are removed.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rag.text.sentences.punkt import sentence_starts
from rag.types import Span

# Punkt wrongly ends sentences here: "CNN vs. Transformer", "Merullo et al. (2022)", "1.) ...".
_OPEN_END = re.compile(
    r"(?:\b(?:vs|e\.g|i\.e|et al|cf|resp|approx|ca|no|fig|figs|eq|eqs|ref|refs|sec|tab|p|pp)\."
    r"|\b\d\.?\))\s*$",
    re.IGNORECASE,
)
# Full stops and question marks of other scripts, of which Punkt knows nothing, with the quotation
# marks and brackets that close after them. In Han and Kana also those of Latin, without a blank;
# and in any text a full stop with the mark of a reference.³
_KANA_OR_HAN = r"\u3005\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_OTHER_END = re.compile(
    r"(?:[。！？｡؟۔।॥։።፧។៕။‼⁇⁈⁉]|．(?!\d)"
    rf"|(?<=[{_KANA_OR_HAN}％%）)])[.?!](?=[{_KANA_OR_HAN}])"
    r"|(?<=[a-z)\]%])\.[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹,⁻–]*(?=\s+[^\Wa-z]))+[」』”’》〉）)】\]\"｣]*\s*"
)
_GOES_ON = re.compile(r"(?:と|って|など|という|[、，,：:])")  # 「…。」と述べた
_BRACKETS = (("(", ")"), ("（", "）"), ("「", "」"), ("『", "』"), ("｢", "｣"))
# Characters; a bracket that is open for longer counts as never closed.
_LONGEST_BRACKET = 299


def split_sentences(text: str) -> list[Span]:
    """The sentences of ``text`` in order; joined, they are exactly ``text``.

    The white space between two sentences belongs to the first of them.
    """
    starts: list[int] = []
    for start in sorted({*sentence_starts(text), *_other_starts(text)}):
        if not starts or not _continues(text[max(starts[-1], start - _LONGEST_BRACKET) : start]):
            starts.append(start)
    return [Span(text[start:end], start, end) for start, end in pairwise([*starts, len(text)])]


def trim(span: Span) -> Span:
    """The span without the white space around it, for quoting."""
    text = span.text.strip()
    start = span.start + (len(span.text) - len(span.text.lstrip()))
    return Span(text, start, start + len(text))


def _other_starts(text: str) -> list[int]:
    """Where sentences begin by the full stops of other scripts."""
    if text.isascii():
        return []
    ends = [end.end() for end in _OTHER_END.finditer(text)]
    return [end for end in ends if end < len(text) and not _GOES_ON.match(text, end)]


def _continues(tail: str) -> bool:
    """Whether a sentence was ended too early; ``tail`` is at most as long as a bracket."""
    open_ = any(tail.rfind(left) > tail.rfind(right) for left, right in _BRACKETS)
    return open_ or bool(_OPEN_END.search(tail))
