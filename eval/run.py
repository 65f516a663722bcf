"""Run the question set: one case after another, kept on disk as it goes, summed up at the end."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from eval.cases import KINDS, Case, as_line
from eval.engines import Engine
from eval.metrics import Judged, Outcome, Similarity, judge
from eval.results import Bin, Report, Setup, Stage
from eval.retrieval import MEASURES, per_query
from eval.stats import Figure, figure
from rag.errors import FileError, PaperchatError
from rag.types import Paper

_OUTCOME = TypeAdapter(Outcome)
_BINS = 10

Progress = Callable[[int, int], None]


def run(
    cases: Sequence[Case],
    engine: Engine,
    setup: Setup,
    papers: Mapping[str, Paper],
    similarity: Similarity,
    out: Path,
    progress: Progress | None = None,
) -> Report:
    """Answer and score every case. An interrupted run goes on where it stopped.

    A case whose engine raises is scored as a failure. Raises FileError where ``out`` cannot be
    written.
    """
    started = time.perf_counter()
    outcomes = answer_all(cases, engine, setup, out, progress)
    judged = [judge(case, outcomes[case.id], papers, similarity) for case in cases]
    return summarise(judged, setup, time.perf_counter() - started)


def answer_all(
    cases: Sequence[Case],
    engine: Engine,
    setup: Setup,
    out: Path,
    progress: Progress | None = None,
) -> dict[str, Outcome]:
    """The outcome of every case by id; raises as `answer_each` does."""
    done = {}
    for number, (case, outcome) in enumerate(answer_each(cases, engine, setup, out), start=1):
        done[case.id] = outcome
        if progress:
            progress(number, len(cases))
    return done


def answer_each(
    cases: Sequence[Case], engine: Engine, setup: Setup, out: Path
) -> Generator[tuple[Case, Outcome], None, None]:
    """Every case with its outcome, which is on disk before the next one is asked.

    Closed early, it leaves what it has there: the next run of the same setup goes on from it.
    Raises FileError where ``out`` cannot be written.
    """
    path = out / f"unfinished-{setup.engine}.jsonl"
    try:
        out.mkdir(parents=True, exist_ok=True)
        done = _resume(path, setup)
        with path.open("w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(setup)) + "\n")
            for case_id, outcome in done.items():
                file.write(_line(case_id, outcome))
            for case in cases:
                if case.id not in done:
                    done[case.id] = _attempt(engine, case)
                    file.write(_line(case.id, done[case.id]))
                    file.flush()
                yield case, done[case.id]
        path.unlink()
    except OSError as exc:
        raise FileError(f"{out} cannot be written: {exc}.", "Name another one with --out.") from exc


def _line(case_id: str, outcome: Outcome) -> str:
    return json.dumps([case_id, asdict(outcome)], ensure_ascii=False) + "\n"


def summarise(judged: Sequence[Judged], setup: Setup, seconds: float) -> Report:
    """Everything that the report shows but the baseline and the floors."""
    scored = _with_retrieval(judged)
    return Report(
        setup=setup,
        figures=_figures(scored),
        by_kind={
            kind: _figures(of_kind)
            for kind in KINDS
            if (of_kind := [item for item in scored if item.case.kind == kind])
        },
        funnel=_funnel(scored),
        calibration=_calibration(scored),
        total_ms=tuple(j.answer.timings.total_ms for j in scored if j.answer),
        first_ms=tuple(
            j.answer.timings.first_token_ms for j in scored if j.answer and j.answer.claims
        ),
        changes=(),
        floors=(),
        cases=tuple(scored),
        seconds=round(seconds, 2),
    )


def corpus_hash(papers: Sequence[Paper]) -> str:
    """The same for the same papers, whatever their order and source."""
    lines = sorted(f"{p.paper_id}\n{p.title}\n{p.abstract}" for p in papers)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def questions_hash(cases: Sequence[Case]) -> str:
    """The same for the same cases in the same order."""
    return hashlib.sha256("\n".join(map(as_line, cases)).encode()).hexdigest()[:16]


def _attempt(engine: Engine, case: Case) -> Outcome:
    try:
        return engine(case)
    except PaperchatError as exc:
        return Outcome(None, str(exc))
    except Exception as exc:  # noqa: BLE001  a crash is a failed case, shown with its error
        return Outcome(None, f"{type(exc).__name__}: {exc}")


def _resume(path: Path, setup: Setup) -> dict[str, Outcome]:
    """What an interrupted run of the same setup left; a line that was cut off is done again."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").split("\n")
    if not lines or lines[0] != json.dumps(asdict(setup)):
        return {}
    return dict(_outcomes(lines[1:]))


def _outcomes(lines: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
    for line in lines:
        try:
            case_id, raw = json.loads(line)
        except ValueError:
            return
        yield case_id, _OUTCOME.validate_python(raw)


def _with_retrieval(judged: Sequence[Judged]) -> list[Judged]:
    asked = [item for item in judged if item.case.must_cite]
    qrels = {item.case.id: dict.fromkeys(item.case.must_cite, 1) for item in asked}
    runs = {item.case.id: _run_of(item) for item in asked if item.answer}
    found = per_query(qrels, runs) if qrels else {}
    return [replace(item, scores={**item.scores, **found.get(item.case.id, {})}) for item in judged]


def _run_of(judged: Judged) -> dict[str, float]:
    """The ranking as a run. Ranks stand in for scores, so that ties keep their order."""
    retrieved = judged.answer.retrieved if judged.answer else ()
    return {item.paper_id: float(-rank) for rank, item in enumerate(retrieved)}


def _figures(judged: Sequence[Judged]) -> dict[str, Figure]:
    values: dict[str, list[float]] = {}
    for item in judged:
        for name, value in item.scores.items():
            values.setdefault(name, []).append(value)
    order = [*(n for n in values if n not in MEASURES), *(n for n in MEASURES if n in values)]
    return {name: figure(values[name]) for name in order}


def _funnel(judged: Sequence[Judged]) -> tuple[Stage, ...]:
    staged = [item.stages for item in judged if item.stages]
    if not staged:
        return ()
    names = list(staged[0])
    shares = [sum(stages[name] for stages in staged) / len(staged) for name in names]
    stages = [Stage(name, round(share, 4)) for name, share in zip(names, shares, strict=True)]
    return (Stage("in corpus", 1.0), *stages)


def _calibration(judged: Sequence[Judged]) -> tuple[Bin, ...]:
    """Support scores of claims against whether the claim cites gold evidence's paper."""
    points = [
        (claim.support, _cites_gold(item, claim.citations))
        for item in judged
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


def _cites_gold(judged: Judged, numbers: Sequence[int]) -> bool:
    allowed = {*judged.case.must_cite, *judged.case.may_cite}
    citations = judged.answer.citations if judged.answer else ()
    return all(c.paper_id in allowed for c in citations if c.number in numbers)


def report_json(report: Report) -> dict[str, Any]:
    """The machine-independent part, which is also what a baseline file holds: no timings."""
    return {
        "setup": asdict(report.setup),
        "figures": {name: asdict(value) for name, value in report.figures.items()},
        "by_kind": {
            kind: {name: asdict(value) for name, value in figures.items()}
            for kind, figures in report.by_kind.items()
        },
        "funnel": {stage.name: stage.share for stage in report.funnel},
        "calibration": [asdict(item) for item in report.calibration],
        "cases": {item.case.id: dict(item.scores) for item in report.cases},
        **_compared(report),
    }


def _compared(report: Report) -> dict[str, Any]:
    """What there is of compared cells, by paper and by aspect."""
    if report.compared is None:
        return {"not_compared": report.not_compared} if report.not_compared else {}
    return {
        "compared": dict(report.compared.by_paper),
        "by_aspect": {
            aspect: {name: asdict(value) for name, value in figures.items()}
            for aspect, figures in report.compared.by_aspect.items()
        },
    }
