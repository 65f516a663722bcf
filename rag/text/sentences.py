"""Splits an abstract into sentences, with offsets.

NLTK's Punkt, which llama-index includes, finds the boundaries. Those after an abbreviation or
inside a bracket are removed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable

# Punkt wrongly ends sentences here: "CNN vs. Transformer", "Merullo et al. (2022)", "1.) ...".
_OPEN_END = re.compile(
    r"(?:\b(?:vs|e\.g|i\.e|et al|cf|resp|approx|ca|no|fig|figs|eq|eqs|ref|refs|sec|tab|p|pp)\."
    r"|\b\d\.?\))\s*$",
    re.IGNORECASE,
)
# Characters; a bracket that is open for longer counts as never closed.
_LONGEST_BRACKET = 300


@cache
def _punkt() -> Callable[[str], list[str]]:
    # Imported late: llama-index takes seconds, and reading files does not need it.
    from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer

    return split_by_sentence_tokenizer()


def split_sentences(text: str) -> list[Span]:
    """The sentences of ``text`` in order; joined, they are exactly ``text``.

    The white space between two sentences belongs to the first of them.
    """
    merged: list[str] = []
    for part in _parts(text):
        if merged and _continues(merged[-1]):
            merged[-1] += part
        else:
            merged.append(part)
    spans, start = [], 0
    for sentence in merged:
        spans.append(Span(sentence, start, start + len(sentence)))
        start += len(sentence)
    return spans


def trim(span: Span) -> Span:
    """The span without the white space around it, for quoting."""
    text = span.text.strip()
    start = span.start + (len(span.text) - len(span.text.lstrip()))
    return Span(text, start, start + len(text))


def _parts(text: str) -> list[str]:
    """Punkt's sentences; the first has the white space before it, which Punkt drops."""
    if not text:
        return []
    parts = _punkt()(text) or [text]
    lead = len(text) - sum(map(len, parts))
    parts[0] = text[:lead] + parts[0]
    return parts


def _continues(sentence: str) -> bool:
    """Whether Punkt ended the sentence too early."""
    if _OPEN_END.search(sentence):
        return True
    opened = sentence.rfind("(")
    return opened > sentence.rfind(")") and len(sentence) - opened < _LONGEST_BRACKET
