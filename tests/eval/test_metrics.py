"""Every metric by hand, and the gates: broken citations must not pass."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases import SINGLE, Case
from eval.dataset import QUESTIONS, Dataset
from eval.engines.paperchat import paperchat
from eval.retrieval import per_query
from eval.runner import Task, Wanted, answer_each, evaluate
from eval.scoring.gates import check_floors, compare_with, load_baseline
from eval.scoring.metrics import score_case
from eval.scoring.results import Answerer, Outcome, Report, ScoredCase, Setup, is_right, report_json
from eval.scoring.stats import figure, paired_difference
from eval.scoring.summary import summarise
from rag.answering.flow import Assistant
from rag.answering.prompts import Draft
from rag.answering.verify.alignment import QuoteSimilarity
from rag.answering.verify.support import check_claim
from rag.answering.writing.claims import Composer
from rag.engine import Engine
from rag.errors import InputError
from rag.index.library import Library
from rag.settings import Settings
from rag.types import Answer, Check, Claim, Paper, Span

SETUP = Setup("paperchat", "quotes", "none", "c", "q", "0")


@pytest.fixture(scope="session")
def engine(settings: Settings, library: Library) -> Engine:
    return Engine(settings, library=library)


@pytest.fixture(scope="session")
def quotes(engine: Engine) -> Assistant:
    return engine.assistant


@pytest.fixture(scope="session")
def cases(papers: list[Paper]) -> dict[str, Case]:
    return {case.id: case for case in Dataset.load(QUESTIONS, papers)}


@pytest.fixture
def parameters(papers: list[Paper]) -> Case:
    abstract = papers[0].abstract
    start = abstract.index("Our method reduces")
    return Case.model_validate(
        {
            "id": "p", "kind": "fact", "split": "dev",
            "question": "How many parameters does SINet have?", "history": (),
            "answerable": True, "must_cite": (papers[0].paper_id,),
            "may_cite": (papers[2].paper_id,),
            "evidence": (
                {"paper_id": papers[0].paper_id, "start": start,
                 "end": abstract.index(" We also show")},
            ),
            "facts": (("86.9K",), ("2.1M",)), "terms": (), "note": "",
        }
    )  # fmt: skip


def scored(case: Case, answer: Answer | None, library: Library) -> ScoredCase:
    error = None if answer else "it crashed"
    return score_case(case, Outcome(answer, error), library.by_id, check)


def check(claim: str, quotes: Sequence[str], titles: Sequence[str]) -> Check:
    return check_claim(claim, quotes, QuoteSimilarity(0.9), titles)


def test_a_right_answer(parameters: Case, quotes: Assistant, library: Library) -> None:
    judged = scored(parameters, quotes.ask(parameters.question), library)
    assert judged.scores == {
        "right": 1.0, "sentences": 1.0, "filler": 0.0,
        "citation_precision": 1.0, "citation_recall": 1.0, "strict": 1.0,
        "false_abstention": 0.0, "evidence_precision": 1.0, "evidence_recall": 1.0,
        "fact_recall": 1.0, "quote_fidelity": 1.0, "grounded": 1.0, "number_fidelity": 1.0,
    }  # fmt: skip
    assert is_right(judged)


def test_what_lowers_which_figure(
    parameters: Case, quotes: Assistant, library: Library, papers: list[Paper]
) -> None:
    right = quotes.ask(parameters.question)
    cited = right.citations[0]
    claim = right.claims[0]

    def scores(**changes: object) -> dict[str, float]:
        return dict(scored(parameters, replace(right, **changes), library).scores)  # type: ignore[arg-type]

    half = scores(answer="It has 86.9K [1]")
    assert (half["fact_recall"], half["strict"]) == (0.5, 0.0)
    other = replace(cited, number=2, paper_id=papers[1].paper_id, quotes=())
    wrong = scores(citations=(cited, other))
    assert (wrong["citation_precision"], wrong["citation_recall"], wrong["strict"]) == (0.5, 1, 0)
    allowed = replace(other, paper_id=papers[2].paper_id)
    assert scores(citations=(cited, allowed))["strict"] == 1.0
    crooked = replace(cited, quotes=(replace(cited.quotes[0], start=0),))
    assert scores(citations=(crooked,))["quote_fidelity"] == 0.0
    away = replace(cited, quotes=(Span(papers[0].abstract[:40], 0, 40),))
    assert scores(citations=(away,))["evidence_precision"] == 0.0
    bad = Claim("SINet has 12 parameters.", (1,), "supported", 1.0)
    lied = scores(claims=(claim, bad))
    assert (lied["grounded"], lied["number_fidelity"]) == (0.5, 0.5)
    bare = scores(claims=(replace(claim, citations=()),))
    assert (bare["grounded"], bare["number_fidelity"]) == (0.0, 0.0)


def test_a_crash_is_a_failure(parameters: Case, cases: dict[str, Case], library: Library) -> None:
    judged = scored(parameters, None, library)
    assert judged.error == "it crashed"
    assert (judged.scores["strict"], judged.scores["fact_recall"]) == (0.0, 0.0)
    assert not is_right(judged)
    far = next(case for case in cases.values() if case.kind == "far")
    assert scored(far, None, library).scores["abstention_recall"] == 0.0


def test_abstentions(
    parameters: Case, cases: dict[str, Case], quotes: Assistant, library: Library
) -> None:
    refused = quotes.ask("What is the capital of France?")
    wrongly = scored(parameters, refused, library).scores
    assert (wrongly["false_abstention"], wrongly["abstention_precision"]) == (1.0, 0.0)
    far = next(case for case in cases.values() if case.kind == "far")
    rightly = scored(far, refused, library)
    assert rightly.scores == {
        "right": 1.0, "abstention_recall": 1.0, "abstention_recall_far": 1.0,
        "abstention_precision": 1.0,
    }  # fmt: skip
    assert is_right(rightly)
    answered = scored(far, quotes.ask("What is GPSA?"), library)
    assert answered.scores["abstention_recall"] == 0.0
    assert not is_right(answered)


def test_retrieval_by_hand() -> None:
    scores = per_query({"a": {"x": 1, "y": 1}, "b": {"x": 1}}, {"a": {"z": 3.0, "x": 2.0}})
    assert scores["a"]["RR"] == 0.5
    assert scores["a"]["R@5"] == 0.5
    assert scores["a"]["nDCG@10"] == pytest.approx(0.6309 / 1.6309, abs=1e-3)
    assert scores["b"] == {"nDCG@10": 0.0, "R@5": 0.0, "R@10": 0.0, "RR": 0.0}


def test_intervals_hold_the_mean_and_are_repeatable() -> None:
    values = [0.0, 1.0] * 20
    one = figure(values)
    assert (one.value, one.n) == (0.5, 40)
    assert one.low < 0.5 < one.high
    assert one == figure(values)
    assert paired_difference([1.0, 1.0], [0.0, 0.0]).low == 1.0


def sample(cases: dict[str, Case]) -> list[Case]:
    """A few dev cases of every kind of single question, and one of every other."""
    by_kind: dict[str, list[Case]] = {}
    for case in cases.values():
        if case.split == "dev":
            by_kind.setdefault(case.kind, []).append(case)
    return [case for kind, of in by_kind.items() for case in of[: 4 if kind in SINGLE else 1]]


def measured(cases: list[Case], engine: Engine, out: Path) -> Report:
    dataset = Dataset(tuple(cases))
    task = Task(dataset, paperchat(engine), SETUP, engine, out, Wanted(limit=1), compare=False)
    *_, report = evaluate(task)
    assert isinstance(report, Report)
    return report


def answer_all(
    cases: Iterable[Case], answer: Answerer, setup: Setup, out: Path
) -> dict[str, Outcome]:
    return {case.id: outcome for case, outcome in answer_each(cases, answer, setup, out)}


def test_two_runs_are_the_same_but_for_times(
    cases: dict[str, Case], engine: Engine, tmp_path: Path
) -> None:
    some = sample(cases)
    one = measured(some, engine, tmp_path)
    two = measured(some, engine, tmp_path)
    assert json.dumps(report_json(one)) == json.dumps(report_json(two))
    assert one.figures["quote_fidelity"].value == 1.0
    assert [stage.name for stage in one.funnel] == [
        "in corpus", "candidates", "top 10", "evidence", "cited",
    ]  # fmt: skip
    assert not list(tmp_path.glob("unfinished*"))


def test_an_interrupted_run_goes_on(cases: dict[str, Case], tmp_path: Path) -> None:
    some = sample(cases)[:6]
    asked: list[str] = []

    def answer(case: Case) -> Outcome:
        asked.append(case.id)
        if len(asked) == 4:
            raise KeyboardInterrupt
        return Outcome(None, f"tried {case.id}")

    with pytest.raises(KeyboardInterrupt):
        answer_all(some, answer, SETUP, tmp_path)
    outcomes = answer_all(some, answer, SETUP, tmp_path)
    assert asked == [case.id for case in [*some[:4], *some[3:]]]
    assert outcomes[some[0].id] == Outcome(None, f"tried {some[0].id}")
    assert summarise([], SETUP, 0.0).figures == {}
    with pytest.raises(KeyboardInterrupt):
        asked.clear()
        answer_all(some, answer, SETUP, tmp_path)
    answer_all(some, answer, replace(SETUP, version="1"), tmp_path)
    assert asked[4:] == [case.id for case in some], "another setup starts anew"


def test_any_crash_is_a_failed_case(cases: dict[str, Case], tmp_path: Path) -> None:
    some = sample(cases)[:2]

    def answer(case: Case) -> Outcome:
        raise ZeroDivisionError("oh")

    outcomes = answer_all(some, answer, SETUP, tmp_path)
    assert {outcome.error for outcome in outcomes.values()} == {"ZeroDivisionError: oh"}


FLOORS = """
[paperchat.quotes]
quote_fidelity = 1.0
citation_recall = 0.5
false_abstention = 0.5
"""


def test_a_broken_citation_step_fails_the_gate(
    cases: dict[str, Case],
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "floors.toml").write_text(FLOORS, encoding="utf-8")
    some = [case for case in sample(cases) if case.kind in ("fact", "acronym")]
    good = check_floors(measured(some, engine, tmp_path), tmp_path / "floors.toml")
    assert good.passed
    assert len(good.floors) == 3
    (tmp_path / "base.json").write_text(json.dumps(report_json(good)), encoding="utf-8")
    baseline = load_baseline(tmp_path / "base.json", good.setup)
    assert compare_with(good, baseline).passed

    def crooked(self: Composer, draft: Draft) -> Claim | None:
        claim = add(self, draft)
        for spans in self._quotes.values():
            spans[:] = [replace(span, start=span.start + 1) for span in spans]
        return claim

    add = Composer.add
    monkeypatch.setattr(Composer, "add", crooked)
    bad = check_floors(measured(some, engine, tmp_path), tmp_path / "floors.toml")
    assert not bad.passed
    assert [floor.name for floor in bad.floors if not floor.kept] == ["quote_fidelity"]
    against = compare_with(bad, baseline)
    assert [change.name for change in against.changes if change.regression] == ["quote_fidelity"]


def test_a_floor_without_its_figure_is_broken(tmp_path: Path) -> None:
    (tmp_path / "floors.toml").write_text(FLOORS, encoding="utf-8")
    assert not check_floors(summarise([], SETUP, 0.0), tmp_path / "floors.toml").passed


def test_baselines_that_are_not_right(tmp_path: Path) -> None:
    path = tmp_path / "base.json"
    path.write_text(json.dumps(report_json(summarise([], SETUP, 0.0))), encoding="utf-8")
    assert load_baseline(path, SETUP)["cases"] == {}
    for name in ("corpus", "questions", "engine", "mode"):
        with pytest.raises(InputError, match=f"of another {name}"):
            load_baseline(path, replace(SETUP, **{name: "other"}))
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="not a baseline"):
        load_baseline(path, SETUP)
