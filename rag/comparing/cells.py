"""Cells without a language model: the words of the sentence that states the aspect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.decisions.aspect_sentences import AspectRanker, Ranked
from rag.decisions.aspects import ASPECTS, Aspect
from rag.decisions.cues import first_cue
from rag.text.excerpts import excerpt
from rag.text.identifiers import find_urls
from rag.types import Cell, Paper, Span

# A second sentence is quoted beside the first where it states the aspect about as surely.
_BESIDE = 0.5  # log-odds behind the first
_MOST_QUOTES = 2


def quoted_cell(paper: Paper, aspect: Aspect, ranked: Sequence[Ranked]) -> Cell:
    """The cell that the paper's ranked sentences make; not stated where none reaches 0."""
    if not ranked or ranked[0].margin < 0:
        return empty_cell(paper, aspect)
    best = ranked[0]
    quotes = tuple(
        item.span for item in ranked[:_MOST_QUOTES] if item.margin >= max(0, best.margin - _BESIDE)
    )
    value = value_of(best.span, aspect)
    return Cell(paper.paper_id, aspect.label, value, "stated", quotes, "supported")


def quoted_cells(aspect_ranker: AspectRanker, papers: Sequence[Paper]) -> tuple[Cell, ...]:
    """One cell for every paper and each known aspect, paper by paper."""
    ranking = aspect_ranker.rank(papers, ASPECTS)
    return tuple(
        quoted_cell(paper, aspect, ranking.get((paper.paper_id, aspect.id), ()))
        for paper in papers
        for aspect in ASPECTS
    )


def empty_cell(paper: Paper, aspect: Aspect) -> Cell:
    """The paper does not state the aspect."""
    return Cell(paper.paper_id, aspect.label, "", "not_stated", (), None)


def cached_cell(stored: Any) -> Cell:
    """A cell as the cache holds it."""
    quotes = tuple(Span(**quote) for quote in stored["quotes"])
    return Cell(**{**stored, "quotes": quotes})


def value_of(span: Span, aspect: Aspect) -> str:
    """At most twenty words of the sentence, around its most telling cue; or the address in it."""
    urls = find_urls(span.text) if aspect.is_address else ()
    return urls[0] if urls else excerpt(span.text, first_cue(span.text, aspect.cues))
