"""Runs one evaluation at a time, whose progress all visitors see.

It continues when its page is left or reloaded, and questions are answered meanwhile.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from eval.dataset import QUESTIONS, Dataset, corpus_fingerprint
from eval.engines.paperchat import paperchat
from eval.report.store import read_report, write_report, written_at
from eval.results import Report
from eval.runner import Task, Wanted, evaluate, setup_of
from rag.engine import Engine
from rag.errors import FormatError, InputError
from rag.types import Paper
from ui.web.jobs import Job

_WINDOW = 120.0  # seconds over which the rate is measured: an answer may take ten


class Evaluator:
    """Runs evaluations one at a time; the last report is in ``out``."""

    def __init__(self, out: Path) -> None:
        self.out = out
        busy = "An evaluation is running already.", "Wait until it ends, or stop it."
        self.job = Job("evaluation", busy, window=_WINDOW)
        self._dataset: tuple[str, Dataset] | None = None  # fingerprint of its papers, and it
        self._read: tuple[float, Report | None] | None = None

    def dataset(self, papers: list[Paper]) -> Dataset:
        """The whole question set. Raises InputError if it is about other papers."""
        corpus = corpus_fingerprint(papers)
        if self._dataset is None or self._dataset[0] != corpus:
            try:
                self._dataset = corpus, Dataset.load(QUESTIONS, papers)
            except FormatError as exc:
                raise InputError(
                    "The question set is about the delivered papers, and the index has others.",
                    "Use a set of your own: `paperchat eval --questions FILE`.",
                ) from exc
        return self._dataset[1]

    def start(self, engine: Engine, wanted: Wanted) -> None:
        """Begin; returns at once. Raises InputError for a bad choice, or while another runs."""
        papers = list(engine.papers.values())
        dataset = self.dataset(papers).select(wanted.kinds, wanted.split, wanted.limit)
        setup = setup_of(dataset, papers, engine.choice)
        task = Task(dataset, paperchat(engine), setup, engine, self.out, wanted)
        first = lambda: self.job.report("Asking", 0, len(dataset), "questions")  # noqa: E731
        self.job.start("Asking", lambda: self._run(task, papers), first)

    def stop(self) -> None:
        """Stop after the current question; the report covers the questions asked so far."""
        self.job.stop()

    def report(self) -> tuple[float, Report] | None:
        """When the last report was written, and the report; None without one."""
        at = written_at(self.out)
        if at is None:
            return None
        if self._read is None or self._read[0] != at:
            self._read = at, read_report(self.out)
        read = self._read[1]
        return (at, read) if read else None

    def _run(self, task: Task, papers: list[Paper]) -> None:
        with closing(evaluate(task, lambda: not self.job.stopped.is_set())) as steps:
            for step in steps:
                if isinstance(step, Report):
                    write_report(self.out, step, papers)
                elif step.stage == "asking":
                    self.job.report("Asking", step.done, step.total, "questions")
                else:
                    self.job.report("Comparing", step.done, step.total, "papers")
