"""Cells without a language model: the words of the sentence that states the aspect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.decisions.aspect_sentences import AspectRanker, Ranked
from rag.decisions.aspects import ASPECTS
from rag.decisions.cues import telling_place
from rag.text.excerpts import excerpt
from rag.text.identifiers import find_urls
from rag.types import Cell, Paper, Span

# A second sentence stands beside the first where it is about as sure to state the aspect.
_BESIDE = 0.5  # log odds behind the first
_MOST_QUOTES = 2


def quoted_cell(paper: Paper, aspect: str, ranked: Sequence[Ranked]) -> Cell:
    """The cell that the paper's ranked sentences make; not stated where none reaches 0."""
    if not ranked or ranked[0].margin < 0:
        return empty_cell(paper, aspect)
    best = ranked[0]
    quotes = [r.span for r in ranked[:_MOST_QUOTES] if r.margin >= max(0, best.margin - _BESIDE)]
    return Cell(
        paper.paper_id, aspect, value_of(best.span, aspect), "stated", tuple(quotes), "supported"
    )


def quoted_cells(aspect_ranker: AspectRanker, papers: Sequence[Paper]) -> tuple[Cell, ...]:
    """One cell for every paper and each of the eight aspects, paper by paper."""
    ranking = aspect_ranker.rank(papers, ASPECTS)
    return tuple(
        quoted_cell(paper, aspect.name, ranking.get((paper.paper_id, aspect.name), ()))
        for paper in papers
        for aspect in ASPECTS
    )


def empty_cell(paper: Paper, aspect: str) -> Cell:
    """The paper does not state the aspect."""
    return Cell(paper.paper_id, aspect, "", "not_stated", (), None)


def kept_cell(kept: Any) -> Cell:
    """A cell as the cache keeps it."""
    quotes = tuple(Span(**quote) for quote in kept["quotes"])
    return Cell(**{**kept, "quotes": quotes})


def value_of(span: Span, aspect: str) -> str:
    """At most twenty words of the sentence: those around what tells of the aspect, or its URL."""
    urls = find_urls(span.text) if aspect == "code or project" else ()
    return urls[0] if urls else excerpt(span.text, telling_place(span.text, aspect))
