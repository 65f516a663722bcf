"""What the clusters of a map are called, and which papers stand for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rag.models.embedding.embedder import unit
from rag.retrieval.explore.cluster_labels import label_clusters
from rag.retrieval.explore.layout import Labels, Places, Points, Vectors, VectorsByPlace

Embed: TypeAlias = Callable[[Sequence[str]], Vectors]

_CENTRAL = 3  # papers of a cluster that stand for it
_LEAST_NEAR = 0.02  # cosine of a phrase that means something else than its cluster
COLOURS = 9  # that the window has for clusters


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
    colour: int = 0


def describe(
    vectors: VectorsByPlace,
    texts: Sequence[tuple[str, str]],
    points: Points,
    labels: Labels,
    sample: Places,
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
    made, colours = [], _colours(points, labels)
    for at, (label, size) in enumerate(zip(found, sizes, strict=True)):
        members = np.flatnonzero(own == at)
        central = sample[members[np.argsort(-near[members], kind="stable")][:_CENTRAL]]
        made.append(
            Cluster(label.words, int(size), label.name, tuple(central.tolist()), colours[at])
        )
    return tuple(made)


def _colours(points: Points, labels: Labels) -> list[int]:
    """A colour for each cluster. Where there are too few, clusters of one colour lie far apart."""
    centres = np.stack([points[labels == at].mean(axis=0) for at in range(labels.max() + 1)])
    given: list[int] = []
    for at, centre in enumerate(centres):
        far = np.linalg.norm(centres[:at] - centre, axis=1)
        own = (
            [far[np.array(given) == colour].min() for colour in range(COLOURS)]
            if at >= COLOURS
            else []
        )
        given.append(int(np.argmax(own)) if own else at)
    return given
