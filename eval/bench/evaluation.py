"""The whole question set without a language model: the answers, and what scoring them adds."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from eval.bench.table import Row
from eval.cases import QUESTIONS, Case, load_cases
from eval.engines import PAPERCHAT, paperchat_engine
from eval.metrics import Outcome
from eval.report import render_html
from eval.results import Setup
from eval.run import corpus_hash, questions_hash, run
from rag import wiring
from rag.answering.verify.alignment import similarity_by
from rag.settings import load_settings


def evaluation() -> list[Row]:
    """Both figures come from one run; the second one holds the first."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder) / "index", llm="quotes")
        wiring.sync(settings)
        with closing(wiring.open_assistant(settings)) as assistant:
            library, ask = assistant.library, paperchat_engine(assistant)
            cases = load_cases(QUESTIONS, library.papers)
            asking: list[float] = []

            def timed(case: Case) -> Outcome:
                started = time.perf_counter()
                outcome = ask(case)
                asking.append(time.perf_counter() - started)
                return outcome

            setup = Setup(
                engine=PAPERCHAT,
                mode="quotes",
                model="none",
                corpus=corpus_hash(library.papers),
                questions=questions_hash(cases),
                version=version("paperchat"),
            )
            assistant.ask("What is GPSA?")
            started = time.perf_counter()
            report = run(
                cases, timed, setup, library.by_id, similarity_by(library.embedder), Path(folder)
            )
            render_html(report, {paper.paper_id: paper.title for paper in library.papers})
            whole = time.perf_counter() - started
    return [
        Row(f"{len(cases)} questions: the answers alone", (sum(asking),)),
        Row(f"{len(cases)} questions: answered, scored, reported", (whole,), 60.0),
    ]
