"""Figures by kind of question, for the page and for Markdown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import NamedTuple

from eval.cases import KINDS, SINGLE
from eval.scoring.figures import NAMES
from eval.scoring.results import Report
from eval.scoring.stats import Figure

# By construction 0 or 1 for all of a kind, or the same as the recall of that kind.
_SAID_ALREADY = ("abstention_precision", "abstention_recall_far", "abstention_recall_near")


class KindTable(NamedTuple):
    """The figures of some kinds: for each figure's key its values by kind."""

    title: str
    kinds: Sequence[str]
    rows: Mapping[str, Mapping[str, Figure]]


def kind_tables(report: Report, *, timings: bool = True) -> list[KindTable]:
    """Single questions, and the others; without those that the report has none of."""
    kinds = [kind for kind in KINDS if kind in report.by_kind]
    parts = {
        "Single questions": [kind for kind in kinds if kind in SINGLE],
        "Other kinds": [kind for kind in kinds if kind not in SINGLE],
    }
    return [
        KindTable(title, chosen, _rows(report, chosen, timings))
        for title, chosen in parts.items()
        if chosen
    ]


def times_of(report: Report, kind: str) -> dict[str, Figure]:
    """The time that answers of a kind took, in ms."""
    took = [
        item.answer.timings.total_ms
        for item in report.cases
        if item.answer and item.case.kind == kind
    ]
    return {"total_p95": quantile(took, 0.95)} if took else {}


def quantile(values: Sequence[float], share: float) -> Figure:
    """A quantile by nearest rank, with the 95% interval that order statistics give it.

    Ranks by the normal approximation to the binomial (Conover, Practical Nonparametric
    Statistics, 3.2); there is at least one value.
    """
    ordered, n = sorted(values), len(values)
    spread = 1.96 * sqrt(n * share * (1 - share))
    ranks = (n * share, n * share - spread, n * share + spread)
    middle, low, high = (ordered[min(n - 1, max(0, ceil(rank) - 1))] for rank in ranks)
    return Figure(middle, low, high, n)


def _rows(report: Report, kinds: Sequence[str], timings: bool) -> dict[str, dict[str, Figure]]:
    by_kind = {
        kind: report.by_kind[kind] | (times_of(report, kind) if timings else {}) for kind in kinds
    }
    keys = dict.fromkeys(key for figures in by_kind.values() for key in figures)
    known = [key for key in NAMES if key in keys]
    return {
        key: {kind: figures[key] for kind, figures in by_kind.items() if key in figures}
        for key in [*known, *(key for key in keys if key not in NAMES)]
        if key not in _SAID_ALREADY
    }
