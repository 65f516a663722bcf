"""One evaluation, step by step: what the command and the window both run."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from eval.baseline import check_floors
from eval.cases import KINDS, Case
from eval.comparing import comparing_gold, load_gold, unlabelled, with_cells
from eval.engines import PAPERCHAT, Engine
from eval.metrics import Judged, judge
from eval.results import ComparedCells, Report, Setup
from eval.run import answer_each, corpus_hash, questions_hash, summarise
from rag.answering.verify.alignment import similarity_by
from rag.errors import InputError
from rag.types import ModelChoice, Paper

if TYPE_CHECKING:
    from rag.comparing.flow import Comparer
    from rag.index.library import Library

SPLITS = ("dev", "test")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run; empty means all."""

    questions: Path | None = None
    kinds: Sequence[str] = ()
    split: str | None = None
    limit: int | None = None
    engines: Sequence[str] = ()
    judge: bool = False
    baseline: Path | None = None
    comparisons: bool = False  # also where they are not compared by themselves

    @property
    def whole(self) -> bool:
        """Whether the whole question set is run, which is what floors are about."""
        return not (self.questions or self.kinds or self.split or self.limit)


@dataclass(frozen=True, slots=True)
class Step:
    """So many questions are answered, or papers compared."""

    stage: Literal["asking", "comparing"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Task:
    """What one evaluation needs. Without a ``comparer`` nothing is compared, nor is it said why."""

    cases: Sequence[Case]
    engine: Engine
    setup: Setup
    library: Library
    out: Path
    wanted: Wanted
    comparer: Callable[[], Comparer] | None = None


Going: TypeAlias = Callable[[], bool]


def _always() -> bool:
    return True


def choose_cases(cases: Sequence[Case], wanted: Wanted) -> list[Case]:
    """The cases of the wanted kinds and split; of those, at most so many. Raises InputError."""
    kinds, split, limit = wanted.kinds, wanted.split, wanted.limit
    for kind in kinds:
        if kind not in KINDS:
            raise InputError(f"There is no kind {kind!r}.", f"There are: {', '.join(KINDS)}.")
    if split not in (None, *SPLITS):
        raise InputError(f"There is no split {split!r}.", f"There are: {', '.join(SPLITS)}.")
    chosen = [c for c in cases if (not kinds or c.kind in kinds) and split in (None, c.split)]
    if limit is not None and limit < len(chosen):
        # Every n-th, so that a small sample still holds every kind.
        chosen = [chosen[i * len(chosen) // limit] for i in range(limit)]
    if not chosen:
        raise InputError("No question is left to ask.", "Ask for fewer kinds, or another split.")
    return chosen


def setup_of(
    cases: Sequence[Case],
    papers: Sequence[Paper],
    choice: ModelChoice,
    engine: str = PAPERCHAT,
    judged_by: str = "",
) -> Setup:
    """What is run: which engine and model, on which papers and questions."""
    return Setup(
        engine=engine,
        mode=choice.mode,
        model=choice.model,
        corpus=corpus_hash(papers),
        questions=questions_hash(cases),
        version=version("paperchat"),
        judge=judged_by,
    )


def evaluating(task: Task, going: Going = _always) -> Generator[Step | Report, None, None]:
    """Each step as it is done, at the end the report.

    Once it is not ``going()``, no more is asked and the report is about what was: what is left to
    do is done by the next run of the same. Raises FileError where ``task.out`` cannot be written.
    """
    started, total = time.perf_counter(), len(task.cases)
    judged: list[Judged] = []
    yield Step("asking", 0, total)
    with closing(answer_each(task.cases, task.engine, task.setup, task.out)) as outcomes:
        for case, outcome in outcomes:
            judged.append(
                judge(case, outcome, task.library.by_id, similarity_by(task.library.embedder))
            )
            yield Step("asking", len(judged), total)
            if len(judged) < total and not going():
                break
    asked = [item.case for item in judged]
    setup = replace(task.setup, questions=questions_hash(asked))
    report = summarise(judged, setup, time.perf_counter() - started)
    if task.comparer is not None:
        report = yield from _with_cells(report, task, going)
    whole = task.wanted.whole and len(judged) == total
    yield check_floors(report) if whole else report


def _with_cells(report: Report, task: Task, going: Going) -> Generator[Step, None, Report]:
    """The report with the labelled papers compared in the same mode, or why they were not."""
    gold = load_gold(split=task.wanted.split)
    why = _why_not(report, task, going) or unlabelled(gold, task.library.by_id)
    if why or task.comparer is None:
        return replace(report, not_compared=f"Not run: {why}.")
    with closing(comparing_gold(task.comparer(), gold)) as steps:
        for step in steps:
            if isinstance(step, ComparedCells):
                return with_cells(report, step)
            yield Step("comparing", *step)
            if not going():
                break
    return replace(report, not_compared="Not run: it was stopped before that.")


def _why_not(report: Report, task: Task, going: Going) -> str:
    wanted = task.wanted
    if len(report.cases) < len(task.cases) or not going():
        return "it was stopped before that"
    if wanted.comparisons:
        return ""
    if wanted.questions or wanted.kinds or wanted.limit:
        return "only some of the questions were asked for; --comparisons runs them"
    if report.setup.mode != "quotes":
        return "a language model takes many minutes for them; --comparisons runs them"
    return ""
