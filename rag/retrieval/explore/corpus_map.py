"""A map of the corpus: every paper a point, groups of near papers, each named. Pure.

Vectors are reduced by PCA and laid out by t-SNE (van der Maaten & Hinton 2008); groups are k-means
clusters of the reduced vectors. The same vectors always give the same map: seeds are fixed, and one
thread does the sums, whose order would otherwise differ from run to run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from rag.retrieval.explore.cluster_labels import name_groups

Vectors: TypeAlias = NDArray[np.float32]
Places: TypeAlias = NDArray[np.float64]

# Raise it whenever the same vectors and texts would give another map: kept maps are then redrawn.
VERSION = 2

_SEED = 0
_DIMENSIONS = 50  # kept for t-SNE and k-means, as t-SNE's authors do: what is beyond is noise
_MOST_GROUPS = 24  # more names than this cannot be read on one screen
_PERPLEXITY = 30.0
# Of many papers, half the rounds and coarser sums: a third of the time, and the same neighbours.
_ROUNDS, _ROUNDS_OF_MANY, _MANY = 1000, 500, 2000
_ANGLE, _ANGLE_OF_MANY = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Group:
    """Papers that belong together, by their own words: one to three of them, best first."""

    words: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class CorpusMap:
    """Where each paper lies, 0 to 1 both ways, and the place in ``groups`` of its group.

    ``points`` and ``labels`` are in the order of the papers that were drawn; groups are in order of
    size, the largest first.
    """

    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    groups: tuple[Group, ...]


def draw(vectors: Vectors, texts: Sequence[tuple[str, str]]) -> CorpusMap:
    """The map of papers with these vectors, shape (papers, dimensions), and (title, abstract)s.

    Raises ValueError where there are not as many vectors as texts.
    """
    if len(vectors) != len(texts):
        raise ValueError(f"{len(vectors)} vectors for {len(texts)} papers")
    if not len(vectors):
        return CorpusMap((), (), ())
    # This thread alone: OpenMP keeps its number of threads by thread.
    with threadpool_limits(limits=1, user_api="openmp"):
        reduced = _reduce(vectors)
        labels = _group(reduced)
        places = _frame(_lay_out(reduced))
    names = name_groups(texts, labels.tolist())
    sizes = np.bincount(labels)
    return CorpusMap(
        tuple((round(float(x), 4), round(float(y), 4)) for x, y in places),
        tuple(int(label) for label in labels),
        tuple(Group(words, int(size)) for words, size in zip(names, sizes, strict=True)),
    )


def how_many_groups(papers: int) -> int:
    """About ``sqrt(papers)``, so that groups grow with the corpus as fast as their number does.

    From 1 to 24; a group has three papers or more on average.
    """
    return max(1, min(round(math.sqrt(papers)), papers // 3, _MOST_GROUPS))


def _reduce(vectors: Vectors) -> Places:
    """The principal components; shape (papers, at most 50). Signs are fixed by scikit-learn."""
    from sklearn.decomposition import PCA

    most = min(_DIMENSIONS, *vectors.shape)
    if not np.ptp(vectors, axis=0).any():  # one place for all: there are no components
        return np.zeros((len(vectors), 2))
    reduced: Places = PCA(most, svd_solver="full").fit_transform(vectors.astype(np.float64))
    return reduced


def _group(reduced: Places) -> NDArray[np.int64]:
    """A label a paper, from 0 for the largest group; shape (papers,)."""
    from sklearn.cluster import KMeans

    distinct = len(np.unique(reduced.round(9), axis=0))
    wanted = min(how_many_groups(len(reduced)), distinct)
    found = KMeans(wanted, n_init=10, random_state=_SEED).fit_predict(reduced)
    order = sorted(range(wanted), key=lambda g: (-int((found == g).sum()), g))
    rank = np.empty(wanted, dtype=np.int64)
    rank[order] = np.arange(wanted)
    labels: NDArray[np.int64] = rank[found]
    return labels


def _lay_out(reduced: Places) -> Places:
    """Two coordinates a paper; shape (papers, 2)."""
    from sklearn.manifold import TSNE

    papers = len(reduced)
    if papers < 4 or not reduced.any():  # t-SNE has nothing to weigh: side by side
        return np.column_stack([np.arange(papers, dtype=float), np.zeros(papers)])
    # The first two components, small, as a start: it keeps what is far apart far apart.
    start = reduced[:, :2] if reduced.shape[1] > 1 else np.c_[reduced, np.zeros(papers)]
    start = start / (start[:, 0].std() or 1.0) * 1e-4
    many = papers >= _MANY
    places: Places = TSNE(
        perplexity=min(_PERPLEXITY, (papers - 1) / 3),
        init=start,
        max_iter=_ROUNDS_OF_MANY if many else _ROUNDS,
        angle=_ANGLE_OF_MANY if many else _ANGLE,
        random_state=_SEED,
        n_jobs=1,
    ).fit_transform(reduced)
    return places


def _frame(places: Places) -> Places:
    """``places`` moved and shrunk into the unit square; both ways by the same factor."""
    low, high = places.min(axis=0), places.max(axis=0)
    span = float((high - low).max()) or 1.0
    framed: Places = 0.5 + (places - (low + high) / 2) / span
    return framed
