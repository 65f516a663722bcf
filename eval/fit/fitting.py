"""Fits logistic regressions to few examples, with log-odds on unseen examples. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from rag.decisions.logistic import LogisticModel

FOLDS = 5
LEAST = 0.03  # a coefficient of `fit_some` that is smaller is left out
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
    """For each group the model that was fitted without it; ``whole`` is fitted on all of them.

    ``some``: an example need not have all features.
    """

    whole: LogisticModel
    by_group: Mapping[str, LogisticModel]
    some: bool = False

    def model_for(self, group: str) -> LogisticModel:
        """The model that has not seen ``group``."""
        return self.by_group.get(group, self.whole)

    def log_odds(self, examples: Sequence[Example]) -> Numbers:
        """Each example's log-odds by the model that has not seen its group; shape (examples,)."""
        read = LogisticModel.some_log_odds if self.some else LogisticModel.log_odds
        return np.array([read(self.model_for(e.group), e.features) for e in examples])


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


def fit_some(examples: Sequence[Example], l2: float = 1.0, fewest: int = 3) -> LogisticModel:
    """The same of many features, of which each example has a few; they are not standardised.

    A feature that fewer than ``fewest`` groups have is left out, and so is one that weighs nothing.
    """
    groups: dict[str, set[str]] = {}
    for example in examples:
        for name, value in example.features.items():
            if value:
                groups.setdefault(name, set()).add(example.group)
    names = sorted(name for name, having in groups.items() if len(having) >= fewest)
    vectors = DictVectorizer(dtype=np.float32).fit([dict.fromkeys(names, 1.0)])
    regression = LogisticRegression(C=1 / l2, tol=1e-5, max_iter=3_000)
    regression.fit(
        vectors.transform([dict(example.features) for example in examples]),
        labels_of(examples),
        np.array([example.weight for example in examples]),
    )
    weighed = zip(vectors.get_feature_names_out(), regression.coef_[0].tolist(), strict=True)
    coefficients = {str(name): round(value, 2) for name, value in weighed if abs(value) >= LEAST}
    return LogisticModel(round(float(regression.intercept_[0]), 3), coefficients)


def cross_fit(examples: Sequence[Example], l2: float = 1.0, *, some: bool = False) -> Unseen:
    """One fit for each fold, on the other folds; folds are made of whole groups.

    ``some``: by `fit_some`.
    """
    groups = np.array([e.group for e in examples])
    by_group: dict[str, LogisticModel] = {}
    fitted = fit_some if some else fit
    for seen, unseen in GroupKFold(FOLDS).split(groups, groups=groups):
        model = fitted([examples[i] for i in seen], l2)
        by_group |= dict.fromkeys(groups[unseen].tolist(), model)
    return Unseen(fitted(examples, l2), by_group, some)


def labels_of(examples: Sequence[Example]) -> Flags:
    """The right decisions; shape (examples,)."""
    return np.array([e.yes for e in examples])
