"""Sums up scored cases as a report. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from eval.cases import KINDS, SINGLE
from eval.retrieval import MEASURES, per_query
from eval.scoring.figures import counted
from eval.scoring.results import Bin, Report, ScoredCase, Setup, Stage
from eval.scoring.stats import Figure, figure

_BINS = 10


def summarise(cases: Sequence[ScoredCase], setup: Setup, seconds: float) -> Report:
    """The report of these cases, without a baseline and without floors."""
    scored = _with_retrieval(cases)
    single = [item for item in scored if item.case.kind in SINGLE]
    return Report(
        setup=setup,
        figures=_figures([counted(item.scores, item.case.kind) for item in scored]),
        by_kind={
            kind: _figures([item.scores for item in of_kind])
            for kind in KINDS
            if (of_kind := [item for item in scored if item.case.kind == kind])
        },
        funnel=_funnel(single),
        calibration=_calibration(single),
        total_ms=tuple(j.answer.timings.total_ms for j in scored if j.answer),
        first_ms=tuple(
            j.answer.timings.first_token_ms for j in scored if j.answer and j.answer.claims
        ),
        changes=(),
        floors=(),
        cases=tuple(scored),
        seconds=round(seconds, 2),
    )


def _with_retrieval(scored: Sequence[ScoredCase]) -> list[ScoredCase]:
    asked = [item for item in scored if item.case.must_cite]
    qrels = {item.case.id: dict.fromkeys(item.case.must_cite, 1) for item in asked}
    runs = {item.case.id: _run_of(item) for item in asked if item.answer}
    found = per_query(qrels, runs) if qrels else {}
    return [replace(item, scores={**item.scores, **found.get(item.case.id, {})}) for item in scored]


def _run_of(item: ScoredCase) -> dict[str, float]:
    """The ranking as a run. Negative ranks are its scores, so that ties keep their order."""
    retrieved = item.answer.retrieved if item.answer else ()
    return {paper.paper_id: float(-rank) for rank, paper in enumerate(retrieved)}


def _figures(scored: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    """The mean of each score over the cases that have it."""
    values: dict[str, list[float]] = {}
    for scores in scored:
        for name, value in scores.items():
            values.setdefault(name, []).append(value)
    order = [*(n for n in values if n not in MEASURES), *(n for n in MEASURES if n in values)]
    return {name: figure(values[name]) for name in order}


def _funnel(scored: Sequence[ScoredCase]) -> tuple[Stage, ...]:
    staged = [item.stages for item in scored if item.stages]
    if not staged:
        return ()
    names = list(staged[0])
    shares = [sum(stages[name] for stages in staged) / len(staged) for name in names]
    stages = [Stage(name, round(share, 4)) for name, share in zip(names, shares, strict=True)]
    return (Stage("in corpus", 1.0), *stages)


def _calibration(scored: Sequence[ScoredCase]) -> tuple[Bin, ...]:
    """The support of claims against whether they cite only papers that may be cited, in tenths."""
    points = [
        (claim.support, _cites_gold(item, claim.citations))
        for item in scored
        if item.answer and item.case.answerable
        for claim in item.answer.claims
    ]
    bins = []
    for index in range(_BINS):
        low, high = index / _BINS, (index + 1) / _BINS
        inside = [p for p in points if low <= p[0] < high or (high == 1 and p[0] == 1)]
        if inside:
            support = sum(p[0] for p in inside) / len(inside)
            right = sum(p[1] for p in inside) / len(inside)
            bins.append(Bin(low, high, round(support, 4), round(right, 4), len(inside)))
    return tuple(bins)


def _cites_gold(item: ScoredCase, numbers: Sequence[int]) -> bool:
    citations = item.answer.citations if item.answer else ()
    return all(item.case.allows(c.paper_id) for c in citations if c.number in numbers)
