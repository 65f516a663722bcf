"""The one evaluation that may run at a time, whoever began it: all visitors see the same.

It goes on when its page is left or reloaded; questions go on meanwhile.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from eval.cases import QUESTIONS, Case, load_cases
from eval.engines import paperchat_engine
from eval.kept import read_report, write_report, written_at
from eval.results import Report
from eval.run import corpus_hash
from eval.session import Task, Wanted, choose_cases, evaluating, setup_of
from rag.engine import Engine
from rag.errors import FormatError, InputError
from rag.types import Paper
from ui.web.jobs import Job

_WINDOW = 120.0  # seconds over which the rate is measured: an answer may take ten


class Evaluator:
    """Runs evaluations one at a time; the last report is in ``out``."""

    def __init__(self, out: Path) -> None:
        self.out = out
        busy = "An evaluation runs already.", "Wait for its end, or stop it."
        self.job = Job("evaluation", busy, window=_WINDOW)
        self._cases: tuple[str, list[Case]] | None = None  # by the papers that they are about
        self._read: tuple[float, Report | None] | None = None

    def cases(self, papers: list[Paper]) -> list[Case]:
        """Every case of the question set. Raises InputError where it is about other papers."""
        corpus = corpus_hash(papers)
        if self._cases is None or self._cases[0] != corpus:
            try:
                self._cases = corpus, load_cases(QUESTIONS, papers)
            except FormatError as exc:
                raise InputError(
                    "The question set is about the delivered papers, and the index holds others.",
                    "A set of your own: `paperchat eval --questions FILE`.",
                ) from exc
        return self._cases[1]

    def start(self, engine: Engine, wanted: Wanted) -> None:
        """Begin; returns at once. Raises InputError for a bad choice, or while another runs."""
        papers = list(engine.papers.values())
        cases = choose_cases(self.cases(papers), wanted)
        task = Task(
            cases,
            paperchat_engine(engine.assistant),
            setup_of(cases, papers, engine.choice),
            engine.library,
            self.out,
            wanted,
            lambda: engine.comparer,
        )
        first = lambda: self.job.report("Asking", 0, len(cases), "questions")  # noqa: E731
        self.job.start("Asking", lambda: self._run(task, papers), first)

    def stop(self) -> None:
        """End it after the question it is at; what was asked is reported."""
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
        with closing(evaluating(task, lambda: not self.job.stopped.is_set())) as steps:
            for step in steps:
                if isinstance(step, Report):
                    write_report(self.out, step, papers)
                elif step.stage == "asking":
                    self.job.report("Asking", step.done, step.total, "questions")
                else:
                    self.job.report("Comparing", step.done, step.total, "papers")
