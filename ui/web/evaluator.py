"""Runs one evaluation at a time, whose progress all visitors see.

It continues when its page is left or reloaded, and questions are answered meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from eval.cases import Case
from eval.dataset import QUESTIONS, Dataset, corpus_fingerprint
from eval.engines.paperchat import paperchat
from eval.own import own_case
from eval.report.store import read_report, write_report, written_at
from eval.runner import Task, Wanted, evaluate, setup_of
from eval.scoring.results import Report
from rag.engine import Engine
from rag.errors import FormatError, InputError
from rag.types import Paper
from ui.feedback import feedback_file
from ui.questions import questions_file, read_cases, usable
from ui.web.jobs import Job

# Where questions come from: those delivered with their papers, the owner's own, rated answers, and
# some made of the papers' titles.
Source: TypeAlias = Literal["delivered", "own", "rated", "made"]
SOURCES: tuple[Source, ...] = get_args(Source)
_WINDOW = 120.0  # seconds over which the rate is measured: an answer may take ten
_MADE = 12  # questions made of titles
_ASKING = "Asking, and checking every sentence against its quotes"
_NONE = {
    "delivered": ("The delivered questions are about the delivered papers.", "Choose others."),
    "own": ("There are no questions of your own yet.", "Write one, or open a file of them."),
    "rated": ("No answer has been rated yet.", "Press a thumb under an answer in Chat."),
    "made": ("No question can be made of these papers' titles.", "Write questions of your own."),
}


class Evaluator:
    """Runs evaluations one at a time; the last report is in ``out``."""

    def __init__(self, out: Path) -> None:
        self.out = out
        busy = "An evaluation is running already.", "Wait until it ends, or stop it."
        self.job = Job("evaluation", busy, window=_WINDOW)
        self._lock = threading.Lock()
        # By what they were made from: the delivered set, and questions made of titles.
        self._delivered: tuple[str, Dataset | None] = "", None
        self._made: tuple[str, Sequence[Case]] = "", ()
        self._read: tuple[float, Report | None] | None = None

    def sources(self, engine: Engine) -> Mapping[Source, Sequence[Case]]:
        """What may be asked about the papers of ``engine``; sources without a question are empty.

        It takes seconds with papers that it has not seen: call it in a thread.
        """
        papers = engine.papers
        with self._lock:
            delivered = self._of_delivered(list(papers.values()))
            if self._made[0] != engine.browser.key:
                asked = engine.suggestions.starters(_MADE)
                self._made = engine.browser.key, [own_case(question) for question in asked]
            made = self._made[1]
        return {
            "delivered": delivered.cases if delivered else (),
            "own": usable(read_cases(questions_file(engine.settings.index)), papers),
            "rated": read_cases(feedback_file(engine.settings.index)),
            "made": made,
        }

    def select(self, engine: Engine, source: Source, wanted: Wanted) -> Dataset:
        """The questions that are asked. Raises InputError if there are none."""
        cases = self.sources(engine)[source]
        if not cases:
            raise InputError(*_NONE[source])
        kinds, split = (wanted.kinds, wanted.split) if source == "delivered" else ((), None)
        return Dataset(tuple(cases)).select(kinds, split, wanted.limit)

    def start(self, engine: Engine, source: Source, wanted: Wanted) -> None:
        """Begin; returns at once. Raises InputError for a bad choice, or while another runs."""
        papers, dataset = list(engine.papers.values()), self.select(engine, source, wanted)
        if source != "delivered":  # what is accepted is about the delivered set alone
            wanted = Wanted(questions=questions_file(engine.settings.index), limit=wanted.limit)
        setup = setup_of(dataset, papers, engine.choice)
        task = Task(dataset, paperchat(engine), setup, engine, self.out, wanted)
        first = lambda: self.job.report(_ASKING, 0, len(dataset), "questions")  # noqa: E731
        self.job.start(_ASKING, lambda: self._run(task, papers), first)

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

    def _of_delivered(self, papers: list[Paper]) -> Dataset | None:
        """The delivered set, if it is about these papers."""
        corpus = corpus_fingerprint(papers)
        if self._delivered[0] != corpus:
            try:
                self._delivered = corpus, Dataset.load(QUESTIONS, papers)
            except FormatError:
                self._delivered = corpus, None
        return self._delivered[1]

    def _run(self, task: Task, papers: list[Paper]) -> None:
        with closing(evaluate(task, lambda: not self.job.stopped.is_set())) as steps:
            for step in steps:
                if isinstance(step, Report):
                    write_report(self.out, step, papers)
                elif step.stage == "asking":
                    self.job.report(_ASKING, step.done, step.total, "questions")
                else:
                    self.job.report("Comparing papers", step.done, step.total, "papers")
