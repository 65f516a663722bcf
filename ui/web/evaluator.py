"""The one evaluation that may run at a time, whoever began it: all visitors see the same.

It goes on in a thread of its own when its page is left or reloaded; questions go on meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from eval.dataset import QUESTIONS, Dataset, corpus_fingerprint
from eval.engines.paperchat import paperchat
from eval.report.store import read_report, write_report, written_at
from eval.results import Report
from eval.runner import Step, Task, Wanted, evaluate, setup_of
from rag.errors import FormatError, InputError, PaperchatError
from rag.types import Paper
from ui.web.pump import THREADS
from ui.web.service import Desk
from ui.web.status import Work

log = logging.getLogger(__name__)

_POLL = 0.2  # seconds between two looks at how far it is


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is; no ``work`` when none runs. ``trouble`` is why the last one ended early."""

    work: Work | None = None
    stopping: bool = False
    trouble: tuple[str, str] | None = None


class Evaluator:
    """Runs evaluations one at a time, and keeps the last report in ``out``."""

    def __init__(self, out: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.out = out
        self.progress = Progress()
        self._clock = clock
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._cases: tuple[str, Dataset] | None = None  # by the papers that they are about
        self._read: tuple[float, Report | None] | None = None

    @property
    def running(self) -> bool:
        """Whether one runs now."""
        return self.progress.work is not None

    def cases(self, papers: list[Paper]) -> Dataset:
        """Every case of the question set. Raises InputError where it is about other papers."""
        corpus = corpus_fingerprint(papers)
        if self._cases is None or self._cases[0] != corpus:
            try:
                self._cases = corpus, Dataset.load(QUESTIONS, papers)
            except FormatError as exc:
                raise InputError(
                    "The question set is about the delivered papers, and the index holds others.",
                    "A set of your own: `paperchat eval --questions FILE`.",
                ) from exc
        return self._cases[1]

    def start(self, desk: Desk, wanted: Wanted) -> None:
        """Begin; returns at once. Raises InputError for a bad choice, or while another runs."""
        papers = list(desk.papers.values())
        cases = self.cases(papers).select(wanted.kinds, wanted.split, wanted.limit)
        with self._lock:
            if self.running:
                raise InputError("An evaluation runs already.", "Wait for its end, or stop it.")
            self._stop.clear()
            self.progress = Progress(Work("Asking", 0, len(cases), "questions"))
        engine = desk.engine
        setup = setup_of(cases, papers, engine.choice)
        task = Task(cases, paperchat(engine), setup, engine, self.out, wanted)
        threading.Thread(
            target=self._run, args=(task, papers), name=f"{THREADS}evaluation", daemon=True
        ).start()

    def stop(self) -> None:
        """End it after the question it is at; what was asked is reported."""
        self._stop.set()
        with self._lock:
            if self.running:
                self.progress = replace(self.progress, stopping=True)

    async def watch(self) -> AsyncGenerator[Progress, None]:
        """How far it is, now and after each change, until none runs."""
        seen = None
        while seen is None or seen.work is not None:
            if (now := self.progress) is not seen:
                seen = now
                yield now
            else:
                await asyncio.sleep(_POLL)

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
        trouble = None
        try:
            with closing(evaluate(task, lambda: not self._stop.is_set())) as steps:
                began = _Began(self._clock)
                for step in steps:
                    if isinstance(step, Report):
                        write_report(self.out, step, papers)
                    else:
                        self._say(step, began.rate(step))
        except PaperchatError as exc:
            trouble = exc.what, exc.remedy
        except Exception as exc:  # the last stop of this thread: say so rather than hang the page
            log.exception("the evaluation failed")
            trouble = f"Something unexpected failed: {exc}.", "The log has the details."
        self.progress = Progress(trouble=trouble)

    def _say(self, step: Step, rate: float) -> None:
        if step.stage == "asking":
            work = Work("Asking", step.done, step.total, "questions", rate)
        else:
            work = Work("Comparing", step.done, step.total, "papers", rate)
        with self._lock:
            self.progress = replace(self.progress, work=work)


class _Began:
    """When each stage began, and with how much done."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._at: dict[str, tuple[float, int]] = {}

    def rate(self, step: Step) -> float:
        """Units a second since the stage began; 0 while that is not known."""
        now = self._clock()
        then, before = self._at.setdefault(step.stage, (now, step.done))
        return (step.done - before) / (now - then) if now > then else 0.0
