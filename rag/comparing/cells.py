"""Cells without a language model: a whole clause of the sentence that states the aspect.

`rag.decisions.aspect_sentences` ranks the sentences. `quoted_cell` takes the best one if it
reaches the threshold; `rag.comparing.rows` sees to it that no two cells of a row say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.decisions.aspect_sentences import Ranked
from rag.decisions.aspects import Aspect
from rag.text.names.identifiers import find_urls
from rag.text.sentences.clauses import clause
from rag.types import Cell, Paper, Span

MOST_WORDS = 20  # of a value that a language model words
# A second sentence is quoted too if its log-odds are at most this much below the first one's.
_SECOND_MARGIN = 0.5
_MOST_QUOTES = 2


def quoted_cell(paper: Paper, aspect: Aspect, ranked: Sequence[Ranked]) -> Cell:
    """The cell for ``ranked`` sentences, best first; "not stated" if no margin reaches 0."""
    if not ranked or ranked[0].margin < 0:
        return empty_cell(paper, aspect)
    best = ranked[0]
    quotes = tuple(
        item.span
        for item in ranked[:_MOST_QUOTES]
        if item.margin >= max(0, best.margin - _SECOND_MARGIN)
    )
    value = value_of(best, aspect)
    return Cell(paper.paper_id, aspect.label, value, "stated", quotes, "supported")


def empty_cell(paper: Paper, aspect: Aspect) -> Cell:
    """The cell of a paper that does not state the aspect."""
    return Cell(paper.paper_id, aspect.label, "", "not_stated", (), None)


def cached_cell(stored: Any) -> Cell:
    """A cell from its JSON in the cache."""
    quotes = tuple(Span(**quote) for quote in stored["quotes"])
    kept = {name: stored[name] for name in ("paper_id", "aspect", "value", "status", "verdict")}
    return Cell(**kept, quotes=quotes, author=stored["author"])


def value_of(ranked: Ranked, aspect: Aspect) -> str:
    """The clause of the sentence that has the most telling words; or the address in it."""
    urls = find_urls(ranked.span.text) if aspect.is_address else ()
    return urls[0] if urls else clause(ranked.span.text, ranked.place)
