"""Runs cases: answers and scores each in turn, writes it to disk, and sums up at the end.

The command line and the window both run `evaluate`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import TypeAdapter

from eval.cases import Case
from eval.comparing.cells import compare_gold, load_gold, unlabelled, with_cells
from eval.corpora import papers_of
from eval.dataset import Dataset, corpus_fingerprint
from eval.scoring.gates import check_floors
from eval.scoring.metrics import score_case
from eval.scoring.results import Answerer, ComparedCells, Outcome, Report, ScoredCase, Setup
from eval.scoring.summary import summarise
from rag.engine import Engine
from rag.errors import FileError, PaperchatError
from rag.types import ModelChoice, Paper

_OUTCOME = TypeAdapter(Outcome)
PAPERCHAT = "paperchat"
GoesOn: TypeAlias = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to run; empty means all."""

    questions: Path | None = None
    kinds: Sequence[str] = ()
    split: str | None = None
    limit: int | None = None
    engines: Sequence[str] = ()
    judge: bool = False
    baseline: Path | None = None
    comparisons: bool = False  # run them even if they are off by default

    @property
    def whole(self) -> bool:
        """Whether the whole question set is run; the floors are about that."""
        return not (self.questions or self.kinds or self.split or self.limit)


@dataclass(frozen=True, slots=True)
class Step:
    """How many questions are answered, or papers compared."""

    stage: Literal["asking", "comparing"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Task:
    """One evaluation. ``answer`` is evaluated; ``engine`` has the papers and checks claims.

    With ``compare`` the engine also compares the labelled papers, or the report says why not.
    """

    dataset: Dataset
    answer: Answerer
    setup: Setup
    engine: Engine
    out: Path
    wanted: Wanted
    compare: bool = True


def setup_of(
    dataset: Dataset,
    papers: Sequence[Paper],
    choice: ModelChoice,
    engine: str = PAPERCHAT,
) -> Setup:
    """What is run: which engine and model, on which papers and questions."""
    return Setup(
        engine=engine,
        mode=choice.mode,
        model=choice.model,
        corpus=corpus_fingerprint(papers),
        questions=dataset.fingerprint,
        version=version("paperchat"),
    )


def evaluate(task: Task, goes_on: GoesOn = lambda: True) -> Generator[Step | Report, None, None]:
    """Each step as it is done, at the end the report.

    When ``goes_on()`` turns false, nothing more is asked and the report covers what was; the next
    run of the same setup asks the rest. Raises FileError if ``task.out`` cannot be written.
    """
    started, total = time.perf_counter(), len(task.dataset)
    delivered = task.engine.library.by_id
    scored: list[ScoredCase] = []
    yield Step("asking", 0, total)
    with closing(answer_each(task.dataset, task.answer, task.setup, task.out)) as outcomes:
        for case, outcome in outcomes:
            papers = papers_of(case.corpus, delivered)
            scored.append(score_case(case, outcome, papers, task.engine.check))
            yield Step("asking", len(scored), total)
            if len(scored) < total and not goes_on():
                break
    asked = Dataset(tuple(item.case for item in scored))
    setup = replace(task.setup, questions=asked.fingerprint)
    report = summarise(scored, setup, time.perf_counter() - started)
    if task.compare:
        report = yield from _with_cells(report, task, goes_on)
    whole = task.wanted.whole and len(scored) == total
    yield check_floors(report) if whole else report


def _with_cells(report: Report, task: Task, goes_on: GoesOn) -> Generator[Step, None, Report]:
    """The report with the labelled papers compared in the same mode, or why they were not."""
    gold = load_gold(split=task.wanted.split)
    why = _why_not_compared(report, task, goes_on) or unlabelled(gold, task.engine.library.by_id)
    if why:
        return replace(report, not_compared=f"Not run: {why}.")
    with closing(compare_gold(task.engine, gold)) as steps:
        for step in steps:
            if isinstance(step, ComparedCells):
                return with_cells(report, step)
            yield Step("comparing", *step)
            if not goes_on():
                break
    return replace(report, not_compared="Not run: it was stopped before that.")


def _why_not_compared(report: Report, task: Task, goes_on: GoesOn) -> str:
    wanted = task.wanted
    if len(report.cases) < len(task.dataset) or not goes_on():
        return "it was stopped before that"
    if wanted.comparisons:
        return ""
    if wanted.questions or wanted.kinds or wanted.limit:
        return "only some of the questions were asked for; --comparisons runs them"
    if report.setup.mode != "quotes":
        return "a language model takes many minutes for them; --comparisons runs them"
    return ""


def answer_each(
    cases: Iterable[Case], answer: Answerer, setup: Setup, out: Path
) -> Generator[tuple[Case, Outcome], None, None]:
    """Every case with its outcome, which is on disk before the next case is asked.

    A case whose answerer raises has failed. Closed early, the outcomes so far stay on disk and
    the next run of the same setup continues from there. Raises FileError if ``out`` cannot be
    written.
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
                    done[case.id] = _attempt(answer, case)
                    file.write(_line(case.id, done[case.id]))
                    file.flush()
                yield case, done[case.id]
        path.unlink()
    except OSError as exc:
        raise FileError(f"{out} cannot be written: {exc}.", "Name another one with --out.") from exc


def _line(case_id: str, outcome: Outcome) -> str:
    return json.dumps([case_id, asdict(outcome)], ensure_ascii=False) + "\n"


def _attempt(answer: Answerer, case: Case) -> Outcome:
    try:
        return answer(case)
    except PaperchatError as exc:
        return Outcome(None, str(exc))
    except Exception as exc:  # noqa: BLE001  a crash is a failed case, shown with its error
        return Outcome(None, f"{type(exc).__name__}: {exc}")


def _resume(path: Path, setup: Setup) -> dict[str, Outcome]:
    """The outcomes of an interrupted run of the same setup, up to the first broken line."""
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
