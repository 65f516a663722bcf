"""A map that holds while papers come and go.

Whoever has learnt where things lie finds them there again: old papers keep their points, clusters
keep their number, name and colour, and new papers are put beside the old ones that are nearest in
meaning, among which they also find their cluster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rag.retrieval.explore.corpus_map import CorpusMap, trust_of
from rag.retrieval.explore.describing import Cluster
from rag.retrieval.explore.layout import (
    BLOCK,
    NEIGHBOURS,
    Labels,
    Places,
    Points,
    Vectors,
    VectorsByPlace,
    among,
    digits,
)

_FEWEST = 0.2  # least share of the papers that a map must have to be held
_ROWS = 1000  # new papers that are compared with a block of old ones at once
_ROUNDS = 60  # of moving new points apart
_ROOM = 0.55  # of the usual distance between neighbours, which a new point keeps from others
_MOST_ROOM = 0.05  # of the map's side


def can_hold(made: CorpusMap, before: Sequence[str], now: Sequence[str]) -> bool:
    """Whether a map of the papers ``before`` can show those ``now``: enough are still laid out."""
    there, later = set(now), set(made.later)
    laid_out = sum(paper in there for at, paper in enumerate(before) if at not in later)
    return laid_out >= max(_FEWEST * len(now), min(4, len(before), len(now)))


def held(
    made: CorpusMap, before: Sequence[str], now: Sequence[str], vectors: VectorsByPlace
) -> CorpusMap:
    """The map of the papers ``now``, from one of those ``before``, by their ids.

    ``vectors`` are of the papers ``now``. At least one of them must have been there before.
    """
    at_before = {paper: at for at, paper in enumerate(before)}
    sources = np.array([at_before.get(paper, -1) for paper in now])
    kept, added = np.flatnonzero(sources >= 0), np.flatnonzero(sources < 0)
    points, labels = np.empty((len(now), 2)), np.empty(len(now), dtype=np.int64)
    points[kept] = np.array(made.points)[sources[kept]]
    labels[kept] = np.array(made.labels)[sources[kept]]
    if len(added):
        near, cosines = _neighbours(vectors, kept, added)
        labels[added] = _voted(labels[kept][near], cosines, len(made.clusters))
        apart = np.sqrt(np.maximum(0.0, 2 - 2 * cosines))
        beside = among(points[kept], apart, near)
        points[added] = _with_room(points[kept], beside).round(digits(len(now)))
    places = {at: place for place, at in enumerate(sources.tolist()) if at >= 0}
    stayed = [place for at in made.later if (place := places.get(at)) is not None]
    new = added.tolist() or [place for at in made.new if (place := places.get(at)) is not None]
    return replace(
        made,
        points=tuple((x, y) for x, y in points.tolist()),
        labels=tuple(labels.tolist()),
        clusters=_clusters(made, labels, places),
        later=tuple(sorted([*stayed, *added.tolist()])),
        new=tuple(sorted(new)),
        trust=trust_of(vectors, points) if len(added) else made.trust,
    )


def _neighbours(vectors: VectorsByPlace, kept: Places, added: Places) -> tuple[Places, Points]:
    """Of each paper in ``added`` the nearest ones in ``kept``, as indexes into it, best first.

    And their cosines; both have shape (added, k).
    """
    near = np.zeros((len(added), 0), dtype=np.intp)
    best = np.zeros((len(added), 0), dtype=np.float32)
    parts = range(0, len(added), _ROWS)
    for start in range(0, len(kept), BLOCK):
        block = vectors[kept[start : start + BLOCK]]
        others = np.arange(start, start + len(block))
        found = [_best(vectors[added[at : at + _ROWS]] @ block.T, others) for at in parts]
        near = np.concatenate([near, np.concatenate([some for some, _ in found])], axis=1)
        best = np.concatenate([best, np.concatenate([some for _, some in found])], axis=1)
        order = np.argsort(-best, axis=1, kind="stable")[:, :NEIGHBOURS]
        near, best = np.take_along_axis(near, order, 1), np.take_along_axis(best, order, 1)
    return near, best.astype(np.float64)


def _best(cosines: Vectors, others: Places) -> tuple[Places, Vectors]:
    """Of each row the columns with the highest values, by what they stand for, and the values."""
    most = min(NEIGHBOURS, cosines.shape[1])
    at = np.argpartition(-cosines, most - 1, axis=1)[:, :most]
    return others[at], np.take_along_axis(cosines, at, 1)


def _voted(labels: Labels, cosines: Points, clusters: int) -> Labels:
    """The cluster that most of the neighbours have, each counting by its cosine."""
    votes = np.zeros((len(labels), clusters))
    rows = np.arange(len(labels))
    for label, weight in zip(labels.T, np.maximum(cosines, 1e-6).T, strict=True):
        votes[rows, label] += weight
    found: Labels = votes.argmax(axis=1)
    return found


def _with_room(old: Points, new: Points) -> Points:
    """``new`` points moved, none far, until they cover neither ``old`` ones nor one another."""
    from scipy.spatial import cKDTree

    room = min(_ROOM * _spacing(old), _MOST_ROOM)
    moved = new.copy()
    turn = np.arange(len(new)) * 2.4  # radians; no two points on one place go the same way
    for _ in range(_ROUNDS):
        tree = cKDTree(np.concatenate([old, moved]))
        near, at = tree.query(moved, k=min(4, len(old) + len(new)), distance_upper_bound=room)
        push = np.zeros_like(moved)
        for other, distance in zip(at.T, near.T, strict=True):
            touching = (distance < room) & (other != np.arange(len(new)) + len(old))
            there = tree.data[np.where(touching, other, 0)]
            away = moved - there
            away[distance < 1e-9] = np.c_[np.cos(turn), np.sin(turn)][distance < 1e-9]
            away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
            push += np.where(touching, (room - np.minimum(distance, room)) * 0.6, 0)[:, None] * away
        if not push.any():
            break
        moved = 1 - abs(1 - abs(moved + push))  # what leaves the square comes back into it
    return moved


def _spacing(points: Points) -> float:
    """The usual distance from a point to the nearest other one, 0 for a single point."""
    from scipy.spatial import cKDTree

    if len(points) < 2:
        return 0.0
    nearest, _ = cKDTree(points).query(points, k=2)
    return float(np.median(nearest[:, 1]))


def _clusters(made: CorpusMap, labels: Labels, places: Mapping[int, int]) -> tuple[Cluster, ...]:
    """The clusters with the sizes that they have now, and those central papers that stayed."""
    sizes = np.bincount(labels, minlength=len(made.clusters)).tolist()
    return tuple(
        replace(
            cluster,
            size=size,
            central=tuple(places[at] for at in cluster.central if at in places)
            or tuple(np.flatnonzero(labels == label)[:1].tolist()),
        )
        for label, (cluster, size) in enumerate(zip(made.clusters, sizes, strict=True))
    )
