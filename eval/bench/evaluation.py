"""Timings of the whole question set in quotes mode: the answers, and scoring on top."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from eval.bench.table import Row
from eval.cases import Case
from eval.dataset import QUESTIONS, Dataset
from eval.engines.paperchat import paperchat
from eval.report.page import render_html
from eval.runner import Task, Wanted, evaluate, setup_of
from eval.scoring.results import Outcome, Report
from rag.engine import Engine
from rag.settings import load_settings


def evaluation() -> list[Row]:
    """Both figures come from one run; the second includes the first."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder) / "index", llm="quotes")
        with Engine(settings) as engine:
            engine.sync()
            papers, ask = engine.library.papers, paperchat(engine)
            cases = Dataset.load(QUESTIONS, papers)
            asking: list[float] = []

            def timed(case: Case) -> Outcome:
                started = time.perf_counter()
                outcome = ask(case)
                asking.append(time.perf_counter() - started)
                return outcome

            setup = setup_of(cases, papers, engine.choice)
            task = Task(cases, timed, setup, engine, Path(folder), Wanted(), compare=False)
            engine.ask("What is GPSA?")
            started = time.perf_counter()
            *_, report = evaluate(task)
            assert isinstance(report, Report)
            render_html(report, {paper.paper_id: paper.title for paper in papers})
            whole = time.perf_counter() - started
    return [
        Row(f"{len(cases)} questions: the answers alone", (sum(asking),)),
        Row(f"{len(cases)} questions: answered, scored, reported", (whole,), 60.0),
    ]
