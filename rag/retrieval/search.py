"""Hybrid search: ranked papers with their passages for a question.

Dense and lexical candidates are fused by score, and the best are reranked by late interaction.

A paper's dense score is its best chunk's cosine. Its lexical score is BM25, divided by the score of
a paper that has every term of the query once, or by the best BM25 if that is higher. So words weigh
little if every paper has only a few of the query's words. Scores are fused, not ranks, because
ranks do not show how certain each engine is. Figures: docs/decisions/0002, and 0008 for late
interaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from rag.index.library import Library
from rag.query.query import Query, QueryText
from rag.retrieval.maxsim import maxsim_of
from rag.types import EVERYTHING, Passage, RankedPaper, Scope

if TYPE_CHECKING:
    from rag.index.vectors.dense import Hit

MOST_EXAMINED = 1000  # most papers that a list examines; `Coverage` says how many it did
# Candidates from each engine: enough for ten papers after grouping chunks by paper.
_CANDIDATES = 120
_WHOLE = 5_000  # the same where a list goes through all papers; five times as many as are reranked
_RERANKED = 20
_BROADLY = 60  # papers that are looked at for an overview or a superlative
_PASSAGES = 3


class Weights(NamedTuple):
    """The weight of BM25 beside a cosine of weight 1, and that of MaxSim beside both."""

    lexical: float
    late: float


# Measured in docs/decisions/0008. MaxSim says more where the tokens were trained for it.
ENCODER, OTHERS = Weights(0.3, 3.0), Weights(0.5, 1.5)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The outcome of one search for ``query`` within ``scope``.

    ``nearest`` is the best cosine of any chunk in the scope; ``candidates`` are the
    ids of all papers that were scored, best first, of which the best are in ``ranked``.
    """

    query: QueryText
    scope: Scope
    ranked: tuple[RankedPaper, ...]
    nearest: float
    candidates: tuple[str, ...]

    def first(self, k: int) -> Retrieval:
        """The same with the ``k`` best papers."""
        return replace(self, ranked=self.ranked[:k])

    def nearest_anywhere(self) -> float:
        """The best cosine of any chunk in the whole library."""
        if not self.scope:
            return self.nearest
        return _best_cosine(self.query.library.dense.search_chunks(self.query.vector, 1))


def retrieve_query(query: Query, k: int, known: Retrieval | None = None) -> Retrieval:
    """The papers for a question: the ``k`` best, or for a list up to `MOST_EXAMINED`.

    A list goes through the whole corpus. ``known`` is an earlier search: if it is the same and at
    least as long, it is reused.
    """
    if query.kind == "list":
        everything = min(len(query.library.papers), MOST_EXAMINED)
        return search(query.search, everything, query.scope, whole=True)
    if query.intent in ("overview", "synthesis"):
        return search(query.search, max(k, _BROADLY), query.scope, whole=True)
    if query.intent == "superlative":
        return search(query.search, max(k, _BROADLY), query.scope)
    if known is not None and known.query == query.search and known.scope == query.scope:
        return known.first(k)
    return search(query.search, k, query.scope)


def retrieve(
    library: Library, text: str, k: int, scope: Scope = EVERYTHING, *, whole: bool = False
) -> Retrieval:
    """As `search`, for a string."""
    return search(QueryText(library, text), k, scope, whole=whole)


def search(
    query: QueryText, k: int, scope: Scope = EVERYTHING, *, whole: bool = False
) -> Retrieval:
    """The ``k`` best papers for ``query`` within ``scope``.

    Scores are about 0 to 1, and comparable only within one query. With ``whole`` every chunk is
    scored, up to a bound, so that no paper is missed, and all ``k`` best are reranked.
    """
    library = query.library
    candidates = _WHOLE if whole else _CANDIDATES
    chunks = library.dense.search_chunks(query.vector, candidates, scope)
    lexical = dict(library.lexical.search(query.text, candidates, scope))
    full = library.lexical.full_score(query.text)
    weights = ENCODER if library.embedder.has_heads else OTHERS
    fused = fuse(_best(chunks), lexical, full, weights.lexical)
    scores = _rerank(query, fused, k if whole else _RERANKED, weights.late)
    order = _best_first(scores)
    best = set(order[:k])
    hits: defaultdict[str, list[Hit]] = defaultdict(list)
    for paper_id, near in chunks:
        if paper_id in best and len(hits[paper_id]) < _PASSAGES:
            hits[paper_id].append(near)
    ranked = tuple(
        RankedPaper(library.by_id[i], scores[i], _passages(library.by_id[i].abstract, hits[i]))
        for i in order[:k]
    )
    return Retrieval(query, scope, ranked, _best_cosine(chunks), tuple(order))


def fuse(
    chunks: Mapping[str, float], lexical: Mapping[str, float], full: float, weight: float
) -> dict[str, float]:
    """One score per paper, from its best chunk's cosine and, with ``weight``, its BM25.

    ``full`` is the sum of the weights of the query's terms, about the BM25 of a paper with all of
    them. A paper that is missing in ``chunks`` gets the lowest cosine there.
    """
    last = min(chunks.values(), default=0.0)
    top = max(full, *lexical.values(), 1e-9)
    return {
        paper_id: (chunks.get(paper_id, last) + weight * lexical.get(paper_id, 0.0) / top)
        / (1 + weight)
        for paper_id in {*chunks, *lexical}
    }


def _rerank(
    query: QueryText, fused: Mapping[str, float], most: int, weight: float
) -> dict[str, float]:
    """The weighted mean of fused score and MaxSim, which the best ``most`` papers have.

    The others get the lowest MaxSim among those.
    """
    late = maxsim_of(query, query.library.tokens.of(_best_first(fused)[:most]))
    last = min(late.values(), default=0.0)
    return {
        paper_id: (score + weight * late.get(paper_id, last)) / (1 + weight)
        for paper_id, score in fused.items()
    }


def _best_first(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda paper_id: (-scores[paper_id], paper_id))


def _best(hits: Sequence[tuple[str, Hit]]) -> dict[str, float]:
    best: dict[str, float] = {}
    for paper_id, near in hits:
        best[paper_id] = max(best.get(paper_id, -1.0), near.score)
    return best


def _best_cosine(chunks: Sequence[tuple[str, Hit]]) -> float:
    """The best cosine in a list that is best first; 0 if it is empty."""
    return chunks[0][1].score if chunks else 0.0


def _passages(abstract: str, hits: Sequence[Hit]) -> tuple[Passage, ...]:
    """The chunks of ``abstract`` that were hit; the whole of it if only words found the paper.

    Empty if the paper has no abstract.
    """
    if not abstract:
        return ()
    found = (Passage(abstract[n.start : n.end], n.start, n.end, n.score) for n in hits)
    return tuple(found) or (Passage(abstract, 0, len(abstract), 0.0),)
