"""Fitting a logistic decision on few cases, and what it is worth on cases it has not seen. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from rag.decisions.logistic import LogisticModel

_L2 = 1.0  # on standardised features: with a few hundred cases, enough to keep them from shouting
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """Signals with the right decision. Examples of one ``group`` stay in one fold."""

    group: str
    features: Mapping[str, float]
    yes: bool

    @property
    def fold(self) -> int:
        """The same for the same group everywhere."""
        return fold_of(self.group)


def fold_of(group: str) -> int:
    """0 to FOLDS - 1, the same for the same group everywhere."""
    return zlib.crc32(group.encode()) % FOLDS


def fit(examples: Sequence[Example], l2: float = _L2) -> LogisticModel:
    """Logistic regression with the penalty ``l2`` on standardised features; threshold 0."""
    names = list(examples[0].features)
    raw = np.array([[e.features[name] for name in names] for e in examples])
    sign = np.array([1.0 if e.yes else -1.0 for e in examples])
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = (raw - mean) / spread

    def loss(weights: np.ndarray) -> float:
        odds = weights[0] + scaled @ weights[1:]
        penalty = l2 / 2 * float(weights[1:] @ weights[1:])
        return float(np.logaddexp(0, -sign * odds).sum()) + penalty

    weights = minimize(loss, np.zeros(len(names) + 1)).x
    slopes = weights[1:] / spread
    bias = float(weights[0] - slopes @ mean)
    return LogisticModel(
        round(bias, 3), {n: round(float(s), 3) for n, s in zip(names, slopes, strict=True)}
    )


def fit_folds(examples: Sequence[Example], l2: float = _L2) -> list[LogisticModel]:
    """One fit a fold, each on the other folds."""
    return [fit([e for e in examples if e.fold != fold], l2) for fold in range(FOLDS)]


def unseen_odds(examples: Sequence[Example]) -> list[float]:
    """The log odds of each example by the fit that has not seen its group."""
    fits = fit_folds(examples)
    return [fits[e.fold].log_odds(e.features) for e in examples]


def with_threshold(decision: LogisticModel, odds: Sequence[float], refused: float) -> LogisticModel:
    """The decision with the threshold under which the share ``refused`` of ``odds`` falls."""
    return replace(decision, threshold=round(float(np.quantile(odds, refused)), 3))
