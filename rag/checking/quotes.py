"""Where a passage stands: the papers whose abstracts have it, word for word or nearly."""

from __future__ import annotations

from rapidfuzz import fuzz

from rag.index.library import Library
from rag.retrieval.search import retrieve
from rag.types import QuoteSource, Scope, Span

_READ = 20  # papers that are looked through
_LEAST = 0.8  # similarity, 0 to 1


def find_quote(library: Library, text: str, scope: Scope, k: int = 5) -> tuple[QuoteSource, ...]:
    """At most ``k`` places where ``text`` stands, the most similar first."""
    within = library.scope(scope.papers, scope.filter)
    wanted = " ".join(text.split())
    found = []
    for item in retrieve(library, wanted, _READ, within).ranked:
        paper = item.paper
        place = fuzz.partial_ratio_alignment(wanted.lower(), paper.abstract.lower())
        if place is None or place.score / 100 < _LEAST:
            continue
        passage = paper.abstract[place.dest_start : place.dest_end]
        span = Span(passage, place.dest_start, place.dest_end)
        exact = passage.lower() == wanted.lower()
        similarity = round(place.score / 100, 3)
        found.append(
            QuoteSource(
                paper.paper_id, paper.title, paper.url, span, exact, similarity, paper.status
            )
        )
    return tuple(sorted(found, key=lambda item: -item.similarity)[:k])
