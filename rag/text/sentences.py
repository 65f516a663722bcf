"""Sentences of an abstract, by offsets. NLTK's Punkt (as llama-index carries it) finds the
boundaries; those it sets after an abbreviation or inside a bracket are taken back.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable

# Punkt breaks after these in abstracts: "CNN vs. Transformer", "Merullo et al. (2022)", "1.) ...".
_OPEN_END = re.compile(
    r"(?:\b(?:vs|e\.g|i\.e|et al|cf|resp|approx|ca|no|fig|figs|eq|eqs|ref|refs|sec|tab|p|pp)\."
    r"|\b\d\.?\))\s*$",
    re.IGNORECASE,
)
# Characters a bracket may stay open over several sentences; beyond, it was never meant to close.
_LONGEST_BRACKET = 300


@cache
def _punkt() -> Callable[[str], list[str]]:
    # Imported late: llama-index takes seconds, and reading the corpus alone does not need it.
    from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer

    return split_by_sentence_tokenizer()


def split_sentences(text: str) -> list[Span]:
    """The sentences of ``text`` in order; together they are ``text``, character by character.

    The white space between two sentences belongs to the first of them.
    """
    merged: list[str] = []
    for piece in _pieces(text):
        if merged and _continues(merged[-1]):
            merged[-1] += piece
        else:
            merged.append(piece)
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


def _pieces(text: str) -> list[str]:
    """Punkt's sentences, with the white space before the first given back to it."""
    if not text:
        return []
    pieces = _punkt()(text) or [text]
    lead = len(text) - sum(map(len, pieces))
    pieces[0] = text[:lead] + pieces[0]
    return pieces


def _continues(sentence: str) -> bool:
    """Whether the sentence so far cannot have ended where Punkt ended it."""
    if _OPEN_END.search(sentence):
        return True
    opened = sentence.rfind("(")
    return opened > sentence.rfind(")") and len(sentence) - opened < _LONGEST_BRACKET
