"""A layout: every paper's point on a plane, and its cluster, from the papers' vectors. Pure.

Vectors are reduced by PCA; t-SNE (van der Maaten & Hinton 2008) projects the reduced vectors, and
k-means clusters them. The same vectors always give the same layout: seeds are fixed, and a single
thread does the sums, because their order changes the result.

Of more than 5,000 papers a sample is treated like that. The others join the cluster of the nearest
centre and lie among their nearest neighbours in the sample, so that time and memory hardly grow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sklearn.cluster import KMeans

Vectors: TypeAlias = NDArray[np.float32]
Points: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.intp]
Reducing: TypeAlias = Callable[[Vectors], Points]

MOST_PROJECTED = 5000  # papers that t-SNE projects, in half a minute
BLOCK = 10_000  # papers whose vectors are in memory at once
NEIGHBOURS = 8  # among which a paper that t-SNE did not project lies
# Shares of the map's side: neighbours further than this from the nearest one do not count, and how
# far points lie apart at least, about as in the sample.
_BESIDE, _APART = 0.04, 0.001
_SEED = 0
_DIMENSIONS = 50  # for t-SNE and k-means; from t-SNE's authors, more are noise
_MOST_CLUSTERS = 24  # more labels than this cannot be read on one screen
_PERPLEXITY = 30.0
# For many papers half the iterations and coarser sums: a third of the time, same neighbours.
_ROUNDS, _ROUNDS_OF_MANY, _MANY = 1000, 500, 2000
_ANGLE, _ANGLE_OF_MANY = 0.5, 0.8


class VectorsByPlace(Protocol):
    """One vector for each paper, such as an array of shape (papers, dimensions)."""

    def __len__(self) -> int: ...

    def __getitem__(self, places: Places, /) -> Vectors: ...


def cluster_count(papers: int) -> int:
    """About ``sqrt(papers)``, from 1 to 24, with at least three papers a cluster on average."""
    return max(1, min(round(math.sqrt(papers)), papers // 3, _MOST_CLUSTERS))


def sampled(papers: int) -> Places:
    """The places of the papers that t-SNE projects, in order: all, or a random sample."""
    if papers <= MOST_PROJECTED:
        return np.arange(papers)
    drawn = np.random.default_rng(_SEED).choice(papers, MOST_PROJECTED, replace=False)
    return np.sort(drawn)


def digits(papers: int) -> int:
    """Decimal places of a point, so that even the closest view tells papers apart."""
    return 4 if papers <= MOST_PROJECTED else 5


def lay_out(vectors: VectorsByPlace, sample: Places) -> tuple[Points, Labels]:
    """Each paper's point, shape (papers, 2), and its cluster, from 0 for the largest."""
    reduced, reducing = _reduce(vectors[sample])
    labels, clusters = _cluster(reduced)
    points = _project(reduced)
    if len(sample) < len(vectors):
        points, labels = _place_all(vectors, sample, points, reducing, clusters)
    return points, _by_size(labels)


def _place_all(
    vectors: VectorsByPlace,
    sample: Places,
    projected: Points,
    reducing: Reducing,
    clusters: KMeans,
) -> tuple[Points, Labels]:
    """As `lay_out`, for all papers, given the points of the sample."""
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(sample)), algorithm="brute")
    near.fit(reducing(vectors[sample]))
    points, labels = np.empty((len(vectors), 2)), np.empty(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), BLOCK):
        block = np.arange(start, min(start + BLOCK, len(vectors)))
        reduced = reducing(vectors[block])
        labels[block] = clusters.predict(reduced)
        points[block] = among(projected, *near.kneighbors(reduced))
    points[sample] = projected
    return points, labels


def among(projected: Points, distances: Points, near: Places) -> Points:
    """Points among those of their neighbours; ``distances`` and ``near`` have shape (papers, k).

    Neighbours that the projection has put far from the nearest one do not count: between them is
    nobody of this kind. No two points lie on one another.
    """
    size = float(np.ptp(projected, axis=0).max())
    points = projected[near]
    beside = np.linalg.norm(points - points[:, :1], axis=2) <= _BESIDE * size
    weights = beside / np.maximum(distances, 1e-6) ** 2
    middle = (points * weights[..., None]).sum(axis=1) / weights.sum(axis=1, keepdims=True)
    apart: Points = np.random.default_rng(_SEED).normal(0, _APART * size, middle.shape)
    return np.asarray(middle + apart)


def _reduce(vectors: Vectors) -> tuple[Points, Reducing]:
    """The principal components, shape (papers, at most 50), and what finds those of other papers.

    scikit-learn fixes their signs.
    """
    from sklearn.decomposition import PCA

    if not np.ptp(vectors, axis=0).any():  # all vectors are equal: there are no components
        return np.zeros((len(vectors), 2)), lambda others: np.zeros((len(others), 2))
    components = PCA(min(_DIMENSIONS, *vectors.shape), svd_solver="full")
    reduced: Points = components.fit_transform(vectors.astype(np.float64))
    return reduced, components.transform


def _cluster(reduced: Points) -> tuple[Labels, KMeans]:
    """Each paper's cluster, shape (papers,), and what finds that of other papers."""
    from sklearn.cluster import KMeans

    distinct = len(np.unique(reduced.round(9), axis=0))
    wanted = min(cluster_count(len(reduced)), distinct)
    clusters = KMeans(wanted, n_init=10, random_state=_SEED)
    labels: Labels = clusters.fit_predict(reduced)
    return labels, clusters


def _by_size(found: Labels) -> Labels:
    """The clusters numbered from 0 for the largest; those of one size keep their order."""
    order = np.argsort(-np.bincount(found), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    labels: Labels = rank[found]
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


def to_unit_square(points: Points) -> Points:
    """``points`` moved and scaled into the unit square, both axes by the same factor."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = float((high - low).max()) or 1.0
    scaled: Points = 0.5 + (points - (low + high) / 2) / span
    return scaled
