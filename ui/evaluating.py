"""`paperchat eval`: run the question set, write the report, compare and gate."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from eval.baseline import check_floors, compare_with, load_baseline
from eval.cases import QUESTIONS, Case, CaseKind, load_cases
from eval.engines import paperchat_engine
from eval.report import render_html, render_markdown
from eval.results import Report, Setup
from eval.run import corpus_hash, questions_hash, report_json, run
from rag import wiring
from rag.errors import FileError, InputError
from rag.settings import Settings
from ui.progress import bar
from ui.show import as_json

if TYPE_CHECKING:
    from rag.index.library import Library


def evaluate(
    settings: Settings,
    *,
    questions: Path | None,
    kinds: Sequence[str],
    split: str | None,
    limit: int | None,
    out: Path,
    baseline: Path | None,
    json: bool,
) -> int:
    """Run and write; returns the exit status, 1 below a floor or worse than the baseline."""
    cases = _chosen(load_cases(questions or QUESTIONS, _papers(settings)), kinds, split, limit)
    choice = wiring.choose(settings)
    print(f"{choice.mode} mode: {choice.why}", file=sys.stderr)
    setup = Setup(
        engine="paperchat",
        mode=choice.mode,
        model=choice.model,
        corpus=corpus_hash(_papers(settings)),
        questions=questions_hash(cases),
        version=version("paperchat"),
    )
    before = load_baseline(baseline, setup) if baseline else None
    with (
        closing(wiring.open_assistant(settings)) as assistant,
        bar("Asking", unit="questions") as progress,
    ):
        library = assistant.library
        report = run(
            cases,
            paperchat_engine(assistant),
            setup,
            library.by_id,
            library.likeness,
            out,
            progress,
        )
    whole = not (kinds or split or limit or questions)
    report = check_floors(report) if whole else report
    report = compare_with(report, before) if before else report
    _write(report, library, out)
    print(as_json(_contract(report)) if json else render_markdown(report, timings=True))
    print(f"report: {out / 'report.html'}", file=sys.stderr)
    return 0 if report.passed else 1


def _papers(settings: Settings) -> Any:
    wiring.check_index(settings)
    return wiring.index_folder(settings).papers()


def _chosen(
    cases: list[Case], kinds: Sequence[str], split: str | None, limit: int | None
) -> list[Case]:
    known = get_args(CaseKind)
    for kind in kinds:
        if kind not in known:
            raise InputError(f"There is no kind {kind!r}.", f"There are: {', '.join(known)}.")
    if split not in (None, "dev", "test"):
        raise InputError(f"There is no split {split!r}.", "There are: dev, test.")
    chosen = [c for c in cases if (not kinds or c.kind in kinds) and split in (None, c.split)]
    if limit is not None and limit < len(chosen):
        # Every n-th, so that a small sample still holds every kind.
        chosen = [chosen[i * len(chosen) // limit] for i in range(limit)]
    if not chosen:
        raise InputError("No question is left to ask.", "Ask for fewer kinds, or another split.")
    return chosen


def _write(report: Report, library: Library, out: Path) -> None:
    titles = {paper.paper_id: paper.title for paper in library.papers}
    abstracts = {paper.paper_id: paper.abstract for paper in library.papers}
    files = {
        "report.html": render_html(report, titles, abstracts=abstracts),
        "report.md": render_markdown(report, timings=True),
        "report.json": jsonlib.dumps(report_json(report), indent=1, ensure_ascii=False) + "\n",
    }
    try:
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise FileError(f"{out} cannot be written: {exc}.", "Name another one with --out.") from exc


def _contract(report: Report) -> dict[str, Any]:
    """The contract's ``eval --json``."""
    plain = report_json(report)
    return {
        "figures": plain["figures"],
        "by_kind": plain["by_kind"],
        "floors": {
            f.name: {"bound": f.bound, "value": f.value, "kept": f.kept} for f in report.floors
        },
        "regressions": [asdict(change) for change in report.changes if change.regression],
        "mode": report.setup.mode,
        "model": report.setup.model,
        "seconds": report.seconds,
    }
