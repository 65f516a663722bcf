"""Fits logistic regressions to few examples, with log-odds on unseen examples. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from rag.decisions.logistic import LogisticModel

FOLDS = 5
Numbers: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """Features with the right decision. Examples of one ``group`` stay in one fold.

    ``kind`` is for reports alone. ``source`` and ``weight`` are set by `balanced`.
    """

    group: str
    features: Mapping[str, float]
    yes: bool
    kind: str = ""
    source: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Unseen:
    """For each group the model that was fitted without it; ``whole`` is fitted on all of them."""

    whole: LogisticModel
    by_group: Mapping[str, LogisticModel]

    def model_for(self, group: str) -> LogisticModel:
        """The model that has not seen ``group``."""
        return self.by_group.get(group, self.whole)

    def log_odds(self, examples: Sequence[Example]) -> Numbers:
        """Each example's log-odds by the model that has not seen its group; shape (examples,)."""
        return np.array([self.model_for(e.group).log_odds(e.features) for e in examples])


def balanced(sources: Mapping[str, Sequence[Example]]) -> list[Example]:
    """The examples of all sources, weighted so that each source counts the same; mean weight 1."""
    share = sum(map(len, sources.values())) / len(sources)
    return [
        replace(example, source=source, weight=share / len(examples))
        for source, examples in sources.items()
        for example in examples
    ]


def by_source(examples: Sequence[Example]) -> dict[str, Flags]:
    """Which examples are of each source; masks of shape (examples,)."""
    sources = np.array([e.source for e in examples])
    return {name: sources == name for name in dict.fromkeys(e.source for e in examples)}


def fit(examples: Sequence[Example], l2: float = 1.0) -> LogisticModel:
    """Logistic regression with the L2 penalty ``l2`` on standardised features; threshold 0."""
    names = list(examples[0].features)
    features = np.array([[e.features[name] for name in names] for e in examples])
    weights = np.array([e.weight for e in examples])
    scaler = StandardScaler().fit(features, sample_weight=weights)
    regression = LogisticRegression(C=1 / l2, tol=1e-8, max_iter=10_000)
    regression.fit(scaler.transform(features), labels_of(examples), weights)
    slopes = regression.coef_[0] / scaler.scale_
    bias = float(regression.intercept_[0] - slopes @ scaler.mean_)
    coefficients = {n: round(float(s), 3) for n, s in zip(names, slopes, strict=True)}
    return LogisticModel(round(bias, 3), coefficients)


def cross_fit(examples: Sequence[Example], l2: float = 1.0) -> Unseen:
    """One fit for each fold, on the other folds; folds are made of whole groups."""
    groups = np.array([e.group for e in examples])
    by_group: dict[str, LogisticModel] = {}
    for seen, unseen in GroupKFold(FOLDS).split(groups, groups=groups):
        model = fit([examples[i] for i in seen], l2)
        by_group |= dict.fromkeys(groups[unseen].tolist(), model)
    return Unseen(fit(examples, l2), by_group)


def labels_of(examples: Sequence[Example]) -> Flags:
    """The right decisions; shape (examples,)."""
    return np.array([e.yes for e in examples])
