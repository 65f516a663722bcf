"""How papers stand to a statement: they support it, contradict it, or do not speak of it.

Two fitted decisions. A paper speaks of a statement where its nearest sentence is near enough. Its
three nearest sentences then support or contradict it by their words of direction (rag/polarity):
of the statement's, the one that is opposed the most decides. Where that tells too little the
stance is "unclear": accusing a paper falsely is worse than leaving the reader to read its quote.
Fitted by `python -m eval.calibrate_stance`; figures in docs/decisions/0010.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.align import Tokens
from rag.assign import own_focus
from rag.calibrated_stance import CONTRADICTS, SPEAKS, SUPPORTS_BELOW
from rag.cells import empty_cell
from rag.ground import turned
from rag.index.library import Library
from rag.score import Scored, score_sentences
from rag.stance_signals import clash
from rag.types import Cell, Paper, Span

Value: TypeAlias = Literal["supports", "contradicts", "unclear"]
NEAREST = 3  # sentences of a paper that are weighed together
_KEPT = 4  # that a language model may choose from


@dataclass(frozen=True, slots=True)
class Heard:
    """A paper beside a statement. ``spans`` are its nearest sentences, nearest first.

    ``speaks`` is in log odds over the threshold: from 0 on the paper speaks of the statement.
    ``against`` are the log odds over theirs that it contradicts it. ``telling`` is the sentence by
    which that is so, or None; ``denied``: the nearest one denies what the statement says, or the
    other way about.
    """

    spans: tuple[Span, ...]
    speaks: float
    against: float
    telling: Span | None
    denied: bool

    @property
    def value(self) -> Value | None:
        """The stance by the fitted decisions; None where the paper does not speak of it."""
        if self.speaks < 0:
            return None
        if self.against >= 0:
            return "contradicts"
        return "supports" if self.against <= SUPPORTS_BELOW and not self.denied else "unclear"


def hear(library: Library, papers: Sequence[Paper], statement: str) -> dict[str, Heard]:
    """By paper id; papers without a sentence are left out."""
    ids = [paper.paper_id for paper in papers]
    near: dict[str, list[Scored]] = {}
    for item in score_sentences(library, own_focus(library, statement), ids):
        near.setdefault(item.paper.paper_id, []).append(item)
    kept = {i: nearest(items)[:_KEPT] for i, items in near.items()}
    texts = sorted({item.span.text for items in kept.values() for item in items[:NEAREST]}, key=len)
    asked, *states = library.embedder.embed_tokens([statement, *texts])
    tokens = dict(zip(texts, states, strict=True))
    return {i: _heard(asked, items, tokens) for i, items in kept.items()}


def nearest(items: Iterable[Scored]) -> list[Scored]:
    """One paper's sentences, those that speak of the statement the most first."""
    return sorted(items, key=lambda item: (-SPEAKS.odds(item.signals), item.span.start))


def _heard(asked: Tokens, items: Sequence[Scored], tokens: dict[str, Tokens]) -> Heard:
    spans = tuple(item.span for item in items)
    found = clash(asked, [tokens[span.text] for span in spans[:NEAREST]])
    return Heard(
        spans,
        SPEAKS.odds(items[0].signals) - SPEAKS.threshold,
        CONTRADICTS.odds({"opposed": found.opposed}) - CONTRADICTS.threshold,
        None if found.place is None else spans[found.place],
        turned(asked.text, [spans[0].text]),
    )


def fitted_cell(paper: Paper, statement: str, heard: Heard | None) -> Cell:
    """The cell by the fitted decisions; its quotes are the nearest sentence and the telling one."""
    value = heard.value if heard else None
    if heard is None or value is None:
        return empty_cell(paper, statement)
    quotes = [heard.spans[0]]
    if heard.telling is not None and value != "unclear":
        quotes = [heard.telling, heard.spans[0]]
    return stance_cell(paper, statement, value, quotes, sure=value != "unclear")


def stance_cell(
    paper: Paper, statement: str, value: Value, quotes: Iterable[Span], *, sure: bool
) -> Cell:
    """A cell whose paper speaks of the statement; quotes are kept once each, in order."""
    once = tuple(dict.fromkeys(quotes))
    return Cell(
        paper.paper_id, statement, value, "stated", once, "supported" if sure else "partial"
    )
