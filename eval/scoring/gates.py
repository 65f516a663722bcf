"""The gates of a run: figures against a baseline and against floors."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.scoring.figures import counted, name_of
from eval.scoring.results import Change, Floor, Report, Setup
from eval.scoring.stats import paired_difference
from rag.errors import FileError, InputError

FLOORS = Path(__file__).parents[1] / "floors.toml"
_REMEDY = "Make one with `paperchat eval --out DIR`: its report.json is a baseline."


def load_baseline(path: Path, setup: Setup) -> dict[str, Any]:
    """A report.json of an earlier run of the same corpus, questions, engine and mode.

    Raises FileError if it cannot be read and InputError if it is of anything else.
    """
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        before = Setup(**raw["setup"])
        known = raw["cases"], raw["figures"]
    except OSError as exc:
        raise FileError(f"{path} cannot be read: {exc.strerror}.", "Check the path.") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise InputError(f"{path} is not a baseline: {exc}.", _REMEDY) from exc
    if not all(isinstance(part, dict) for part in known):
        raise InputError(f"{path} is not a baseline.", _REMEDY)
    for name in ("corpus", "questions", "engine", "mode"):
        old, new = getattr(before, name), getattr(setup, name)
        if old != new:
            what = f"The baseline {path} is of another {name}: {old}, not {new}."
            raise InputError(what, _REMEDY)
    return raw


def compare_with(report: Report, baseline: Mapping[str, Any]) -> Report:
    """The report with its changes against a baseline, case by case."""
    kinds = {item.case.id: item.case.kind for item in report.cases}
    now = {item.case.id: counted(item.scores, item.case.kind) for item in report.cases}
    before = {i: counted(scores, kinds.get(i, "")) for i, scores in baseline["cases"].items()}
    now |= _of_papers(report.compared.by_paper if report.compared else {})
    before |= _of_papers(baseline.get("compared", {}))
    changes = []
    for name in report.figures:
        if name_of(name).unit == "count":
            continue  # a longer answer is neither better nor worse
        ids = [case_id for case_id, scores in now.items() if name in scores]
        # Some figures exist only for answered cases, or only for refused ones. If the two runs
        # answered different cases, the pairs that are left would be equal by construction.
        if ids and ids == [case_id for case_id in now if name in before.get(case_id, {})]:
            pairs = [(now[case_id][name], before[case_id][name]) for case_id in ids]
            changes.append(_change(name, pairs))
    return replace(report, changes=tuple(changes))


def _of_papers(right: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Each compared paper as a case; only this figure of the cells has one value for each paper."""
    return {f"compared {paper_id}": {"cell_accuracy": share} for paper_id, share in right.items()}


def check_floors(report: Report, path: Path = FLOORS) -> Report:
    """The report with the floors of its engine and mode. Raises FileError or InputError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise FileError(f"{path} cannot be read: {exc.strerror}.", "Check the path.") from exc
    except tomllib.TOMLDecodeError as exc:
        raise InputError(f"{path} is not TOML: {exc}.", "Correct it.") from exc
    bounds = tables.get(report.setup.engine, {}).get(report.setup.mode, {})
    floors = [_floor(report, name, float(bound)) for name, bound in bounds.items()]
    return replace(report, floors=tuple(floors))


def _floor(report: Report, name: str, bound: float) -> Floor:
    """A figure that the run lacks counts as the worst there is."""
    less_is_better = name_of(name).less
    missing = 1.0 if less_is_better else 0.0
    value = report.figures[name].value if name in report.figures else missing
    return Floor(name, bound, value, value <= bound if less_is_better else value >= bound)


def _change(name: str, pairs: list[tuple[float, float]]) -> Change:
    after, before = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    difference = paired_difference(after, before)
    worse, better = difference.high < 0, difference.low > 0
    if name_of(name).less:
        worse, better = better, worse
    n = len(pairs)
    return Change(
        name=name,
        before=round(sum(before) / n, 4),
        after=round(sum(after) / n, 4),
        difference=difference,
        regression=worse,
        improvement=better,
    )
