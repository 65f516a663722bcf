"""What is right for each kind of question, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from test_report import SETUP, answer, case, check_nothing

from eval.cases import Case, CaseKind, GoldSpan
from eval.scoring.judging import faults
from eval.scoring.metrics import score_case
from eval.scoring.results import Outcome, ScoredCase, is_right
from eval.scoring.summary import summarise
from rag.types import Answer, Citation, Paper, Span

IDS = tuple("abcdefghijklz")
PAPERS = {
    i: Paper(i, f"Paper {i}", "It is small. It is fast.", (), n, "x") for n, i in enumerate(IDS)
}
SAYS, FAST = Span("It is small.", 0, 12), Span("It is fast.", 13, 24)


def told(
    *cited: str, text: str = "It is small.", quotes: tuple[Span, ...] = (SAYS,), **changes: Any
) -> Answer:
    citations = tuple(
        Citation(n, paper_id, "", None, quotes) for n, paper_id in enumerate(cited, start=1)
    )
    return replace(answer(text), citations=citations, **({"claims": ()} | changes))


DECLINED = replace(answer("Nothing on that.", abstained=True), claims=())


def asked(kind: CaseKind, must: str = "a", may: str = "", **changes: Any) -> Case:
    """A question that papers ``must`` answer, a letter each, in their first sentence."""
    made = {
        "answerable": True, "must_cite": tuple(must), "may_cite": tuple(may),
        "evidence": tuple(GoldSpan(paper_id=i, start=0, end=12) for i in must), "facts": (),
    }  # fmt: skip
    return case(kind=kind).model_copy(update=made | changes)


def scored(case: Case, answer: Answer | None) -> ScoredCase:
    return score_case(case, Outcome(answer, None if answer else "oh"), PAPERS, check_nothing)


SMALL: dict[str, Any] = {"facts": (("small",),)}
NO_ANSWER: dict[str, Any] = {"answerable": False, "evidence": ()}


@pytest.mark.parametrize(
    ("case", "answer", "wrong"),
    [
        (asked("small_talk", ""), told(), ()),
        (asked("small_talk", ""), told("a"), ("wrong paper",)),
        (asked("small_talk", ""), told(claims=answer().claims), ("quotes anyway",)),
        (asked("small_talk", ""), DECLINED, ("declined",)),
        (asked("unknown", "", **NO_ANSWER), told(text="I did not get that."), ()),
        (asked("unknown", "", **NO_ANSWER), DECLINED, ()),
        (asked("unknown", "", **NO_ANSWER), told("a"), ("answered anyway",)),
        (asked("collection", "", "*", **SMALL), told(*"bcd"), ()),
        (asked("collection", "", "*", **SMALL), told(text="Hm."), ("fact missing",)),
        (asked("records", "a", **SMALL), told("a", "b"), ()),
        (asked("records", "a", **SMALL), told("b"), ("paper missing",)),
        (asked("count", "ab", "c", facts=(("3", "three"),)), told(*"abc", text="3 papers"), ()),
        (asked("count", "ab", facts=(("2",),)), told(*"abd", text="2"), ("wrong paper",)),
        (asked("count", "ab", facts=(("2",),)), told("a", text="2"), ("paper missing",)),
        (asked("count", "", **NO_ANSWER), told(text="None of them."), ()),
        (asked("count", "", **NO_ANSWER), told("a", text="3 papers."), ("answered anyway",)),
        (asked("overview", "abcdefgh", least=4), told(*"abcd"), ()),
        (asked("overview", "abcdefgh", least=4), told(*"abc"), ("paper missing",)),
        (asked("overview", "abcdefghij", "k", least=4), told(*"abcdefghijkl"), ()),
        (asked("overview", "abcdefghi", least=4), told(*"abcdefghiz"), ("wrong paper",)),
        (asked("synthesis", "ab", least=1, facts=(("large",),)), told("a"), ()),
        (asked("everyday", "ab", least=1), told("b"), ()),
        (asked("two_part", **SMALL), told("a", "b"), ()),
        (asked("two_part", facts=(("small",), ("fast",))), told("a"), ("fact missing",)),
        (asked("superlative", "a", "b"), told("a", "b"), ()),
        (asked("superlative", "a"), told("a", "b"), ("wrong paper",)),
        (asked("yes_no", never=(("fast",),)), told("a"), ()),
        (asked("yes_no", never=(("fast",),)), told("a", text="Fast."), ("says what is wrong",)),
        (asked("false_premise", "", "a", **NO_ANSWER), DECLINED, ()),
        (asked("false_premise", "", "a", **NO_ANSWER), told("a"), ("answered anyway",)),
        (asked("chain", ""), told(text="You are welcome."), ()),
        (asked("chain", ""), told("a"), ("wrong paper",)),
        (asked("chain", "", "a"), DECLINED, ()),
        (asked("chain", ""), DECLINED, ("declined",)),
        (asked("language", "", **NO_ANSWER), told("a"), ("answered anyway",)),
    ],
)  # fmt: skip
def test_what_is_wrong(case: Case, answer: Answer, wrong: tuple[str, ...]) -> None:
    assert faults(case, answer) == wrong
    judged = scored(case, answer)
    assert judged.scores["right"] == float(not wrong)
    assert is_right(judged) is not bool(wrong)


def test_what_else_is_measured_of_a_kind() -> None:
    broad = scored(asked("overview", "abcdefgh", least=4), told(*"abz")).scores
    assert (broad["enough_papers"], broad["overview_papers"]) == (0.0, 3.0)
    assert broad["wrong_papers"] == pytest.approx(1 / 3)
    assert "strict" not in broad and "filler" not in broad
    plain = scored(asked("everyday", "b", "a"), told(*"ab")).scores
    assert (plain["first_right"], plain["strict"], plain["right"]) == (0.0, 1.0, 1.0)
    assert scored(asked("everyday", "b", "a"), told(*"ba")).scores["first_right"] == 1.0
    two = asked("two_part", facts=(("small",), ("fast",)))
    assert scored(two, told("a")).scores["parts_answered"] == 0.5
    assert scored(two, DECLINED).scores["parts_answered"] == 0.0
    both = scored(two, told("a", "b", text="Small and fast.")).scores
    assert (both["right"], both["strict"]) == (1.0, 0.0), "another paper is cited beside"
    assert scored(asked("yes_no"), told("a", quotes=(SAYS, FAST))).scores["filler"] == 0.5
    three = told("a", claims=answer().claims * 3)
    assert scored(asked("fact"), three).scores["sentences"] == 3.0


def test_what_is_read_from_metadata_needs_no_quote() -> None:
    claims = (replace(answer().claims[0], text="It is of 2019."),)
    bare = told("a", quotes=(), claims=claims, intent="records")
    scores = scored(asked("records", evidence=()), bare).scores
    assert not {"grounded", "number_fidelity", "quote_fidelity"} & scores.keys()
    assert scored(asked("fact"), replace(bare, intent="lookup")).scores["grounded"] == 0.0
    uncited = (replace(claims[0], citations=()),)
    assert scored(asked("records"), replace(bare, claims=uncited)).scores["grounded"] == 0.0


@pytest.mark.parametrize(
    ("case", "worst"),
    [
        (asked("unknown", "", **NO_ANSWER), {"right": 0.0, "abstention_recall": 0.0}),
        (asked("overview", "ab", least=1), {"enough_papers": 0.0, "false_abstention": 1.0}),
        (asked("two_part", **SMALL), {"right": 0.0, "parts_answered": 0.0, "strict": 0.0}),
        (asked("small_talk", ""), {"right": 0.0, "false_abstention": 1.0}),
    ],
)  # fmt: skip
def test_a_crash_is_the_worst_of_its_kind(case: Case, worst: dict[str, float]) -> None:
    crashed = scored(case, None)
    assert crashed.scores.items() >= worst.items()
    assert not is_right(crashed)


def test_figures_of_single_questions_stay_about_those_alone() -> None:
    single = scored(asked("fact").model_copy(update={"id": "one"}), told("a"))
    other = scored(asked("typo").model_copy(update={"id": "two"}), told("b"))
    made = summarise([single, other], SETUP, 0.0)
    assert (made.figures["strict"].value, made.figures["strict"].n) == (1.0, 1)
    assert (made.figures["right"].value, made.figures["right"].n) == (0.5, 2)
    assert made.by_kind["typo"]["strict"].value == 0.0
    assert made.figures["citation_recall"].n == made.figures["nDCG@10"].n == 1
    assert [stage.share for stage in made.funnel if stage.name == "cited"] == [1.0]
