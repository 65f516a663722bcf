"""The corpus map: every paper's point, and the clusters with their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from rag.retrieval.explore.describing import Cluster, Embed, describe
from rag.retrieval.explore.layout import (
    Points,
    VectorsByPlace,
    digits,
    lay_out,
    sampled,
    to_unit_square,
)

# Raise it when the same vectors and texts would give another map: stored maps are then outdated.
VERSION = 4

_FALL = 0.03  # of trustworthiness; about what papers on other subjects cost that are half as many
_JUDGED = 2000  # papers from which the trustworthiness is estimated
_AROUND = 10  # neighbours that it looks at


@dataclass(frozen=True, slots=True)
class CorpusMap:
    """Each paper's point in the unit square, and the index of its cluster.

    ``points`` and ``labels`` are in the order of the papers; ``labels`` are indexes into
    ``clusters``, which were ordered by size, the largest first, when the map was laid out.
    ``projected`` papers had their points from t-SNE itself, the others from their neighbours.

    A map is held while papers come and go: ``later`` are the places of the papers that came after
    the layout, and ``new`` those of them that came last. ``instead`` says that there was a map
    before, which could not be held. ``laid_out_trust`` is the map's trustworthiness
    (`trust_of`) when it was laid out, and ``trust`` that which it has now.
    """

    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    clusters: tuple[Cluster, ...]
    projected: int = 0
    later: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    instead: bool = False
    laid_out_trust: float = 1.0
    trust: float = 1.0

    @property
    def outgrown(self) -> bool:
        """Whether another layout would show the papers better.

        Most came after the layout, or many of those that are neighbours here are not alike.
        """
        fallen = self.laid_out_trust - self.trust > _FALL
        return bool(self.later) and (fallen or 2 * len(self.later) > len(self.points))


def make_map(
    vectors: VectorsByPlace, texts: Sequence[tuple[str, str]], embed: Embed | None = None
) -> CorpusMap:
    """A new layout of papers with these vectors, shape (papers, dimensions).

    ``texts`` are (title, abstract). ``embed`` gives the vectors of phrases, of which those near a
    cluster's name it. Raises ValueError if the numbers of vectors and texts differ.
    """
    if len(vectors) != len(texts):
        raise ValueError(f"{len(vectors)} vectors for {len(texts)} papers")
    if not len(vectors):
        return CorpusMap((), (), ())
    sample = sampled(len(vectors))
    # OpenMP's number of threads is set per thread, so this limits no other thread.
    with threadpool_limits(limits=1, user_api="openmp"):
        points, labels = lay_out(vectors, sample)
    points = to_unit_square(points).round(digits(len(texts)))
    trust = trust_of(vectors, points)
    return CorpusMap(
        tuple((x, y) for x, y in points.tolist()),
        tuple(labels.tolist()),
        describe(vectors, texts, points, labels, sample, embed),
        len(sample),
        laid_out_trust=trust,
        trust=trust,
    )


def trust_of(vectors: VectorsByPlace, points: Points) -> float:
    """The trustworthiness of a map (Venna & Kaski 2001), from 0 to 1; of few papers it is 1.

    It falls with papers that are among the ten nearest here and not in meaning.
    """
    from sklearn.manifold import trustworthiness

    papers = np.arange(0, len(points), 1 + (len(points) - 1) // _JUDGED)
    around = min(_AROUND, len(papers) // 3)
    if around < 1:
        return 1.0
    return round(float(trustworthiness(vectors[papers], points[papers], n_neighbors=around)), 4)
