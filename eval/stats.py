"""Means and differences with 95% bootstrap intervals (Efron 1979), by scipy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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

    The interval is a percentile bootstrap over clusters, because cells of one paper
    depend on each other. ``n`` is the number of trials.
    """
    counts = np.asarray(parts).reshape(-1, 2)
    hits, trials = (int(total) for total in counts.sum(axis=0))
    if not trials:
        return None
    drawn = np.random.default_rng(_SEED).integers(len(counts), size=(_RESAMPLES, len(counts)))
    sums = counts[drawn].sum(axis=1)
    some = sums[sums[:, 1] > 0]
    low, high = np.quantile(some[:, 0] / some[:, 1], (0.025, 0.975))
    return Figure(_round(hits / trials), _round(float(low)), _round(float(high)), trials)


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
