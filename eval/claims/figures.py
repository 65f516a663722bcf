"""What the verdicts on claims are worth: accuracy, macro-F1, the table, quotes, and calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from eval.claims.cases import ClaimCase, Quoted
from eval.scoring.stats import Counts, Figure, Numbers, figure, pooled, pooled_share
from rag.types import CheckedClaim, ClaimSource, ClaimVerdict

VERDICTS: tuple[ClaimVerdict, ...] = get_args(ClaimVerdict)
_BINS = 10


@dataclass(frozen=True, slots=True)
class Told:
    """One verdict beside the right one; ``cluster`` are the papers that it depends on.

    ``quoted`` says whether the first quote is a passage that decides, None where that is unknown.
    """

    wanted: ClaimVerdict
    given: ClaimVerdict
    confidence: float | None
    quoted: bool | None
    cluster: str


def told_of(case: ClaimCase, checked: CheckedClaim) -> list[Told]:
    """The verdict of each paper whose right one is known."""
    sources = {source.paper_id: source for source in checked.sources}
    return [
        Told(
            wanted,
            sources[paper_id].verdict,
            sources[paper_id].confidence,
            _quoted(case.quotes, sources[paper_id]),
            paper_id,
        )
        for paper_id, wanted in case.by_paper.items()
        if paper_id in sources
    ]


def told_of_all(case: ClaimCase, checked: CheckedClaim) -> Told | None:
    """The verdict of all papers together."""
    if case.verdict is None:
        return None
    return Told(case.verdict, checked.verdict, None, None, " ".join(case.cites))


def _quoted(quotes: Sequence[Quoted], source: ClaimSource) -> bool | None:
    """Whether the paper's first quote shares text with one that decides."""
    own = [quote for quote in quotes if quote.paper_id == source.paper_id]
    if not own or not source.quotes:
        return None
    first = source.quotes[0]
    return any(max(first.start, q.start) < min(first.end, q.end) for q in own)


def figures_of(told: Sequence[Told]) -> dict[str, Figure]:
    """The figures, with intervals over papers."""
    clusters = list(dict.fromkeys(one.cluster for one in told))
    counts = np.zeros((len(clusters), len(VERDICTS), len(VERDICTS)), np.int64)
    for one in told:
        row, column = VERDICTS.index(one.wanted), VERDICTS.index(one.given)
        counts[clusters.index(one.cluster), row, column] += 1
    found = {
        "accuracy": pooled(counts, _accuracy, len(told)),
        "macro-F1": pooled(counts, _macro_f1, len(told)),
    }
    quoted = [one.quoted for one in told if one.quoted is not None]
    share = pooled_share([(int(value), 1) for value in quoted])
    if share is not None:
        found["quote accepted"] = share
    sure = [(one.confidence, one.given == one.wanted) for one in told if one.confidence is not None]
    if sure:
        found["confidence"] = figure([confidence for confidence, _ in sure])
        error = _calibration_error(sure)
        found["calibration error"] = Figure(error, error, error, len(sure))
    return found


def searched(pairs: Sequence[tuple[ClaimCase, CheckedClaim]]) -> dict[str, Figure]:
    """Claims that cite nothing: how many have a paper that says them found, and how many have none.

    "found": of those that some paper says, the first source is such a paper, and supports it.
    "none": of those that no paper says, no source supports it.
    """
    found, none = [], []
    for case, checked in pairs:
        said = [s.paper_id for s in checked.sources if s.verdict == "supported"]
        if case.papers:
            found.append((int(bool(said) and said[0] in case.papers), 1))
        else:
            none.append((int(not said), 1))
    shares = {"found": pooled_share(found), "none": pooled_share(none)}
    return {name: share for name, share in shares.items() if share is not None}


def confusion(told: Sequence[Told]) -> dict[str, dict[str, int]]:
    """How often each right verdict was told as which."""
    table: dict[str, dict[str, int]] = {
        wanted: {given: 0 for given in VERDICTS} for wanted in VERDICTS
    }
    for one in told:
        table[one.wanted][one.given] += 1
    return table


def _accuracy(sums: Counts) -> Numbers:
    totals = sums.sum(axis=(1, 2))
    return np.asarray(np.trace(sums, axis1=1, axis2=2) / np.where(totals, totals, np.nan))


def _macro_f1(sums: Counts) -> Numbers:
    """The mean F1 of the verdicts that are ever right."""
    hits = np.diagonal(sums, axis1=1, axis2=2)
    wanted, given = sums.sum(axis=2), sums.sum(axis=1)
    f1 = 2 * hits / np.maximum(wanted + given, 1)
    return np.asarray(np.nanmean(np.where(wanted > 0, f1, np.nan), axis=1))


def _calibration_error(sure: Sequence[tuple[float, bool]]) -> float:
    """The mean difference of confidence and accuracy over ten bins, by their sizes."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in sure:
        bins.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, right))
    gaps = (abs(sum(c for c, _ in part) - sum(r for _, r in part)) for part in bins.values())
    return round(sum(gaps) / len(sure), 4)
