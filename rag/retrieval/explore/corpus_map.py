"""The corpus map: a projection of all papers to two dimensions, with labelled clusters. Pure.

Vectors are reduced by PCA; t-SNE (van der Maaten & Hinton 2008) projects the reduced vectors, and
k-means clusters them. The same vectors always give the same map: seeds are fixed, and a single
thread does the sums, because their order changes the result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from rag.retrieval.explore.cluster_labels import label_clusters

Vectors: TypeAlias = NDArray[np.float32]
Points: TypeAlias = NDArray[np.float64]

# Raise it when the same vectors and texts would give another map: stored maps are then outdated.
VERSION = 2

_SEED = 0
_DIMENSIONS = 50  # for t-SNE and k-means; from t-SNE's authors, more are noise
_MOST_CLUSTERS = 24  # more labels than this cannot be read on one screen
_PERPLEXITY = 30.0
# For many papers half the iterations and coarser sums: a third of the time, same neighbours.
_ROUNDS, _ROUNDS_OF_MANY, _MANY = 1000, 500, 2000
_ANGLE, _ANGLE_OF_MANY = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of similar papers: its label, one to three key phrases, and its size."""

    words: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class CorpusMap:
    """Each paper's point in the unit square, and the index of its cluster.

    ``points`` and ``labels`` are in the order of the papers; ``labels`` are indexes into
    ``clusters``, which are ordered by size, the largest first.
    """

    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    clusters: tuple[Cluster, ...]


def make_map(vectors: Vectors, texts: Sequence[tuple[str, str]]) -> CorpusMap:
    """The map of papers with these vectors, shape (papers, dimensions), and (title, abstract)s.

    Raises ValueError if the numbers of vectors and texts differ.
    """
    if len(vectors) != len(texts):
        raise ValueError(f"{len(vectors)} vectors for {len(texts)} papers")
    if not len(vectors):
        return CorpusMap((), (), ())
    # OpenMP's number of threads is set per thread, so this limits no other thread.
    with threadpool_limits(limits=1, user_api="openmp"):
        reduced = _reduce(vectors)
        labels = _cluster(reduced)
        points = _to_unit_square(_project(reduced))
    phrases = label_clusters(texts, labels.tolist())
    sizes = np.bincount(labels)
    return CorpusMap(
        tuple((round(float(x), 4), round(float(y), 4)) for x, y in points),
        tuple(int(label) for label in labels),
        tuple(Cluster(words, int(size)) for words, size in zip(phrases, sizes, strict=True)),
    )


def cluster_count(papers: int) -> int:
    """About ``sqrt(papers)``, from 1 to 24, with at least three papers a cluster on average."""
    return max(1, min(round(math.sqrt(papers)), papers // 3, _MOST_CLUSTERS))


def _reduce(vectors: Vectors) -> Points:
    """The principal components; shape (papers, at most 50). scikit-learn fixes their signs."""
    from sklearn.decomposition import PCA

    most = min(_DIMENSIONS, *vectors.shape)
    if not np.ptp(vectors, axis=0).any():  # all vectors are equal: there are no components
        return np.zeros((len(vectors), 2))
    reduced: Points = PCA(most, svd_solver="full").fit_transform(vectors.astype(np.float64))
    return reduced


def _cluster(reduced: Points) -> NDArray[np.int64]:
    """Each paper's cluster, from 0 for the largest; shape (papers,)."""
    from sklearn.cluster import KMeans

    distinct = len(np.unique(reduced.round(9), axis=0))
    wanted = min(cluster_count(len(reduced)), distinct)
    found = KMeans(wanted, n_init=10, random_state=_SEED).fit_predict(reduced)
    order = sorted(range(wanted), key=lambda g: (-int((found == g).sum()), g))
    rank = np.empty(wanted, dtype=np.int64)
    rank[order] = np.arange(wanted)
    labels: NDArray[np.int64] = rank[found]
    return labels


def _project(reduced: Points) -> Points:
    """The t-SNE projection; shape (papers, 2)."""
    from sklearn.manifold import TSNE

    papers = len(reduced)
    if papers < 4 or not reduced.any():  # too few for t-SNE: side by side
        return np.column_stack([np.arange(papers, dtype=float), np.zeros(papers)])
    # Start from the first two components, scaled down: that preserves large distances.
    start = reduced[:, :2] if reduced.shape[1] > 1 else np.c_[reduced, np.zeros(papers)]
    start = start / (start[:, 0].std() or 1.0) * 1e-4
    many = papers >= _MANY
    points: Points = TSNE(
        perplexity=min(_PERPLEXITY, (papers - 1) / 3),
        init=start,
        max_iter=_ROUNDS_OF_MANY if many else _ROUNDS,
        angle=_ANGLE_OF_MANY if many else _ANGLE,
        random_state=_SEED,
        n_jobs=1,
    ).fit_transform(reduced)
    return points


def _to_unit_square(points: Points) -> Points:
    """``points`` moved and scaled into the unit square, both axes by the same factor."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = float((high - low).max()) or 1.0
    scaled: Points = 0.5 + (points - (low + high) / 2) / span
    return scaled
