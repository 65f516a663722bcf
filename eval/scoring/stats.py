"""Means and differences with 95% bootstrap intervals (Efron 1979), by scipy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Counts: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.float64]

_RESAMPLES = 2000
_SEED = 7  # two runs of the same answers give the same intervals


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with its 95% interval over ``n`` cases."""

    value: float
    low: float
    high: float
    n: int


def figure(values: Sequence[float]) -> Figure:
    """The mean of ``values`` with a percentile bootstrap interval; there is at least one value."""
    mean = float(np.mean(values))
    if len(set(values)) == 1:
        return Figure(_round(mean), _round(mean), _round(mean), len(values))
    low, high = _interval(values)
    return Figure(_round(mean), _round(low), _round(high), len(values))


def pooled_share(parts: Sequence[tuple[int, int]]) -> Figure | None:
    """All hits over all trials, from (hits, trials) of each cluster; None without trials.

    ``n`` is the number of trials.
    """
    counts = np.asarray(parts).reshape(-1, 2)
    trials = int(counts[:, 1].sum())
    return pooled(counts, _share, trials) if trials else None


def pooled(counts: Counts, measure: Callable[[Counts], Numbers], n: int) -> Figure:
    """A measure of the summed counts of all clusters; shape of ``counts`` (clusters, ...).

    ``measure`` takes sums of shape (draws, ...) and gives (draws,), NaN where it has no meaning.
    The interval is a percentile bootstrap over clusters, because cases of one paper depend on each
    other.
    """
    drawn = np.random.default_rng(_SEED).integers(len(counts), size=(_RESAMPLES, len(counts)))
    whole = float(measure(counts.sum(axis=0, keepdims=True))[0])
    low, high = np.nanquantile(measure(counts[drawn].sum(axis=1)), (0.025, 0.975))
    return Figure(_round(whole), _round(float(low)), _round(float(high)), n)


def _share(sums: Counts) -> Numbers:
    trials = np.where(sums[:, 1] > 0, sums[:, 1], np.nan)
    return np.asarray(sums[:, 0] / trials)


def paired_difference(after: Sequence[float], before: Sequence[float]) -> Figure:
    """The mean of the differences of the same cases, ``after`` minus ``before``."""
    return figure([a - b for a, b in zip(after, before, strict=True)])


def _interval(values: Sequence[float]) -> tuple[float, float]:
    from scipy.stats import bootstrap  # slow to import, and the window only shows intervals

    outcome = bootstrap(
        (np.asarray(values),),
        np.mean,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    )
    return float(outcome.confidence_interval.low), float(outcome.confidence_interval.high)


def _round(value: float) -> float:
    return round(value, 4)
