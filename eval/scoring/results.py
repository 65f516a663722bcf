"""The results of a run as frozen values, from one case to the whole report, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from eval.cases import Case
from eval.scoring.stats import Figure
from rag.types import Answer, Cell, Span, Turn


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one case gave; ``candidates`` and ``evidence`` are ids of papers.

    ``error`` is what came instead of an answer. ``opinions`` are another language model's scores
    by the names of their figures. ``before`` is the conversation that was had before the question,
    where the case has the questions of it alone.
    """

    answer: Answer | None
    error: str | None = None
    candidates: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    opinions: Mapping[str, float] = field(default_factory=dict)
    before: tuple[Turn, ...] = ()


# Answers one case. Whatever it raises is a failed case.
Answerer: TypeAlias = Callable[[Case], Outcome]


@dataclass(frozen=True, slots=True)
class ScoredCase:
    """One case with its answer, or the error that came instead, and its scores by figure.

    ``stages`` are the shares of the papers to be cited that were still there: candidates, top 10,
    evidence, cited; empty if no paper is to be cited. ``before`` is as in `Outcome`.
    """

    case: Case
    answer: Answer | None
    error: str | None
    scores: Mapping[str, float]
    stages: Mapping[str, float]
    before: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """What was run. Two runs may be compared when corpus, questions and mode agree."""

    engine: str  # "paperchat" or "citation-query-engine"
    mode: str
    model: str
    corpus: str  # hash of the papers' ids and texts
    questions: str  # hash of the cases
    version: str
    judge: str = ""  # the model whose opinions are shown too


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the retrieval funnel: the share of papers to be cited that were still there."""

    name: str  # in corpus, candidates, top 10, evidence, cited
    share: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims whose support score fell into one tenth, and the share of them that was right."""

    low: float
    high: float
    mean_support: float
    share_right: float
    n: int


@dataclass(frozen=True, slots=True)
class Change:
    """One figure against the baseline, over the cases that both have.

    ``regression`` is set if it got worse by more than noise: the interval of the paired
    differences lies below 0 (for false_abstention: above).
    """

    name: str
    before: float
    after: float
    difference: Figure
    regression: bool
    improvement: bool


@dataclass(frozen=True, slots=True)
class Floor:
    """A figure that may not fall below (for false_abstention: rise above) a bound."""

    name: str
    bound: float
    value: float
    kept: bool


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A compared cell that is wrong; ``cell`` is None if the comparison has none.

    ``expected`` is the sentence that states the aspect best, None if none does.
    """

    paper_id: str
    aspect: str
    cell: Cell | None
    expected: Span | None


@dataclass(frozen=True, slots=True)
class ComparedCells:
    """Compared cells against labelled ones; ``by_paper`` are shares of right cells."""

    figures: Mapping[str, Figure]
    by_aspect: Mapping[str, Mapping[str, Figure]]
    by_paper: Mapping[str, float]
    wrong: tuple[WrongCell, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report shows.

    ``figures`` includes those of compared cells. If no cells were compared, ``not_compared``
    says why.
    """

    setup: Setup
    figures: dict[str, Figure]
    by_kind: dict[str, dict[str, Figure]]
    funnel: tuple[Stage, ...]
    calibration: tuple[Bin, ...]
    total_ms: tuple[float, ...]  # one a case, in the order of ``cases``
    first_ms: tuple[float, ...]  # to the first sentence; only cases that have one
    changes: tuple[Change, ...]
    floors: tuple[Floor, ...]
    cases: tuple[ScoredCase, ...]
    seconds: float
    compared: ComparedCells | None = None
    not_compared: str = ""

    @property
    def failures(self) -> tuple[ScoredCase, ...]:
        """Cases that are wrong, wrongly refused, or wrongly answered."""
        return tuple(case for case in self.cases if not is_right(case))

    @property
    def passed(self) -> bool:
        """Whether every floor is met and nothing regressed."""
        kept = all(floor.kept for floor in self.floors)
        return kept and not any(change.regression for change in self.changes)


def is_right(judged: ScoredCase) -> bool:
    """Whether the answer is what its kind of question wants."""
    if judged.answer is None:
        return False
    if "right" in judged.scores:
        return judged.scores["right"] == 1.0
    # A report of a version that had single questions alone.
    return judged.scores.get("strict", judged.scores.get("abstention_recall", 0.0)) == 1.0


def report_json(report: Report) -> dict[str, Any]:
    """The part that is the same on every machine, without timings: a baseline file."""
    return {
        "setup": asdict(report.setup),
        "figures": {name: asdict(value) for name, value in report.figures.items()},
        "by_kind": {
            kind: {name: asdict(value) for name, value in figures.items()}
            for kind, figures in report.by_kind.items()
        },
        "funnel": {stage.name: stage.share for stage in report.funnel},
        "calibration": [asdict(item) for item in report.calibration],
        "cases": {item.case.id: dict(item.scores) for item in report.cases},
        **_compared(report),
    }


def _compared(report: Report) -> dict[str, Any]:
    """The compared cells, by paper and by aspect; or why there are none."""
    if report.compared is None:
        return {"not_compared": report.not_compared} if report.not_compared else {}
    return {
        "compared": dict(report.compared.by_paper),
        "by_aspect": {
            aspect: {name: asdict(value) for name, value in figures.items()}
            for aspect, figures in report.compared.by_aspect.items()
        },
    }
