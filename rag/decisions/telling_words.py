"""Where in a sentence the words are that say most, so that a long one can be cut around them. Pure.

The index has no offsets of tokens. A token's share of its sentence stands for its place, which is
near enough for a cut between clauses.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.index.vectors.read_paper import ReadPaper

_REACH = 3  # tokens before and after, whose scores are averaged
_NEARLY = 0.5  # standard deviations below the highest: the first such words read best


def telling_places(read: ReadPaper, scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """For each sentence and each kind of score the first place of nearly the highest, 0 to 1.

    ``scores``, shape (tokens, kinds), are those of the paper's tokens; the result has shape
    (sentences, kinds).
    """
    bounds = list(pairwise(read.ends[:, 1].tolist()))
    found = np.zeros((len(bounds), scores.shape[1]))
    for number, (start, end) in enumerate(bounds):
        if start < end:
            near = _averaged(scores[start:end])
            enough = near >= near.max(axis=0) - _NEARLY * near.std(axis=0)
            found[number] = (enough.argmax(axis=0) + 0.5) / (end - start)
    return found


def _averaged(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of each row and its neighbours."""
    count = len(scores)
    sums = np.concatenate([np.zeros_like(scores[:1]), scores.cumsum(axis=0)])
    first = np.maximum(np.arange(count) - _REACH, 0)
    last = np.minimum(np.arange(count) + _REACH + 1, count)
    mean: NDArray[np.float32] = (sums[last] - sums[first]) / (last - first)[:, None]
    return mean
