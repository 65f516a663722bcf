"""Question to ranked papers with their passages: dense and lexical candidates, fused on scores,
and the best of them ranked anew by late interaction.

A paper's dense score is the mean of its best chunk's and its best sentence's cosine. Its lexical
score is BM25 over what a paper would get that holds every term of the query once, or over the best
BM25 where that is more: a query of which every paper holds only a stray word weighs little. Ranks
are not fused, because they throw away how sure each side is. Figures: docs/decisions/0002, and for
late interaction 0008.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.index.library import Library
from rag.models.tokens import TokenStates
from rag.retrieval.maxsim import maxsim
from rag.types import EVERYTHING, Passage, RankedPaper, Scope

if TYPE_CHECKING:
    from rag.index.dense import Hit
    from rag.models.embedder import Vector

LEXICAL_WEIGHT = 0.5
LATE_WEIGHT = 1.5
# Candidates a side: enough that ten papers remain after grouping chunks and sentences by paper.
_CANDIDATES = 120
_WHOLE = 20_000
_RERANKED = 20
_PASSAGES = 3


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The outcome of one search.

    ``nearest`` is the best cosine of any chunk or sentence; ``vector`` and ``tokens``
    are the query's own; ``candidates`` are the ids of all papers that were scored.
    """

    query: str
    vector: Vector
    tokens: TokenStates
    ranked: tuple[RankedPaper, ...]
    nearest: float
    candidates: tuple[str, ...]


def retrieve(
    library: Library,
    query: str,
    k: int,
    scope: Scope = EVERYTHING,
    *,
    whole: bool = False,
) -> Retrieval:
    """The ``k`` best papers for ``query`` within ``scope``.

    Scores are 0 to 1 for a question that the corpus speaks of, and comparable within one query.
    With ``whole`` every chunk is scored (up to a bound), so that no paper is left out unseen, and
    each of the ``k`` best by late interaction.
    """
    candidates = _WHOLE if whole else _CANDIDATES
    vector, tokens = library.embedder.ask(query)
    chunks = library.dense.search_chunks(vector, candidates, scope)
    sentences = library.dense.search_sentences(vector, candidates, scope)
    lexical = dict(library.lexical.search(query, candidates, scope))
    full = library.lexical.full_score(query)
    fused = fuse(_best(chunks), _best(sentences), lexical, full)
    scores = _interact(library, tokens, fused, k if whole else _RERANKED)
    order = _best_first(scores)
    ranked = tuple(
        RankedPaper(library.by_id[i], scores[i], _passages(library, i, chunks)) for i in order[:k]
    )
    nearest = max((near.score for _, near in [*chunks[:1], *sentences[:1]]), default=0.0)
    return Retrieval(query, vector, tokens, ranked, nearest, tuple(order))


def fuse(
    chunks: Mapping[str, float],
    sentences: Mapping[str, float],
    lexical: Mapping[str, float],
    full: float,
) -> dict[str, float]:
    """One score a paper from best chunk cosine, best sentence cosine, and BM25.

    ``full`` is the summed weight of the query's terms, about the BM25 of a paper with all of them.
    A paper that one dense list does not hold is taken to be as near as the last one there.
    """
    last_chunk = min(chunks.values(), default=0.0)
    last_sentence = min(sentences.values(), default=0.0)
    top = max(full, *lexical.values(), 1e-9)
    return {
        paper_id: (
            (chunks.get(paper_id, last_chunk) + sentences.get(paper_id, last_sentence)) / 2
            + LEXICAL_WEIGHT * lexical.get(paper_id, 0.0) / top
        )
        / (1 + LEXICAL_WEIGHT)
        for paper_id in {*chunks, *sentences, *lexical}
    }


def _interact(
    library: Library, tokens: TokenStates, fused: Mapping[str, float], most: int
) -> dict[str, float]:
    """The fused scores with the late interaction of the best; the others are as near as the last.

    The mean of a fused score and a cosine: 0 to 1 still.
    """
    best = library.tokens.of(_best_first(fused)[:most])
    near = {i: maxsim(pieces.cosines(tokens.states)) for i, pieces in best.items()}
    last = min(near.values(), default=0.0)
    return {
        paper_id: (score + LATE_WEIGHT * near.get(paper_id, last)) / (1 + LATE_WEIGHT)
        for paper_id, score in fused.items()
    }


def _best_first(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda paper_id: (-scores[paper_id], paper_id))


def _best(hits: Sequence[tuple[str, Hit]]) -> dict[str, float]:
    best: dict[str, float] = {}
    for paper_id, near in hits:
        best[paper_id] = max(best.get(paper_id, -1.0), near.score)
    return best


def _passages(
    library: Library, paper_id: str, chunks: Sequence[tuple[str, Hit]]
) -> tuple[Passage, ...]:
    """The paper's found chunks, best first; its whole abstract if words alone found it.

    None where the paper has no abstract.
    """
    abstract = library.by_id[paper_id].abstract
    found = [near for owner, near in chunks if owner == paper_id and abstract][:_PASSAGES]
    if not found:
        return (Passage(abstract, 0, len(abstract), 0.0),) if abstract else ()
    return tuple(Passage(abstract[n.start : n.end], n.start, n.end, n.score) for n in found)
