"""The corpus map: a projection of all papers to two dimensions, with labelled clusters. Pure.

Vectors are reduced by PCA; t-SNE (van der Maaten & Hinton 2008) projects the reduced vectors, and
k-means clusters them. The same vectors always give the same map: seeds are fixed, and a single
thread does the sums, because their order changes the result.

Of more than 5,000 papers a sample is treated like that. The others join the cluster of the nearest
centre and lie among their nearest neighbours in the sample, so that time and memory hardly grow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from rag.models.embedder import unit
from rag.retrieval.explore.cluster_labels import label_clusters

if TYPE_CHECKING:
    from sklearn.cluster import KMeans

Vectors: TypeAlias = NDArray[np.float32]
Points: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
Reducing: TypeAlias = Callable[[Vectors], Points]
Embed: TypeAlias = Callable[[Sequence[str]], Vectors]

# Raise it when the same vectors and texts would give another map: stored maps are then outdated.
VERSION = 4

MOST_PROJECTED = 5000  # papers that t-SNE projects, in half a minute
_BLOCK = 10_000  # papers whose vectors are in memory at once
_NEIGHBOURS = 8  # among which a paper outside of the sample lies
# Shares of the map's side: neighbours further than this from the nearest one do not count, and how
# far points lie apart at least, about as in the sample.
_BESIDE, _APART = 0.04, 0.001
_SEED = 0
_DIMENSIONS = 50  # for t-SNE and k-means; from t-SNE's authors, more are noise
_CENTRAL = 3  # papers of a cluster that stand for it
_LEAST_NEAR = 0.02  # cosine of a phrase that means something else than its cluster
_MOST_CLUSTERS = 24  # more labels than this cannot be read on one screen
_PERPLEXITY = 30.0
# For many papers half the iterations and coarser sums: a third of the time, same neighbours.
_ROUNDS, _ROUNDS_OF_MANY, _MANY = 1000, 500, 2000
_ANGLE, _ANGLE_OF_MANY = 0.5, 0.8


class VectorsByPlace(Protocol):
    """One vector for each paper, such as an array of shape (papers, dimensions)."""

    def __len__(self) -> int: ...

    def __getitem__(self, places: NDArray[np.intp], /) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of similar papers.

    ``words`` are at most three key phrases, best first, and ``name`` is made of them: "Vision
    transformers and image classification". ``central`` are the places of its most central papers,
    the most central first.
    """

    words: tuple[str, ...]
    size: int
    name: str = ""
    central: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CorpusMap:
    """Each paper's point in the unit square, and the index of its cluster.

    ``points`` and ``labels`` are in the order of the papers; ``labels`` are indexes into
    ``clusters``, which are ordered by size, the largest first. ``projected`` papers have their
    points from t-SNE itself, the others from their neighbours among these.
    """

    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    clusters: tuple[Cluster, ...]
    projected: int = 0


def make_map(
    vectors: VectorsByPlace, texts: Sequence[tuple[str, str]], embed: Embed | None = None
) -> CorpusMap:
    """The map of papers with these vectors, shape (papers, dimensions), and (title, abstract)s.

    ``embed`` gives the vectors of phrases, of which those near a cluster's name it.
    Raises ValueError if the numbers of vectors and texts differ.
    """
    if len(vectors) != len(texts):
        raise ValueError(f"{len(vectors)} vectors for {len(texts)} papers")
    if not len(vectors):
        return CorpusMap((), (), ())
    sample = _sample(len(vectors))
    # OpenMP's number of threads is set per thread, so this limits no other thread.
    with threadpool_limits(limits=1, user_api="openmp"):
        points, labels = _lay_out(vectors, sample)
    return CorpusMap(
        tuple((x, y) for x, y in _to_unit_square(points).round(_digits(len(texts))).tolist()),
        tuple(labels.tolist()),
        _describe(vectors, texts, labels, sample, embed),
        len(sample),
    )


def _describe(
    vectors: VectorsByPlace,
    texts: Sequence[tuple[str, str]],
    labels: Labels,
    sample: NDArray[np.intp],
    embed: Embed | None,
) -> tuple[Cluster, ...]:
    """Each cluster's name and central papers, from those of its papers that are in the sample."""
    sampled, own = unit(vectors[sample]), labels[sample]
    sizes = np.bincount(labels)
    centres = unit(np.stack([sampled[own == at].mean(axis=0) for at in range(len(sizes))]))

    def nearness(phrases: Sequence[Sequence[str]]) -> list[list[float]]:
        flat = [phrase for some in phrases for phrase in some]
        if embed is None or not flat:
            return [[1.0] * len(some) for some in phrases]
        which = np.repeat(np.arange(len(phrases)), [len(some) for some in phrases])
        middle = sampled.mean(axis=0)
        near = (unit(embed(flat) - middle) * unit(centres - middle)[which]).sum(axis=1)
        ends = np.cumsum([len(some) for some in phrases])[:-1]
        return [part.tolist() for part in np.split(np.maximum(near, _LEAST_NEAR), ends)]

    found = label_clusters([texts[at] for at in sample], own.tolist(), nearness)
    near = (sampled * centres[own]).sum(axis=1)
    made = []
    for at, (label, size) in enumerate(zip(found, sizes, strict=True)):
        members = np.flatnonzero(own == at)
        central = sample[members[np.argsort(-near[members], kind="stable")][:_CENTRAL]]
        made.append(Cluster(label.words, int(size), label.name, tuple(central.tolist())))
    return tuple(made)


def cluster_count(papers: int) -> int:
    """About ``sqrt(papers)``, from 1 to 24, with at least three papers a cluster on average."""
    return max(1, min(round(math.sqrt(papers)), papers // 3, _MOST_CLUSTERS))


def _sample(papers: int) -> NDArray[np.intp]:
    """The places of the papers that t-SNE projects, in order: all, or a random sample."""
    if papers <= MOST_PROJECTED:
        return np.arange(papers)
    drawn = np.random.default_rng(_SEED).choice(papers, MOST_PROJECTED, replace=False)
    return np.sort(drawn)


def _digits(papers: int) -> int:
    """Decimal places of a point, so that even the closest view tells papers apart."""
    return 4 if papers <= MOST_PROJECTED else 5


def _lay_out(vectors: VectorsByPlace, sample: NDArray[np.intp]) -> tuple[Points, Labels]:
    """Each paper's point, shape (papers, 2), and its cluster, from 0 for the largest."""
    reduced, reducing = _reduce(vectors[sample])
    labels, clusters = _cluster(reduced)
    points = _project(reduced)
    if len(sample) < len(vectors):
        points, labels = _place_all(vectors, sample, points, reducing, clusters)
    return points, _by_size(labels)


def _place_all(
    vectors: VectorsByPlace,
    sample: NDArray[np.intp],
    projected: Points,
    reducing: Reducing,
    clusters: KMeans,
) -> tuple[Points, Labels]:
    """As `_lay_out`, for all papers, given the points of the sample."""
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=min(_NEIGHBOURS, len(sample)), algorithm="brute")
    near.fit(reducing(vectors[sample]))
    points, labels = np.empty((len(vectors), 2)), np.empty(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), _BLOCK):
        block = np.arange(start, min(start + _BLOCK, len(vectors)))
        reduced = reducing(vectors[block])
        labels[block] = clusters.predict(reduced)
        points[block] = _among(projected, *near.kneighbors(reduced))
    points[sample] = projected
    return points, labels


def _among(projected: Points, distances: Points, near: NDArray[np.intp]) -> Points:
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


def _to_unit_square(points: Points) -> Points:
    """``points`` moved and scaled into the unit square, both axes by the same factor."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = float((high - low).max()) or 1.0
    scaled: Points = 0.5 + (points - (low + high) / 2) / span
    return scaled
